"""What is done on the desk grid: dropping, stretching, the pinboard, and who fits a gap.

The browser shows a drop at once; these answers say whether it holds. 204: done. 422: a part for
the dialog that says why not, and what could be done instead.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yilu.facility.selectors.sites import site_zone
from yilu.platform.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from yilu.platform.web.http import ActorRequest, with_toast, with_trigger
from yilu.platform.web.once import once, posted_once
from yilu.scheduling import permissions
from yilu.scheduling.errors import NotFree, PlaceUnsuited, ResourceAway
from yilu.scheduling.operations.dropping import Place, drop_booking, resize_booking
from yilu.scheduling.operations.giving import give_time, undo_give_time
from yilu.scheduling.operations.grid_view import keep_grid_view
from yilu.scheduling.operations.pinboard import pin_booking, unpin_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.gaps import Gap, who_fits
from yilu.scheduling.selectors.pinboard import pinboard
from yilu.scheduling.selectors.refusals import (
    Wanted,
    choices_instead,
    last_change,
    line_now,
    longest_instead,
)
from yilu.scheduling.selectors.resources import ResourceInfo, resource_info
from yilu.scheduling.selectors.topics import pinboard_topic, waiting_topic
from yilu.scheduling.web.grid_forms import DropForm, GapForm, GiveForm, SizeForm
from yilu.scheduling.web.making import new

MOST_IDS = 500


@require_POST
def place(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Drop a booking somewhere."""
    kept = _read(DropForm(request.POST))
    target = _target(kept)

    def run() -> HttpResponseBase:
        booked = drop_booking(
            actor=request.actor, booking_id=booking_id, place=target, version=kept["version"]
        )
        return _done(_("Moved %(number)s") % {"number": booked.number}, booked, "move")

    try:
        return once(request, run)
    except (NotAllowed, NotFound):
        raise
    except DomainError as refused:
        return _refused(request, booking_id, refused, _Asked(place=target))


@require_POST
def size(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Stretch a booking, or make it shorter."""
    kept = _read(SizeForm(request.POST))

    def run() -> HttpResponseBase:
        booked = resize_booking(
            actor=request.actor,
            booking_id=booking_id,
            minutes=kept["minutes"],
            version=kept["version"],
            overrule_reason=kept["overrule_reason"],
        )
        told = {"number": booked.number, "minutes": kept["minutes"]}
        words = _("%(number)s now lasts %(minutes)s min") % told
        return _done(words, booked, "resize")

    try:
        return once(request, run)
    except (NotAllowed, NotFound):
        raise
    except DomainError as refused:
        return _refused(request, booking_id, refused, _Asked(minutes=kept["minutes"]))


@posted_once
def pin(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Take a booking up; it keeps its place."""
    pin_booking(actor=request.actor, booking_id=booking_id)
    answer = HttpResponse(status=204)
    words = _("On the pinboard; it keeps its time until it has another")
    return with_toast(answer, words, undo=reverse("scheduling:grid-unpin", args=[booking_id]))


@posted_once
def unpin(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Put a booking back; it was never away."""
    unpin_booking(actor=request.actor, booking_id=booking_id)
    answer = HttpResponse(status=204)
    words = _("Taken off the pinboard")
    return with_toast(answer, words, undo=reverse("scheduling:grid-pin", args=[booking_id]))


@require_GET
def pins(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """What is on the reader's pinboard."""
    return render(request, "scheduling/_pins.html", pins_context(request, site_id))


def pins_context(request: ActorRequest, site_id: UUID) -> dict[str, Any]:
    """What the part of the pinboard takes, for the board that shows it. Five queries."""
    actor = request.actor
    return {
        "pins": pinboard(actor, site_id) if actor.may(permissions.CHANGE, site_id) else [],
        "pins_url": reverse("scheduling:grid-pins", args=[site_id]),
        "pins_topic": pinboard_topic(site_id, actor.user_id) if actor.user_id else "",
    }


@require_POST
def keep_view(request: ActorRequest, site_id: UUID) -> HttpResponseBase:
    """Remember which columns the reader wants to see, and show them."""
    sent = request.POST
    hidden = None
    if "columns" in sent:
        shown = set(_ids(sent.getlist("shown")))
        hidden = [one for one in _ids(sent.getlist("columns")) if one not in shown]
    keep_grid_view(
        actor=request.actor,
        site_id=site_id,
        kind=sent.get("kind"),
        department=sent.get("department"),
        hidden=hidden,
    )
    answer = HttpResponse(status=200)
    answer["HX-Refresh"] = "true"
    return answer


@require_GET
def gap(request: ActorRequest, resource_id: UUID) -> HttpResponseBase:
    """A free time: who fits it, and a new booking."""
    column = resource_info(resource_id)
    request.actor.require_to_see(permissions.SEE, column.site_id)
    kept = _read(GapForm(request.GET))
    context = _gap(request, column, kept)
    if context["may_book"] and not (context["found"] and context["found"].many):
        return new(request)  # Nobody fits: what was pressed is a new booking at once.
    return render(request, "scheduling/_gap.html", context)


@require_POST
def give(request: ActorRequest, resource_id: UUID, entry_id: UUID) -> HttpResponseBase:
    """Give the time to somebody who waits."""
    column = resource_info(resource_id)
    kept = _read(GiveForm(request.POST))
    practitioner_id = column.of_id if column.is_person else kept["practitioner"]
    if practitioner_id is None:
        raise NotFound

    def run() -> HttpResponseBase:
        booked = give_time(
            actor=request.actor,
            entry_id=entry_id,
            practitioner_id=practitioner_id,
            starts_at=kept["starts_at"],
            thing_id=None if column.is_person else column.id,
            version=kept["version"],
        )
        words = _("Booked %(number)s") % {"number": booked.number}
        undo = reverse("scheduling:grid-take-back", args=[entry_id, booked.version])
        return with_toast(HttpResponse(status=204), words, undo=undo)

    try:
        return once(request, run)
    except (NotAllowed, NotFound):
        raise
    except DomainError as refused:
        return render(request, "scheduling/_gap_gone.html", {"why": str(refused)}, status=422)


@posted_once
def take_back(request: ActorRequest, entry_id: UUID, version: int) -> HttpResponseBase:
    """They wait again, and the time is free."""
    undo_give_time(actor=request.actor, entry_id=entry_id, version=version)
    return with_toast(HttpResponse(status=204), _("Taken back"))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was refused: a place, or a length."""

    place: Place | None = None
    minutes: int | None = None


def _refused(
    request: ActorRequest, booking_id: UUID, refused: DomainError, asked: _Asked
) -> HttpResponse:
    """Why, in words, and up to five alternatives to press. Some ten queries."""
    line = line_now(request.actor, booking_id)
    minutes = asked.minutes or (asked.place and asked.place.minutes) or line.minutes
    goal = asked.place
    zone = site_zone(line.site_id)
    wanted = Wanted(
        goal.starts_at.astimezone(zone) if goal else line.starts_at,
        (goal and goal.practitioner_id) or line.practitioner_id,
        minutes,
    )
    is_time = isinstance(refused, NotFree) and not isinstance(refused, PlaceUnsuited)
    may_overrule = request.actor.may(permissions.OVERRULE, line.site_id)
    context = {
        "line": line,
        "why": str(refused),
        "changed": last_change(booking_id, line.site_id) if isinstance(refused, Stale) else None,
        "instead": choices_instead(line, wanted) if line.can_move and is_time else [],
        "longest": longest_instead(line, minutes) if is_time and not goal else None,
        "may_overrule": is_time and may_overrule,
        "is_away": isinstance(refused, ResourceAway),
        "wanted": wanted,
        "ends_at": wanted.starts_at + timedelta(minutes=minutes),
        "goal": goal,
    }
    answer = render(request, "scheduling/_grid_refused.html", context, status=422)
    return with_trigger(answer, gridRefused=True)


def _gap(request: ActorRequest, column: ResourceInfo, kept: dict[str, Any]) -> dict[str, Any]:
    actor, zone = request.actor, site_zone(column.site_id)
    who, thing = (column.of_id, None) if column.is_person else (None, column.id)
    place = Gap(column.site_id, who, kept["starts_at"], kept["ends_at"], thing)
    found = who_fits(actor, place)
    return {
        "column": column,
        "found": found,
        "starts_at": kept["starts_at"].astimezone(zone),
        "ends_at": kept["ends_at"].astimezone(zone),
        "minutes": (kept["ends_at"] - kept["starts_at"]) // timedelta(minutes=1),
        "may_book": actor.may(permissions.BOOK, column.site_id),
        "may_move": actor.may(permissions.CHANGE, column.site_id),
        "waiting_topic": waiting_topic(column.site_id),
    }


def _target(kept: dict[str, Any]) -> Place:
    """A column of the grid as a place: its practitioner, or its room, chair or device."""
    practitioner_id, thing_id = kept["practitioner"], None
    if kept["resource"]:
        column = resource_info(kept["resource"])
        if column.is_person:
            practitioner_id = column.of_id
        else:
            thing_id = column.id
    return Place(
        kept["starts_at"],
        practitioner_id,
        thing_id,
        kept["minutes"],
        kept["overrule_reason"],
    )


def _done(words: str, booked: Booked, deed: str) -> HttpResponse:
    undo_url = reverse("scheduling:undo", args=[booked.id, deed, booked.version])
    return with_toast(HttpResponse(status=204), words, undo=undo_url)


def _read(form: forms.Form) -> dict[str, Any]:
    """What was sent, if it can be read. Raises: Invalid."""
    if not form.is_valid():
        raise Invalid
    return form.cleaned_data


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:MOST_IDS]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
