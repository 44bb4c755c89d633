"""The figures of bookings, and the bookings behind a figure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yilu.facility.selectors.sites import SiteInfo
from yilu.insight.rules.periods import UNITS
from yilu.insight.selectors.bookings import BookingReport, Wanted, booking_report, scope_of
from yilu.insight.web.asking import ALL, read_day, read_uuid, seen_sites, wanted, written
from yilu.insight.web.panels import Link, panels
from yilu.insight.web.words import UNIT_NAMES, change, change_of_share, percent
from yilu.platform.web.http import ActorRequest, render_page
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.behind import STATES, Part, bookings_behind
from yilu.scheduling.states import Channel

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Fig:
    """One of the figures at the top. `look` is "is-late" where a promise is broken."""

    key: str
    value: str
    label: str
    note: str
    look: str = ""


@require_GET
def bookings(request: ActorRequest) -> HttpResponse:
    """All figures of a period."""
    sites = seen_sites(request)
    asked = wanted(request.GET, sites)
    report = booking_report(request.actor, asked)
    length = timedelta(days=(asked.last - asked.first).days + 1)
    page = reverse("insight:bookings")
    return render_page(
        request,
        "insight/bookings.html",
        part="insight/_bookings.html",
        asked=asked,
        sites=sites,
        figs=figs(report),
        panels=panels(report, asked, link_of(asked, sites)),
        choices=report.choices,
        channels=Channel.choices,
        all_sites=ALL,
        site=asked.sites[0].key if len(asked.sites) == 1 else ALL,
        units=_units(asked, sites),
        before_url=f"{page}?{_moved(asked, sites, -length)}",
        after_url=f"{page}?{_moved(asked, sites, length)}",
        export_url=f"{reverse('insight:bookings-csv')}?{written(asked, sites)}",
        before_first=asked.first - length,
        before_last=asked.first - timedelta(days=1),
    )


@require_GET
def behind(request: ActorRequest) -> HttpResponse:
    """The bookings that a figure counts, fifty at a time."""
    sites = seen_sites(request)
    asked = wanted(request.GET, sites)
    _choices, scope = scope_of(request.actor, asked)
    able = request.actor.lent(scheduling.SEE)
    lines = bookings_behind(able, scope, part_of(request.GET), _after(request.GET), AT_ONCE + 1)
    shown, more = lines[:AT_ONCE], ""
    if len(lines) > AT_ONCE:
        sent = request.GET.copy()
        sent["after"] = f"{shown[-1].starts_at.isoformat()}|{shown[-1].id}"
        more = f"{reverse('insight:bookings-behind')}?{sent.urlencode()}"
    return render_page(
        request,
        "insight/behind.html",
        part="insight/_behind.html",
        lines=shown,
        more_url=more,
        asked=asked,
        back_url=f"{reverse('insight:bookings')}?{written(asked, sites)}",
    )


def figs(report: BookingReport) -> list[Fig]:
    """The figures at the top, each with how it differs from the period before."""
    now, before = report.figures.total, report.figures.before
    met, met_before = report.requests.total, report.requests.before
    use = report.use
    target = report.target_percent
    is_below = met.share is not None and 100 * met.share < target
    return [
        Fig("booked", str(now.booked), _("bookings"), change(now.booked, before.booked)),
        Fig("seen", percent(now.seen_share), _("of what is over was seen"),
            change_of_share(now.seen_share, before.seen_share)),
        Fig("cancelled", percent(now.cancelled_share), _("cancelled"),
            change_of_share(now.cancelled_share, before.cancelled_share)),
        Fig("missed", percent(now.missed_share), _("did not come"),
            change_of_share(now.missed_share, before.missed_share)),
        Fig("use", percent(use.share), _("of the practitioners' time used"),
            change_of_share(use.share, use.share_before)),
        Fig("success", percent(met.share),
            _("of requests booked; promised %(target)s%%") % {"target": f"{target:g}"},
            change_of_share(met.share, met_before.share), "is-late" if is_below else ""),
    ]  # fmt: skip


def link_of(asked: Wanted, sites: list[SiteInfo]) -> Link:
    """What leads from a figure to the bookings behind it."""
    page = reverse("insight:bookings-behind")

    def link(**part: object) -> str:
        return f"{page}?{written(asked, sites, **part)}"

    return link


def part_of(sent: QueryDict) -> Part:
    """The part of the period that a figure counts."""
    became = sent.get("became", "")
    return Part(
        became=became if became in STATES else "",
        weekday=_number(sent.get("weekday")),
        hour=_number(sent.get("hour")),
        lead=_number(sent.get("lead")),
        by=sent.get("by", "")[:8] or None,
        reason=sent.get("why", "")[:200] or None,
        first=read_day(sent.get("first")),
        last=read_day(sent.get("last")),
    )


def _units(asked: Wanted, sites: list[SiteInfo]) -> list[tuple[str, object, str]]:
    """The steps of time to choose from; each begins with its usual length."""
    page, anew = reverse("insight:bookings"), {"from": "", "to": ""}
    return [
        (name, UNIT_NAMES[name], f"{page}?{written(asked, sites, **anew | {'unit': name})}")
        for name in UNITS
    ]


def _moved(asked: Wanted, sites: list[SiteInfo], by: timedelta) -> str:
    days: dict[str, Any] = {"from": asked.first + by, "to": asked.last + by}
    return written(asked, sites, **days)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else None


def _after(sent: QueryDict) -> tuple[datetime, UUID] | None:
    """The position after which to go on; one that cannot be read is the beginning."""
    instant, _bar, who = sent.get("after", "").partition("|")
    booking_id = read_uuid(who)
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return None
    return (at, booking_id) if booking_id and at.tzinfo else None
