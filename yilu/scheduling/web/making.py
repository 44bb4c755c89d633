"""Making a booking at the desk: service, time, patient, and what else was said."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue.selectors.services import ServiceInfo, performers, services
from yilu.facility.selectors.sites import SiteInfo
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.selectors.patients import patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.platform import clock
from yilu.platform.web.http import ActorRequest, go_to, render_page, wants_part, with_toast
from yilu.platform.web.once import submit
from yilu.scheduling import permissions
from yilu.scheduling.errors import NotFree, PatientBusy, TooFarAhead, TooSoon
from yilu.scheduling.operations.booking import (
    BookingWish,
    book_appointment,
    overbook_appointment,
)
from yilu.scheduling.selectors.instead import alternatives
from yilu.scheduling.selectors.times import Choice, free_days
from yilu.scheduling.web.forms import BookingForm
from yilu.scheduling.web.here import site_here
from yilu.workforce.selectors.practitioners import practitioner_names

DAYS_AT_ONCE = 3
DAYS_IN_A_LIST = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen so far."""

    site: SiteInfo
    offered: list[ServiceInfo]
    service: ServiceInfo | None
    practitioner_id: UUID | None
    first: date
    today: date


@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponseBase:
    """The dialog, or page, of a new booking; sent, it books."""
    asked = _asked(request)
    if request.method == "GET":
        channel = request.GET.get("channel", "")
        chosen = {"channel": channel or "phone", "time": request.GET.get("time", "")}
        return _form(request, asked, BookingForm(initial=chosen), 200)
    form = BookingForm(request.POST)
    try:
        return submit(
            request,
            form,
            lambda kept: _book(request, asked, kept),
            lambda status: _form(request, asked, form, status),
        )
    except (NotFree, PatientBusy, TooSoon, TooFarAhead) as refused:
        form.add_error(None, str(refused))
        return _form(request, asked, form, 422, instead=_instead(asked, form))


@require_GET
def times(request: ActorRequest) -> HttpResponse:
    """The free times of some days, to choose from."""
    asked = _asked(request)
    return render(
        request, "scheduling/_times.html", _times(asked, DAYS_AT_ONCE, "scheduling:times")
    )


@require_GET
def find(request: ActorRequest) -> HttpResponse:
    """What is free in the coming days, as a list; each time opens the dialog with it."""
    asked = _asked(request)
    context = _times(asked, DAYS_IN_A_LIST, "scheduling:find")
    return render_page(
        request, "scheduling/find.html", part="scheduling/_found_times.html", **context
    )


@require_GET
def who(request: ActorRequest) -> HttpResponse:
    """Patients that fit what was typed, to choose from."""
    typed = request.GET.get("who", "").strip()[:100]
    hits = search_patients(request.actor, typed, limit=8) if typed else []
    return render(request, "scheduling/_who.html", {"q": typed, "hits": hits})


def _asked(request: ActorRequest) -> Asked:
    site = site_here(request, permissions.BOOK)
    offered = services(site.id)
    today = clock.now().astimezone(site.zone).date()
    sent = request.POST if request.method == "POST" else request.GET
    wanted = sent.get("service", "")
    service = next((one for one in offered if str(one.id) == wanted), None)
    return Asked(
        site,
        offered,
        service or (offered[0] if offered else None),
        _uuid(sent.get("practitioner", "")),
        max(_day(sent.get("day", ""), today), today),
        today,
    )


def _times(asked: Asked, days: int, url_name: str) -> dict[str, Any]:
    if asked.service is None:
        return {"asked": asked, "days": [], "who": {}}
    people = [one for one, _minutes in performers(asked.service.id)]
    practitioner_id = asked.practitioner_id if asked.practitioner_id in people else None
    found = free_days(
        site_id=asked.site.id,
        service_id=asked.service.id,
        practitioner_id=practitioner_id,
        first=asked.first,
        days=days,
    )
    step = timedelta(days=days)
    return {
        "asked": asked,
        "days": found,
        "practitioners": practitioner_names(people),
        "practitioner_id": practitioner_id,
        "before": max(asked.first - step, asked.today) if asked.first > asked.today else None,
        "after": asked.first + step,
        "url": reverse(url_name),
    }


def _form(
    request: ActorRequest,
    asked: Asked,
    form: BookingForm,
    status: int,
    instead: list[Choice] | None = None,
) -> HttpResponse:
    chosen = _uuid(str(form["patient"].value() or request.GET.get("patient", "")))
    briefs = patient_briefs(request.actor, [chosen], "booking") if chosen else {}
    return render_page(
        request,
        "scheduling/new.html",
        part="scheduling/_new.html",
        status=status,
        form=form,
        chosen=briefs.get(chosen) if chosen else None,
        chosen_time=form["time"].value() or "",
        instead=instead or [],
        is_page=not wants_part(request) or bool(request.POST.get("page")),
        may_overrule=request.actor.may(permissions.OVERRULE, asked.site.id),
        **_times(asked, DAYS_AT_ONCE, "scheduling:times"),
    )


def _book(request: ActorRequest, asked: Asked, kept: dict[str, Any]) -> HttpResponse:
    starts_at, practitioner_id = kept["time"]
    wish = BookingWish(
        site_id=asked.site.id,
        service_id=kept["service"],
        practitioner_id=practitioner_id,
        starts_at=starts_at,
        patient_id=kept["patient"] or _register(request, asked, kept),
        channel=kept["channel"],
        note=kept["note"],
        reason_for_visit=kept["reason_for_visit"],
        is_first_visit=kept["is_first_visit"] or not kept["patient"],
        companion=kept["companion"],
        special_needs=tuple(kept["special_needs"]),
        overrule_reason=kept["overrule_reason"],
    )
    book = overbook_appointment if kept["overrule_reason"] else book_appointment
    booked = book(actor=request.actor, wish=wish)
    words = _("Booked %(number)s") % {"number": booked.number}
    undo = reverse("scheduling:unmake", args=[booked.id])
    if request.POST.get("page") or not wants_part(request):
        answer = go_to(request, reverse("scheduling:booking", args=[booked.id]))
    else:
        answer = HttpResponse(status=204)
    return with_toast(cast("HttpResponse", answer), words, undo=undo)


def _register(request: ActorRequest, asked: Asked, kept: dict[str, Any]) -> UUID:
    facts = PatientFacts(name=kept["new_name"], phone=kept["new_phone"])
    return register_patient(actor=request.actor, site_id=asked.site.id, facts=facts)


def _instead(asked: Asked, form: BookingForm) -> list[Choice]:
    starts_at, practitioner_id = form.cleaned_data["time"]
    slots = alternatives(
        site_id=asked.site.id,
        service_id=form.cleaned_data["service"],
        practitioner_id=practitioner_id,
        starts_at=starts_at,
    )
    names = practitioner_names({slot.practitioner_id for slot in slots})
    zone = asked.site.zone
    return [
        Choice(
            slot.starts_at.astimezone(zone),
            slot.ends_at.astimezone(zone),
            slot.practitioner_id,
            names[slot.practitioner_id],
        )
        for slot in slots
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str, other: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return other
    return day if day.year < 2200 else other
