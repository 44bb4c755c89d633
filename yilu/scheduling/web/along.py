"""More people in the dialog of a new booking: who comes along, and how."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.platform import clock
from yilu.platform.errors import BadRequest
from yilu.platform.web.http import ActorRequest, with_toast
from yilu.platform.web.once import posted_once
from yilu.scheduling.errors import TogetherTaken, TooFewTogether, UnknownPractitioner
from yilu.scheduling.operations.booking import BookingWish
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.operations.together import MOST, book_together, unmake_together
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.hindering import (
    Hinders,
    Hindrance,
    Together,
    ways_for_all,
    what_hinders,
)
from yilu.scheduling.selectors.together import WayToCome, places_from, ways_to_come
from yilu.scheduling.web.asking import read_uuid
from yilu.scheduling.web.forms import TimeField
from yilu.workforce.selectors.practitioners import practitioner_names


@require_GET
def along(request: ActorRequest) -> HttpResponse:
    """Who is ticked already, and who fits what was typed."""
    typed = request.GET.get("also", "").strip()[:100]
    chosen = chosen_along(request, request.GET.getlist("along"))
    hits = search_patients(request.actor, typed, limit=8) if typed else []
    known = {one.id for one in chosen}
    fresh = [hit.patient for hit in hits if hit.patient.id not in known]
    return render(request, "scheduling/_along.html", {"along": chosen, "hits": fresh})


def chosen_along(request: ActorRequest, sent: list[str]) -> list[PatientBrief]:
    """Who was ticked, of those whom the actor may see. One query or none."""
    ids = [one for value in sent[:MOST] if (one := read_uuid(value)) is not None]
    briefs = patient_briefs(request.actor, ids, "booking") if ids else {}
    return [briefs[one] for one in ids if one in briefs]


def is_parallel(request: HttpRequest) -> bool:
    return request.POST.get("how") == "parallel"


def book_all(
    request: ActorRequest, wish: BookingWish, others: list[UUID], *, is_placed: bool
) -> tuple[Booked, str]:
    """Book for all: from the chosen time on, or as soon as all can come. The first, and words.

    Raises: TogetherTaken, and what `book_together` raises.
    """
    people = [wish.patient_id, *others]
    places = chosen_places(request)
    if not places:
        places = _soonest(wish, len(people), request) if is_placed else _from(wish, people, request)
    if len(places) != len(people):
        raise TooFewTogether
    wishes = [
        replace(wish, patient_id=who, starts_at=place[0], practitioner_id=place[1])
        for who, place in zip(people, places, strict=True)
    ]
    booked = book_together(actor=request.actor, wishes=wishes)
    words = ngettext("Booked for %(n)s person", "Booked for %(n)s people", len(booked))
    return booked[0], words % {"n": len(booked)}


def chosen_places(request: HttpRequest) -> list[tuple[datetime, UUID]]:
    """The places for all that were offered and pressed, in the order of the people.

    Raises: BadRequest.
    """
    sent = request.POST.get("places", "").split(",")[:MOST]
    try:
        return [TimeField().to_python(value) for value in sent if value]
    except ValidationError as unreadable:
        raise BadRequest from unreadable


@dataclass(frozen=True, slots=True)
class HinderedLine:
    """One person who cannot come then: who, where they would have been, and why not."""

    name: str
    at: datetime
    practitioner: str
    why: str


@dataclass(frozen=True, slots=True)
class Hindered:
    """Why nothing was booked for several people, and what suits all of them instead."""

    lines: tuple[HinderedLine, ...]
    ways: tuple[WayToCome, ...]


def hindered(
    request: ActorRequest, wanted: Together, names: list[str], *, is_placed: bool
) -> Hindered:
    """What a refused dialog shows. Eight queries; four when any time would have done."""
    found = [] if is_placed else what_hinders(wanted)
    doctors = practitioner_names(one.practitioner_id for one in found if one.practitioner_id)
    lines = []
    for one in found:
        name = names[one.position] if one.why != Hinders.THINGS else _("All of them")
        doctor = str(doctors.get(one.practitioner_id, "")) if one.practitioner_id else ""
        lines.append(HinderedLine(name, one.starts_at, doctor, _why(one)))
    return Hindered(tuple(lines), tuple(ways_for_all(wanted)))


def _why(one: Hindrance) -> str:
    match one.why:
        case Hinders.BUSY if one.busy is not None:
            zone = one.starts_at.tzinfo
            hours = {
                "from": f"{one.busy.starts_at.astimezone(zone):%H:%M}",
                "until": f"{one.busy.ends_at.astimezone(zone):%H:%M}",
            }
            return _("is booked elsewhere from %(from)s to %(until)s") % hours
        case Hinders.NOBODY:
            return _("no further doctor is free then")
        case Hinders.THINGS:
            return _("rooms or devices do not suffice then")
        case _:
            return _("the doctor is not free then")


def undo_url(booking_id: UUID) -> str:
    return reverse("scheduling:unmake-together", args=[booking_id])


@posted_once
def unmake(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Take back that several were just booked."""
    unmake_together(actor=request.actor, booking_id=booking_id)
    return with_toast(HttpResponse(status=204), _("Bookings taken back"))


def _from(
    wish: BookingWish, people: list[UUID], request: HttpRequest
) -> list[tuple[datetime, UUID]]:
    if wish.practitioner_id is None:
        raise UnknownPractitioner
    places = places_from(
        service_facts(wish.service_id),
        wish.site_id,
        len(people),
        (wish.starts_at, wish.practitioner_id),
        parallel=is_parallel(request),
    )
    return _or_refused([(one.starts_at, one.practitioner_id) for one in places])


def _soonest(wish: BookingWish, people: int, request: HttpRequest) -> list[tuple[datetime, UUID]]:
    first = max(wish.starts_at, clock.now()).date()
    ways = ways_to_come(wish.site_id, wish.service_id, people, first, parallel=is_parallel(request))
    found = ways[0].places if ways else ()
    return _or_refused([(one.starts_at, one.practitioner_id) for one in found])


def _or_refused(places: list[tuple[datetime, UUID]]) -> list[tuple[datetime, UUID]]:
    if not places:
        raise TogetherTaken(why="")
    return places
