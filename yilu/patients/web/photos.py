"""A photo of an ID card, read into the form that a person then checks and sends."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from yilu.patients import permissions
from yilu.patients.errors import BackOfCard, NoIdCard, NoPicture
from yilu.patients.pictures.reading import LARGEST, read_picture
from yilu.patients.rules.idcards import IdCard, NoCard, read_card
from yilu.patients.selectors.lines import today
from yilu.patients.web.forms import PatientForm
from yilu.patients.web.here import site_here
from yilu.patients.web.registering import form_of_new
from yilu.platform import throttle
from yilu.platform.errors import DomainError
from yilu.platform.web.http import ActorRequest

# For one person at a desk; each picture takes a core for some seconds.
A_MINUTE = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a photo: a card, or why there is none."""

    card: IdCard | None = None
    refused: str = ""


@require_POST
def card(request: ActorRequest) -> HttpResponse:
    """The form for a new patient with what a photo of their card says. Nothing is kept of it."""
    site = site_here(request, permissions.REGISTER)
    throttle.take(f"patients:card:{request.actor.user_id}", A_MINUTE, 60)
    status, reading = 200, Reading()
    try:
        reading = Reading(_read(request))
    except DomainError as refused:
        status, reading = refused.status, Reading(refused=str(refused))
    typed = PatientForm(request.POST)
    started = {one.name: one.value() for one in typed} | _said(reading.card)
    form = PatientForm(initial={name: value for name, value in started.items() if value})
    context = form_of_new(request, form, site_id=site.id, reading=reading)
    return render(request, "patients/_form.html", context, status=status)


def _read(request: ActorRequest) -> IdCard:
    photo = request.FILES.get("photo")
    if photo is None or not photo.size or photo.size > LARGEST:
        raise NoPicture
    try:
        return read_card(read_picture(photo.read()), today())
    except NoCard as none:
        raise (BackOfCard if none.code == "back" else NoIdCard) from none


def _said(read: IdCard | None) -> dict[str, Any]:
    """What a card says, as fields; what it does not say leaves a field as it was."""
    if read is None:
        return {}
    said = {
        "name": read.name,
        "sex": read.sex,
        "born_on": read.born_on,
        "address": read.address,
        "id_number": read.number,
        "id_type": "resident_id",
    }
    return {name: value for name, value in said.items() if value}
