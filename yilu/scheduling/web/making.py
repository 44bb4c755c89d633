"""Making a booking at the desk: service, time, patient, and what else was said."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.catalogue.selectors.services import ServiceInfo, performers
from yilu.facility.selectors.sites import SiteInfo
from yilu.patients.errors import AlreadyRegistered
from yilu.patients.operations.patients import register_patient
from yilu.patients.selectors.patients import patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.platform import clock
from yilu.platform.errors import Invalid
from yilu.platform.ids import new_id
from yilu.platform.web.http import ActorRequest, go_to, render_page, wants_part, with_toast
from yilu.platform.web.once import submit
from yilu.scheduling import permissions
from yilu.scheduling.asking import on_way
from yilu.scheduling.errors import (
    NotFree,
    NothingSuits,
    PatientBusy,
    TogetherTaken,
    TooFarAhead,
    TooFewTogether,
    TooSoon,
)
from yilu.scheduling.operations.booking import (
    BookingWish,
    book_appointment,
    overbook_appointment,
)
from yilu.scheduling.rules import MEDICATION
from yilu.scheduling.selectors.hindering import Together
from yilu.scheduling.selectors.instead import alternatives
from yilu.scheduling.selectors.offered import offered_here
from yilu.scheduling.selectors.soonest import parts_of_day
from yilu.scheduling.selectors.times import Choice, free_days
from yilu.scheduling.web.along import (
    Hindered,
    book_all,
    chosen_along,
    chosen_places,
    hindered,
    is_parallel,
    undo_url,
)
from yilu.scheduling.web.asking import read_day, read_uuid
from yilu.scheduling.web.forms import LONGEST_PHONE, BookingForm
from yilu.scheduling.web.here import site_here
from yilu.scheduling.web.placing import place
from yilu.workforce.selectors.practitioners import practitioner_names

DAYS_AT_ONCE = 3
DAYS_IN_A_LIST = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen so far."""

    site: SiteInfo
    offered: list[ServiceInfo]
    by_nobody: list[ServiceInfo]
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
        chosen = {
            "channel": channel or "phone",
            "time": request.GET.get("time", ""),
            "new_phone": request.GET.get("new_phone", "")[:LONGEST_PHONE],
        }
        return _form(request, asked, BookingForm(initial=chosen), 200)
    form = BookingForm(request.POST)
    form.fields["time"].required = not (request.POST.get("place") or request.POST.get("places"))
    try:
        # Somebody new has no key yet: until they are booked, the dialog stands for them.
        with on_way(None if request.POST.get("patient") else read_uuid(request.POST.get("way"))):
            return submit(
                request,
                form,
                lambda _kept: _book(request, asked, form),
                lambda status: _form(request, asked, form, status),
            )
    except AlreadyRegistered as refused:
        form.add_error("new_id_number", str(refused))
        return _form(request, asked, form, 422, known=refused.params.get("patient_id"))
    except TooFewTogether as refused:
        form.add_error(None, str(refused))
        return _form(request, asked, form, 422)
    except TogetherTaken as refused:
        form.add_error(None, str(refused))
        return _form(request, asked, form, 422, hindered=_hindered(request, asked, form))
    except (NotFree, PatientBusy, TooSoon, TooFarAhead, NothingSuits) as refused:
        form.add_error(None, str(refused))
        instead = _instead(asked, form) if form.cleaned_data["time"] else []
        return _form(request, asked, form, 422, instead=instead)


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
    if not request.GET.get("all") and asked.service is not None:
        context |= _quick(request, context)
    return render_page(
        request, "scheduling/find.html", part="scheduling/_found_times.html", **context
    )


def _quick(request: ActorRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The same in three presses, for a phone: service, part of the day, time."""
    parts = parts_of_day(context["days"])
    part = next((one for one in parts if one.key == request.GET.get("part")), None)
    step = "time" if part else "part"
    return {
        "is_quick": True,
        "step": step if request.GET.get("service") else "service",
        "parts": parts,
        "chosen_part": part,
    }


@require_GET
def who(request: ActorRequest) -> HttpResponse:
    """Patients that fit what was typed, to choose from."""
    typed = request.GET.get("who", "").strip()[:100]
    hits = search_patients(request.actor, typed, limit=8) if typed else []
    return render(request, "scheduling/_who.html", {"q": typed, "hits": hits})


def _asked(request: ActorRequest) -> Asked:
    site = site_here(request, permissions.BOOK)
    there = offered_here(site.id)
    today = clock.now().astimezone(site.zone).date()
    sent = request.POST if request.method == "POST" else request.GET
    wanted = sent.get("service", "")
    every = [*there.performed, *there.by_nobody]
    service = next((one for one in every if str(one.id) == wanted), None)
    return Asked(
        site,
        there.performed,
        there.by_nobody,
        service or (every[0] if every else None),
        read_uuid(sent.get("practitioner", "")),
        max(read_day(sent.get("day", ""), today), today),
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
    *,
    instead: list[Choice] | None = None,
    hindered: Hindered | None = None,
    known: object = None,
) -> HttpResponse:
    """The dialog as it stands. `known` is who was found to be the one that seemed new."""
    chosen = (
        known
        if isinstance(known, UUID)
        else read_uuid(str(form["patient"].value() or request.GET.get("patient", "")))
    )
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
        hindered=hindered,
        along=chosen_along(request, request.POST.getlist("along")),
        parallel=is_parallel(request),
        way=read_uuid(request.POST.get("way")) or new_id(),
        is_page=not wants_part(request) or bool(request.POST.get("page")),
        may_overrule=request.actor.may(permissions.OVERRULE, asked.site.id),
        **_times(asked, DAYS_AT_ONCE, "scheduling:times"),
    )


def _book(request: ActorRequest, asked: Asked, form: BookingForm) -> HttpResponse:
    kept = form.cleaned_data
    is_placed = bool(request.POST.get("place"))
    chosen = None if is_placed else kept["time"]
    starts_at, practitioner_id = chosen or (_begin(asked), asked.practitioner_id)
    wish = BookingWish(
        site_id=asked.site.id,
        service_id=kept["service"],
        practitioner_id=practitioner_id,
        starts_at=starts_at,
        patient_id=kept["patient"] or _register(request, asked, form),
        channel=kept["channel"],
        note=kept["note"],
        reason_for_visit=kept["reason_for_visit"],
        is_first_visit=kept["is_first_visit"] or not kept["patient"],
        companion=kept["companion"],
        special_needs=tuple(kept["special_needs"]),
        answers={MEDICATION: kept["medication"]} if kept["medication"] else {},
        overrule_reason=kept["overrule_reason"],
    )
    others = [one.id for one in chosen_along(request, request.POST.getlist("along"))]
    if others:
        booked, words = book_all(request, wish, others, is_placed=is_placed)
    elif is_placed:
        booked, words = place(request, asked.site, wish)
    else:
        book = overbook_appointment if kept["overrule_reason"] else book_appointment
        booked = book(actor=request.actor, wish=wish)
        words = _("Booked %(number)s") % {"number": booked.number}
    undo = undo_url(booked.id) if others else reverse("scheduling:unmake", args=[booked.id])
    if request.POST.get("page") or not wants_part(request):
        answer = go_to(request, reverse("scheduling:booking", args=[booked.id]))
    else:
        answer = HttpResponse(status=204)
    return with_toast(answer, words, undo=undo)


def _register(request: ActorRequest, asked: Asked, form: BookingForm) -> UUID:
    """Register somebody new. Raises: Invalid, about the fields of the form."""
    try:
        return register_patient(actor=request.actor, site_id=asked.site.id, facts=form.facts())
    except Invalid as refused:
        named = [replace(error, field=f"new_{error.field}") for error in refused.errors]
        raise Invalid(*named) from refused


def _hindered(request: ActorRequest, asked: Asked, form: BookingForm) -> Hindered:
    """For whom what hindered, and what suits all; of a way that was offered, its first place."""
    kept = form.cleaned_data
    along = chosen_along(request, request.POST.getlist("along"))
    first_id = kept["patient"]
    briefs = patient_briefs(request.actor, [first_id], "booking") if first_id else {}
    name = str(briefs[first_id].name) if first_id in briefs else kept["new_name"]
    places = chosen_places(request)
    starts_at, practitioner_id = (
        places[0] if places else kept["time"] or (_begin(asked), asked.practitioner_id)
    )
    wanted = Together(
        asked.site.id, kept["service"], [first_id, *(one.id for one in along)],
        starts_at, practitioner_id, is_parallel(request),
    )  # fmt: skip
    names = [name, *(str(one.name) for one in along)]
    return hindered(request, wanted, names, is_placed=bool(request.POST.get("place")))


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


def _begin(asked: Asked) -> datetime:
    return clock.day_bounds(asked.first, asked.site.zone)[0]
