"""The page that opens extra places, with the calculation; and the dialog that fills one."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.platform import clock
from yilu.platform.errors import Invalid, NotFound
from yilu.platform.web.http import ActorRequest, render_page, with_toast
from yilu.platform.web.once import posted_once, submit
from yilu.prediction import permissions
from yilu.prediction.errors import PlaceTaken
from yilu.prediction.operations.places import (
    ForWhom,
    book_extra_place,
    open_extra_place,
    withdraw_extra_place,
)
from yilu.prediction.selectors.advice import PlaceLine, extra_place, session_advice
from yilu.prediction.selectors.features import knows_lengths
from yilu.prediction.selectors.policy import policy
from yilu.prediction.selectors.stored import usable_model
from yilu.prediction.selectors.topics import calls_topic
from yilu.prediction.web.forms import FillForm, OpenForm
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.errors import NotFree, PatientBusy
from yilu.scheduling.states import Channel
from yilu.scheduling.web.here import site_here
from yilu.workforce.selectors.practitioners import practitioner_names

FARTHEST = timedelta(days=14)


@require_GET
def places(request: ActorRequest) -> HttpResponse:
    """The sessions of a day: booked, expected, the wait, and what may be opened."""
    site = site_here(request, permissions.OPEN_PLACES)
    today = clock.now().astimezone(site.zone).date()
    day = _day(request.GET.get("day", ""), today)
    return render_page(
        request,
        "prediction/places.html",
        part="prediction/_places.html",
        site=site,
        day=day,
        before=day - timedelta(days=1) if day > today else None,
        after=day + timedelta(days=1) if day < today + FARTHEST else None,
        sessions=session_advice(request.actor, site.id, day),
        has_model=usable_model() is not None,
        has_lengths=knows_lengths(site.id),
        policy=policy(),
        topic=calls_topic(site.id),
        part_url=f"{reverse('prediction:places')}?day={day.isoformat()}",
    )


@posted_once
def open_place(request: ActorRequest) -> HttpResponseBase:
    """Open the place that is advised."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        raise Invalid
    wanted = form.cleaned_data
    open_extra_place(
        actor=request.actor,
        site_id=wanted["site"],
        practitioner_id=wanted["practitioner"],
        day=wanted["day"],
        starts_at=wanted["starts_at"],
    )
    return with_toast(HttpResponse(status=204), _("Opened: the desk can give it to somebody."))


@posted_once
def withdraw(request: ActorRequest, place_id: UUID) -> HttpResponseBase:
    """Withdraw a place that nobody has."""
    withdraw_extra_place(actor=request.actor, place_id=place_id)
    return with_toast(HttpResponse(status=204), _("Withdrawn"))


@require_http_methods(["GET", "POST"])
def fill(request: ActorRequest, place_id: UUID) -> HttpResponseBase:
    """Whom an open extra place is for."""
    place = extra_place(request.actor, place_id)
    if place is None:
        raise NotFound
    form = FillForm(request.POST or None)

    def again(status: int) -> HttpResponse:
        return _dialog(request, place, form, status)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        return _booked(request, place_id, typed)

    if request.method == "GET":
        return again(200)
    try:
        return submit(request, form, save, again)
    except (NotFree, PatientBusy, PlaceTaken) as refused:
        form.add_error(None, str(refused))
        return again(422)


def _booked(request: ActorRequest, place_id: UUID, typed: dict[str, Any]) -> HttpResponse:
    site = site_here(request, scheduling.BOOK)
    patient_id = typed["patient"] or register_patient(
        actor=request.actor,
        site_id=site.id,
        facts=PatientFacts(name=typed["new_name"], phone=typed["new_phone"]),
    )
    whom = ForWhom(patient_id, Channel.PHONE, is_first_visit=not typed["patient"])
    booked = book_extra_place(actor=request.actor, place_id=place_id, whom=whom)
    words = _("Booked %(number)s") % {"number": booked.number}
    return with_toast(HttpResponse(status=204), words)


def _dialog(request: ActorRequest, place: PlaceLine, form: FillForm, status: int) -> HttpResponse:
    shown = {
        "place": place,
        "form": form,
        "practitioner": practitioner_names([place.practitioner_id])[place.practitioner_id],
    }
    return render(request, "prediction/_fill.html", shown, status=status)


def _day(text: str, today: date) -> date:
    """The day asked for, if extra places may be looked at then; else tomorrow."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today + timedelta(days=1)
    return day if today <= day <= today + FARTHEST else today + timedelta(days=1)
