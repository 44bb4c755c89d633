"""Letting the system choose: the best places with their reasons, and one press that books one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from yilu.facility.selectors.sites import SiteInfo
from yilu.platform import clock, wording
from yilu.platform.web.http import ActorRequest
from yilu.scheduling import permissions
from yilu.scheduling.allocation import Part
from yilu.scheduling.errors import UnknownPractitioner, UnknownService
from yilu.scheduling.operations.booking import BookingWish
from yilu.scheduling.operations.placing import Allocated, Range, place_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.because import because
from yilu.scheduling.selectors.placing import Ask, days_from
from yilu.scheduling.selectors.suggestions import suggest, wished
from yilu.scheduling.selectors.usual import part_name
from yilu.scheduling.web.asking import read_day, read_uuid
from yilu.scheduling.web.forms import WEEKDAYS
from yilu.scheduling.web.here import site_here
from yilu.workforce.selectors.practitioners import practitioner_names


@require_GET
def suggested(request: ActorRequest) -> HttpResponse:
    """The best places of the coming two weeks for a service, with why; for a patient, as usual."""
    site = site_here(request, permissions.BOOK)
    today = clock.now().astimezone(site.zone).date()
    sent = request.GET
    service_id, patient_id = read_uuid(sent.get("service")), read_uuid(sent.get("patient"))
    first, last = days_from(max(read_day(sent.get("day"), today), today))
    weekdays, parts = sent.getlist("weekdays"), sent.getlist("parts")
    context: dict[str, Any] = {
        "weekdays": [(key, name, key in weekdays) for key, name in WEEKDAYS],
        "parts": [(one.value, part_name(one), one.value in parts) for one in Part],
        "chosen_time": sent.get("time", ""),
        "service_id": service_id,
        "is_list": "list" in sent,
    }
    if service_id:
        ask = Ask(
            site.id, service_id, read_uuid(sent.get("practitioner")), first, last,
            wished(weekdays, parts), patient_id,
        )  # fmt: skip
        try:
            context["found"] = suggest(ask, patient_ids=(patient_id,) if patient_id else ())
        except (UnknownService, UnknownPractitioner):
            context["found"] = None
    return render(request, "scheduling/_suggested.html", context)


def place(request: ActorRequest, site: SiteInfo, wish: BookingWish) -> tuple[Booked, str]:
    """Book the best place from the day of the wish on; what was booked, where and why in words."""
    first = wish.starts_at.astimezone(site.zone).date()
    within = Range(
        days_from(first)[1],
        wished(request.POST.getlist("weekdays"), request.POST.getlist("parts")),
    )
    allocated = place_booking(actor=request.actor, wish=wish, within=within)
    return allocated.booked, _words(allocated, site)


def _words(allocated: Allocated, site: SiteInfo) -> str:
    booked = allocated.booked
    local = booked.starts_at.astimezone(site.zone)
    who: dict[UUID, object] = dict(practitioner_names([booked.practitioner_id]))
    reasons = pgettext("between parts of a list", ", ").join(
        one.text for one in because(allocated.reasons) if one.is_good
    )
    return _("Booked %(number)s: %(day)s %(at)s, %(who)s – %(why)s") % {
        "number": booked.number,
        "day": wording.day(local),
        "at": wording.clock_time(local),
        "who": who[booked.practitioner_id],
        "why": reasons,
    }
