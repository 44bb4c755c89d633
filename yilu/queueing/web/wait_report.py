"""The report of long waits, also as a file, and how true the forecasts were."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from yilu.facility.selectors.sites import SiteInfo
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest, render_page
from yilu.platform.web.sheets import csv_answer
from yilu.queueing import permissions
from yilu.queueing.selectors.forecast_report import PROMISED, forecast_report
from yilu.queueing.selectors.late_report import late_report
from yilu.queueing.selectors.long_waits import (
    Count,
    LongWaitLine,
    LongWaitReport,
    long_wait_report,
)
from yilu.queueing.selectors.notices import NoticeCounts, notice_counts
from yilu.queueing.selectors.topics import long_waits_topic
from yilu.scheduling.web.here import site_here, sites_here

USUAL, LONGEST = timedelta(days=27), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Table:
    """One way in which the waits are counted."""

    title: str
    nameless: str
    counts: tuple[Count, ...]


@require_safe
def report(request: ActorRequest) -> HttpResponse:
    """The long waits of a period at a site."""
    site = site_here(request, permissions.REPORT)
    first, last = _period(request, site)
    found = long_wait_report(request.actor, site.id, first, last)
    return render_page(
        request,
        "queueing/wait_report.html",
        part="queueing/_wait_report.html",
        site=site,
        sites=sites_here(request, permissions.REPORT),
        report=found,
        tables=_tables(found),
        notices=notice_counts(request.actor, site.id, first, last),
        here=f"{request.path}?site={site.id}&from={first}&to={last}",
        topic=long_waits_topic(site.id),
        may_explain=request.actor.may(permissions.EXPLAIN, site.id),
        may_set_up=request.actor.may(permissions.SET_UP, site.id),
    )


@require_safe
def forecasts(request: ActorRequest) -> HttpResponse:
    """How true the forecasts of a period were at a site."""
    site = site_here(request, permissions.REPORT)
    first, last = _period(request, site)
    return render_page(
        request,
        "queueing/forecasts.html",
        part="queueing/_forecasts.html",
        site=site,
        sites=sites_here(request, permissions.REPORT),
        first=first,
        last=last,
        report=forecast_report(request.actor, site.id, first, last),
        promised=PROMISED,
        late=late_report(request.actor, site.id, first, last),
        may_set_up=request.actor.may(permissions.SET_UP, site.id),
    )


@require_safe
def report_csv(request: ActorRequest) -> HttpResponse:
    """Every long wait of the period as a line of a file, without the patient's name."""
    site = site_here(request, permissions.REPORT)
    first, last = _period(request, site)
    found = long_wait_report(request.actor, site.id, first, last)
    notices = notice_counts(request.actor, site.id, first, last)
    return csv_answer(f"long-waits-{first:%Y%m%d}-{last:%Y%m%d}.csv", _rows(found, notices))


def _rows(found: LongWaitReport, notices: NoticeCounts) -> Iterator[list[str]]:
    yield [_("Told how it goes"), pgettext("notices", "Given"), pgettext("notices", "Missed")]
    yield from ([one.label, str(one.given), str(one.missed)] for one in notices.by_way)
    yield []
    for table in _tables(found):
        yield [table.title, _("Waits"), _("Median, min")]
        for one in table.counts:
            yield [str(one.words) or table.nameless, str(one.waits), str(one.median_minutes)]
        yield []
    yield [
        _("Date"), _("Number"), _("Why it is to be explained"), _("Counted from"), _("Minutes"),
        _("Practitioner"), _("How it ended"), _("Why it took longer"), _("Note"),
        _("What was offered"), _("Taken"), _("Explained by"),
    ]  # fmt: skip
    for line in found.lines:
        yield _cells(line)


def _cells(line: LongWaitLine) -> list[str]:
    taken = pgettext("amends", "yes") if line.was_taken else pgettext("amends", "no")
    return [
        line.clinic_day.isoformat(), line.number, line.trigger_label, f"{line.since:%H:%M}",
        str(line.minutes), str(line.practitioner), line.end_label, line.reason_label, line.note,
        str(line.amends), taken if line.amends else "", str(line.explained_by),
    ]  # fmt: skip


def _tables(found: LongWaitReport) -> list[Table]:
    return [
        Table(_("Why it took longer"), _("Nobody has said why"), found.by_reason),
        Table(_("Why it is to be explained"), "", found.by_trigger),
        Table(_("Practitioner"), _("Any"), found.by_practitioner),
        Table(_("Hour"), "", found.by_hour),
    ]


def _period(request: ActorRequest, site: SiteInfo) -> tuple[date, date]:
    """The days asked for as far as they make sense; four weeks until today else."""
    today = clock.now().astimezone(site.zone).date()
    last = _day(request.GET.get("to", "")) or today
    first = _day(request.GET.get("from", "")) or last - USUAL
    return max(min(first, last), last - LONGEST), last


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 1901 < day.year < 2200 else None
