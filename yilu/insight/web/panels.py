"""Each figure of bookings as a drawing and as a table, the same numbers in both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.insight.rules import charts, periods
from yilu.insight.rules.charts import Drawing
from yilu.insight.selectors.bookings import BookingReport, Wanted
from yilu.insight.web.words import (
    KINDS,
    LEADS,
    NOTHING,
    WEEKDAYS,
    code_says,
    hours,
    percent,
)
from yilu.scheduling.reasons import reason_in_words
from yilu.scheduling.selectors.figures import Counts
from yilu.scheduling.selectors.requests_met import Met
from yilu.scheduling.selectors.use_of_time import Use
from yilu.scheduling.states import Channel

Link = Callable[..., str]
MOST_ROWS = 16
DAYTIME = range(8, 18)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a table; `url` leads to the bookings behind it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A figure: its drawing, what the colours mean, and the same as a table.

    `kind` says how it is drawn: `stack`, `heat`, `bars`, or nothing for a table alone. `line` is
    where a target stands, as far as there is one.
    """

    key: str
    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: str = ""
    drawing: Drawing | None = None
    legend: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    line: float | None = None
    wide: bool = False


def panels(report: BookingReport, wanted: Wanted, link: Link) -> list[Panel]:
    """All figures of the page in their order. No query."""
    return [
        _by_time(report, wanted, link),
        _by_hour(report, link),
        _requests(report),
        _refusals(report),
        _cancelled(report, link),
        _by_lead(report, link),
        _use(report, wanted, {"practitioner"}, "use"),
        _use(report, wanted, {"room", "chair", "device"}, "places"),
        *_tables(report, link),
    ]


def _counted(counts: Counts, link: Link, **part: object) -> tuple[Cell, ...]:
    """What became of bookings, each number with the bookings behind it."""
    numbers = {
        "": counts.booked,
        "seen": counts.seen,
        "cancelled": counts.cancelled,
        "missed": counts.missed,
        "to_come": counts.to_come,
    }
    cells = [
        Cell(str(number), link(became=became, **part) if number else "")
        for became, number in numbers.items()
    ]
    shares = (counts.seen_share, counts.cancelled_share, counts.missed_share)
    return (*cells, *(Cell(percent(one)) for one in shares))


def _became_head() -> tuple[str, ...]:
    return (
        pgettext("figures", "Bookings"),
        pgettext("figures", "Seen"),
        pgettext("figures", "Cancelled"),
        pgettext("figures", "No-shows"),
        pgettext("figures", "To come"),
        pgettext("figures", "Seen %"),
        pgettext("figures", "Cancelled %"),
        pgettext("figures", "No-show %"),
    )


def _by_time(report: BookingReport, wanted: Wanted, link: Link) -> Panel:
    figures = report.figures
    channels = sorted(figures.by_channel, key=lambda one: -figures.by_channel[one].booked)
    names = tuple(str(Channel(one).label) for one in channels)
    starts = periods.Period(wanted.unit, wanted.first, wanted.last).starts()
    columns, rows = [], []
    for start in starts:
        found = [figures.by_time.get((start, one), Counts()) for one in channels]
        label = periods.says(wanted.unit, start)
        columns.append((label, [one.booked for one in found]))
        last = periods.next_of(wanted.unit, start) - timedelta(days=1)
        whole = sum(found, Counts())
        days = {"first": max(start, wanted.first), "last": min(last, wanted.last)}
        rows.append((Cell(start.isoformat()), *_counted(whole, link, **days)))
    return Panel(
        key="time",
        title=_("Bookings by channel over time"),
        note=_("by the day on which they take place"),
        head=(_("From"), *_became_head()),
        rows=tuple(rows),
        kind="stack",
        drawing=charts.stacked(columns, names),
        legend=names,
    )


def _by_hour(report: BookingReport, link: Link) -> Panel:
    found = {key: counts.booked for key, counts in report.figures.by_hour.items()}
    known = {hour for _day, hour in found}
    shown = range(min([*known, DAYTIME.start]), max([*known, DAYTIME.stop - 1]) + 1)
    days = [str(day) for day in WEEKDAYS]
    rows = [
        (
            Cell(name),
            *(
                Cell(str(found[n, hour]), link(weekday=n, hour=hour))
                if (n, hour) in found
                else Cell(NOTHING)
                for hour in shown
            ),
        )
        for n, name in enumerate(days)
    ]
    busiest = max(found, key=lambda key: found[key], default=None)
    note = _("no bookings")
    if busiest is not None:
        note = _("most on %(day)s from %(hour)s: %(count)s") % {
            "day": days[busiest[0]],
            "hour": f"{charts.hour_says(busiest[1])}:00",
            "count": found[busiest],
        }
    return Panel(
        key="peaks",
        title=_("Peaks by weekday and hour"),
        note=note,
        head=("", *(charts.hour_says(hour) for hour in shown)),
        rows=tuple(rows),
        kind="heat",
        drawing=charts.heat(found, days, list(shown)),
    )


def _requests(report: BookingReport) -> Panel:
    met = report.requests
    channels = sorted(met.by_channel, key=lambda one: -met.by_channel[one].asked)
    names = [str(Channel(one).label) for one in channels]
    shares = [met.by_channel[one].share for one in channels]
    lines = [
        (_("All"), met.total),
        *((n, met.by_channel[c]) for n, c in zip(names, channels, strict=True)),
    ]
    target = report.target_percent / 100
    return Panel(
        key="requests",
        title=_("Requests that ended in a booking"),
        note=_("the promise is %(target)s%%") % {"target": f"{report.target_percent:g}"},
        head=(
            pgettext("figures", "Channel"),
            pgettext("figures", "Requests"),
            pgettext("figures", "Booked"),
            pgettext("figures", "Not met"),
            pgettext("figures", "Still open"),
            pgettext("figures", "Success %"),
        ),
        rows=tuple((Cell(name), *_met(one)) for name, one in lines),
        kind="bars",
        drawing=charts.bars(
            [
                (name, (part or 0, 0) if (part or 0) >= target else (0, part or 0))
                for name, part in zip(names, shares, strict=True)
            ],
            1.0,
        ),
        legend=(_("promise kept"), _("below the promise")),
        values=tuple(percent(one) for one in shares),
        line=charts.line_at(target),
    )


def _met(one: Met) -> tuple[Cell, ...]:
    numbers = (one.asked, one.met, one.unmet, one.open)
    return (*(Cell(str(number)) for number in numbers), Cell(percent(one.share)))


def _refusals(report: BookingReport) -> Panel:
    found = [(code_says(code), count) for code, count in report.requests.codes.items()]
    whole = report.requests.total.unmet
    return Panel(
        key="refusals",
        title=_("Why requests were not met"),
        note=_("by the last refusal of each request"),
        head=(_("Reason"), pgettext("figures", "Requests"), "%"),
        rows=tuple(
            (Cell(name), Cell(str(count)), Cell(percent(count / whole))) for name, count in found
        ),
        kind="bars",
        drawing=charts.bars([(name, (count,)) for name, count in found]),
        values=tuple(str(count) for _name, count in found),
    )


def _cancelled(report: BookingReport, link: Link) -> Panel:
    reasons, whole = report.figures.reasons, report.figures.total.cancelled
    names = [reason_in_words(one.code) if one.code else str(KINDS[""]) for one in reasons]
    rows = [
        (
            Cell(name),
            Cell(str(KINDS.get(one.kind, one.kind)) if one.code else ""),
            Cell(
                str(one.count),
                link(became="cancelled", **({"by": one.kind, "why": one.code} if one.code else {})),
            ),
            Cell(percent(one.count / whole)),
        )
        for name, one in zip(names, reasons, strict=True)
    ]
    return Panel(
        key="cancelled",
        title=_("Why bookings were cancelled"),
        note=_("what was said in own words stands with each booking"),
        head=(_("Reason"), _("Cancelled by"), pgettext("figures", "Bookings"), "%"),
        rows=tuple(rows),
        kind="bars",
        drawing=charts.bars(
            [(name, (one.count,)) for name, one in zip(names, reasons, strict=True)]
        ),
        values=tuple(str(one.count) for one in reasons),
    )


def _by_lead(report: BookingReport, link: Link) -> Panel:
    found = [
        (days, name, report.figures.by_lead.get(days, Counts())) for days, name in LEADS.items()
    ]
    return Panel(
        key="lead",
        title=_("No-shows by how long before it was booked"),
        note=_("of those who had not cancelled"),
        head=(pgettext("figures", "Booked before"), *_became_head()),
        rows=tuple((Cell(str(name)), *_counted(one, link, lead=days)) for days, name, one in found),
        kind="bars",
        drawing=charts.bars([(str(name), (one.missed_share or 0,)) for _d, name, one in found]),
        values=tuple(percent(one.missed_share) for _d, _n, one in found),
    )


def _use(report: BookingReport, wanted: Wanted, kinds: set[str], key: str) -> Panel:
    found = [one for one in report.use.uses if one.kind in kinds]
    drawn = found[:MOST_ROWS]
    is_people = key == "use"
    return Panel(
        key=key,
        title=_("Use of the practitioners' time") if is_people else _("Use of rooms and devices"),
        note=_("used of what could be booked until now, whatever the channel and service"),
        head=(
            pgettext("figures", "Practitioner") if is_people else _("Place"),
            pgettext("figures", "Open, h"),
            pgettext("figures", "Used, h"),
            pgettext("figures", "Idle, h"),
            pgettext("figures", "Used %"),
            pgettext("figures", "Idle %"),
        ),
        rows=tuple(_used(report, one) for one in found),
        kind="bars",
        drawing=charts.bars([(_name_of(report, one), (one.used, one.idle)) for one in drawn]),
        legend=(_("used"), _("idle")),
        values=tuple(percent(one.share) for one in drawn),
    )


def _used(report: BookingReport, one: Use) -> tuple[Cell, ...]:
    idle = None if one.share is None else 1 - one.share
    texts = (hours(one.open), hours(one.used), hours(one.idle), percent(one.share), percent(idle))
    return (Cell(_name_of(report, one)), *(Cell(text) for text in texts))


def _name_of(report: BookingReport, one: Use) -> str:
    names = report.practitioners if one.kind == "practitioner" else report.places
    return str(names.get(one.of_id, NOTHING))


def _tables(report: BookingReport, link: Link) -> Iterable[Panel]:
    figures, services = report.figures, report.choices.services
    sides: list[tuple[str, str, str, list[tuple[str, str, Counts]]]] = [
        (
            "channels",
            _("By channel"),
            "channel",
            [(one, str(Channel(one).label), c) for one, c in figures.by_channel.items()],
        ),
        (
            "services",
            _("By service"),
            "service",
            [(str(k), str(services.get(k, NOTHING)), c) for k, c in figures.by_service.items()],
        ),
        (
            "practitioners",
            _("By practitioner"),
            "practitioner",
            [
                (str(k), str(report.practitioners.get(k, NOTHING)), c)
                for k, c in figures.by_practitioner.items()
            ],
        ),
    ]
    for key, title, name, found in sides:
        found.sort(key=lambda row: -row[2].booked)
        yield Panel(
            key=key,
            title=title,
            note="",
            head=("", *_became_head()),
            rows=tuple((Cell(says), *_counted(c, link, **{name: one})) for one, says, c in found),
            wide=True,
        )
