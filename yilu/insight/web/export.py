"""The figures as a file that spreadsheets open."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yilu.insight.selectors.bookings import BookingReport, Wanted, booking_report
from yilu.insight.web.asking import seen_sites, wanted
from yilu.insight.web.bookings import figs
from yilu.insight.web.panels import panels
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.sheets import csv_answer


@require_GET
def bookings_csv(request: ActorRequest) -> HttpResponse:
    """Every table of the page one below the other, the name of the table in the first column."""
    asked = wanted(request.GET, seen_sites(request))
    report = booking_report(request.actor, asked)
    name = f"bookings-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.csv"
    return csv_answer(name, _rows(report, asked))


def _rows(report: BookingReport, asked: Wanted) -> Iterator[list[str]]:
    yield [_("Period"), asked.first.isoformat(), asked.last.isoformat()]
    yield [_("Sites"), *(str(site.name) for site in asked.sites)]
    for fig in figs(report):
        yield [_("In all"), fig.label, fig.value, fig.note]
    for panel in panels(report, asked, lambda **_part: ""):
        yield []
        yield [panel.title, *map(str, panel.head)]
        for row in panel.rows:
            yield [panel.title, *(cell.text for cell in row)]
