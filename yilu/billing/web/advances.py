"""The advances that a site holds, as a page and as a file."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from yilu.billing.selectors.advances import AdvancesHeld, advances_held
from yilu.billing.selectors.topics import billing_topic
from yilu.facility.selectors.sites import site_info
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest, render_page
from yilu.platform.web.sheets import csv_answer

KEPT = "kept"


@require_GET
def advances(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Whose money is held, how much, for which booking and since when."""
    held = advances_held(actor=request.actor, site_id=site_id, is_kept=_is_kept(request))
    here = reverse("billing:advances", args=[site_id])
    part = f"?part={KEPT}" if held.is_kept else ""
    return render_page(
        request,
        "billing/advances.html",
        part="billing/_advances.html",
        held=held,
        more=held.number - len(held.lines),
        site=site_info(site_id),
        topic=billing_topic(site_id),
        url=f"{here}{part}",
        coming_url=here,
        kept_url=f"{here}?part={KEPT}",
        cashier_url=reverse("billing:cashier", args=[site_id]),
        export_url=f"{reverse('billing:advances-csv', args=[site_id])}{part}",
    )


@require_GET
def advances_csv(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """All of them as a file that spreadsheets open."""
    held = advances_held(actor=request.actor, site_id=site_id, is_kept=_is_kept(request), most=None)
    day = clock.now().astimezone(site_info(site_id).zone).date()
    return csv_answer(f"advances-{day:%Y%m%d}.csv", _rows(held))


def _rows(held: AdvancesHeld) -> Iterator[list[str]]:
    yield [
        _("Patient"), _("Record no."), _("Booking"), _("Time"), _("Service"), _("State"), _("Bill"),
        _("Paid on"), _("Paid"), _("Set off"), _("Gone back"),
        *([_("Kept on"), _("Why"), pgettext("deposit", "Kept")] if held.is_kept else [_("Held")]),
    ]  # fmt: skip
    for line in held.lines:
        booking = line.booking
        yield [
            line.name,
            booking.patient.record_no if booking.patient else "",
            booking.number,
            f"{booking.starts_at:%Y-%m-%d %H:%M}",
            str(booking.service_name),
            booking.state_label,
            line.number,
            f"{line.since:%Y-%m-%d %H:%M}",
            f"{line.amount:.2f}",
            f"{line.applied:.2f}",
            f"{line.returned:.2f}",
            *([f"{line.kept_on}", str(line.why.label)] if line.kept_on and line.why else []),
            f"{line.held:.2f}",
        ]


def _is_kept(request: ActorRequest) -> bool:
    return request.GET.get("part") == KEPT
