"""Letting a booking take place otherwise: by telephone or video, or at the clinic after all."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import submit
from yilu.scheduling import permissions
from yilu.scheduling.errors import NotFree
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.selectors.bookings import booking_detail
from yilu.scheduling.selectors.ways import OtherWay, other_ways


class OtherWayForm(forms.Form):
    """Which service of the same department it becomes."""

    service = forms.TypedChoiceField(coerce=UUID, widget=forms.RadioSelect)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, ways: list[OtherWay]) -> None:
        super().__init__(data)
        field: Any = self.fields["service"]
        field.label = _("How it takes place")
        field.choices = [(str(one.service_id), one.says) for one in ways]


@require_http_methods(["GET", "POST"])
def otherwise(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """What it can become at the same time with the same doctor, with the fee of each."""
    line = booking_detail(request.actor, booking_id).line
    request.actor.require(permissions.CHANGE, line.site_id)
    ways = other_ways(line)
    form = OtherWayForm(request.POST or None, ways)

    def save(kept: dict[str, Any]) -> HttpResponseBase:
        booked = reschedule_booking(
            actor=request.actor,
            booking_id=booking_id,
            starts_at=line.starts_at,
            practitioner_id=line.practitioner_id,
            service_id=kept["service"],
            version=kept["version"],
        )
        undo = reverse("scheduling:undo", args=[booking_id, "move", booked.version])
        words = _("Changed %(number)s; the patient is told") % {"number": line.number}
        return with_toast(HttpResponse(status=204), words, undo=undo)

    def show(status: int) -> HttpResponse:
        context = {"form": form, "line": line, "ways": ways, "url": request.path}
        return render(request, "scheduling/_other_way.html", context, status=status)

    if request.method == "GET":
        return show(200)
    try:
        return submit(request, form, save, show)
    except NotFree as refused:
        form.add_error(None, str(refused))
        return show(422)
