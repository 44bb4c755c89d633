"""Changing what a booking says of its visit, until the patient comes."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.platform.web.http import ActorRequest, sent_version, with_toast
from yilu.platform.web.once import submit
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyCome
from yilu.scheduling.operations.describing import describe_booking
from yilu.scheduling.selectors.bookings import BookingDetail, booking_detail
from yilu.scheduling.web.forms import DetailsForm


@require_http_methods(["GET", "POST"])
def details(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """The dialog with what was said when booking; sent, it is said otherwise."""
    detail = booking_detail(request.actor, booking_id)
    line = detail.line
    request.actor.require(permissions.CHANGE, line.site_id)
    form = DetailsForm(request.POST or None, initial=_said(detail))
    form.keep_channel(line.channel)

    def save(kept: dict[str, Any]) -> HttpResponseBase:
        describe_booking(
            actor=request.actor,
            booking_id=booking_id,
            details=kept,
            version=sent_version(request),
        )
        return with_toast(HttpResponse(status=204), _("Saved."))

    def show(status: int) -> HttpResponse:
        version = sent_version(request) if form.is_bound else line.version
        context = {"form": form, "line": line, "version": version, "url": request.path}
        return render(request, "scheduling/_details.html", context, status=status)

    if request.method == "GET":
        return show(200)
    try:
        return submit(request, form, save, show)
    except AlreadyCome as refused:
        form.add_error(None, str(refused))
        return show(422)


def _said(detail: BookingDetail) -> dict[str, Any]:
    line = detail.line
    return {
        "channel": line.channel,
        "reason_for_visit": line.reason_for_visit,
        "special_needs": list(line.special_needs),
        "companion": line.companion,
        "medication": detail.medication,
        "note": line.note,
        "is_first_visit": line.is_first_visit,
    }
