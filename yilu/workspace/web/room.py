"""The doctor's room: my queue, the patient who is here, and what comes after."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yilu.aesthetics.selectors.context import is_aesthetic
from yilu.aftercare.selectors.topics import follow_ups_topic
from yilu.clinical import permissions as clinical
from yilu.clinical.operations.notes import sign_note
from yilu.clinical.selectors.context import (
    Setting,
    clinical_topic,
    patient_topic,
    require_visit,
    work_topic,
)
from yilu.clinical.selectors.listening import listening_now
from yilu.clinical.selectors.notes import visit_note
from yilu.clinical.selectors.parts import sheet_part
from yilu.clinical.web.reading import read_draft, sent
from yilu.clinical.web.sealed import opened
from yilu.dental.selectors.context import is_dental
from yilu.diagnostics import permissions as diagnostics
from yilu.diagnostics.selectors.topics import lab_topic, visit_exams_topic, visit_lab_topic
from yilu.facility.selectors.sites import SiteInfo, site_zone
from yilu.intake import permissions as intake
from yilu.outbreak import permissions as outbreak
from yilu.platform import clock, undo
from yilu.platform.errors import DomainError, Invalid, NotFound
from yilu.platform.web.http import ActorRequest, go_to, render_page, with_toast
from yilu.platform.web.once import posted_once
from yilu.queueing.selectors.tickets import TicketInfo, tickets_of_visit
from yilu.queueing.selectors.topics import site_queues_topic
from yilu.queueing.states import AT_STATION
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.operations.remote import begin_call, no_answer
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.scheduling.selectors.topics import booking_topic, day_topic
from yilu.visits.selectors.visits import VisitInfo, visit_detail
from yilu.workspace.errors import AmendmentNotSigned, NoLongerHere, PrescriptionNotSigned
from yilu.workspace.selectors.calls import call_of
from yilu.workspace.selectors.room import (
    RoomQueue,
    lengths_ahead,
    next_times,
    own_station,
    room_queue,
)
from yilu.workspace.web.desk import today_at
from yilu.workspace.web.home import site_at


@require_safe
def room(request: ActorRequest, site_key: str) -> HttpResponse:
    """The whole room, or the queue alone after something in it changed."""
    site = site_at(request, site_key, clinical.WRITE)
    station = own_station(request.actor, site.id)
    if station is None:
        return render(request, "workspace/no_room.html", {"site": site})
    queue = room_queue(request.actor, site.id, station)
    visit = _shown(request, queue, site)
    context: dict[str, Any] = {
        "site": site,
        "queue": queue,
        "visit": visit,
        "part_url": f"{reverse('workspace:room', args=[site.key])}?{request.GET.urlencode()}",
        "queues_topic": site_queues_topic(site.id),
        "day_topic": day_topic(site.id, today_at(site)),
        "visit_key": str(visit.id) if visit else "",
        "reminder_topics": [work_topic(site.id), lab_topic(site.id), follow_ups_topic(site.id)],
        "attention_url": f"{reverse('scheduling:attention')}?mine=1&site={site.id}",
    }
    if visit is not None:
        context |= {
            "clinical_topic": clinical_topic(visit.id),
            "patient_topic": patient_topic(visit.patient_id),
            "exams_topic": _exams_topic(request, visit),
            "lab_topic": visit_lab_topic(visit.id),
            "is_dental": is_dental(request.actor, visit),
            "is_aesthetic": is_aesthetic(request.actor, visit),
            "sees_screening": request.actor.may(outbreak.SEE, visit.site_id),
            "sees_answers": request.actor.may(intake.SEE, visit.site_id),
            "is_here": queue.now is not None and queue.now.visit_id == visit.id,
            "is_signed": visit_note(visit.id).is_signed,
        }
        if context["is_here"] and not context["is_signed"]:
            context["listening"] = listening_now(site.id, visit.id)
        if any(one.id == visit.booking_id for one in queue.remote) and context["is_here"]:
            context["call"] = call_of(request.actor, visit)
    return render_page(request, "workspace/room.html", part="workspace/_room_queue.html", **context)


@posted_once
def call(request: ActorRequest, booking_id: UUID) -> HttpResponseBase:
    """Begin a telephone or video visit from this doctor's room."""
    site_id = coming_patient(booking_id).site_id
    station = own_station(request.actor, site_id)
    if station is None:
        raise NotFound
    begin_call(actor=request.actor, booking_id=booking_id, station_id=station.id)
    return go_to(request, reverse("workspace:board-room"))


@posted_once
def unanswered(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Nobody answered: the patient is expected again."""
    station = own_station(request.actor, _visit(request, visit_id).site_id)
    if station is None:
        raise NotFound
    no_answer(actor=request.actor, visit_id=visit_id, station_id=station.id)
    response = go_to(request, reverse("workspace:board-room"))
    return with_toast(response, _("Expected again; you can try once more."))


@require_safe
def next_visit(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Times for the next visit: how far ahead, or from which day on, is in the query."""
    return _next_part(request, _visit(request, visit_id), request.GET)


@posted_once
def book_next(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Book one of the times with one click."""
    visit = _visit(request, visit_id)
    starts_at = _instant(request.POST.get("starts_at", ""))
    if visit.service_id is None or visit.practitioner_id is None:
        raise NotFound
    booked = book_appointment(
        actor=request.actor,
        wish=BookingWish(
            site_id=visit.site_id,
            service_id=visit.service_id,
            practitioner_id=visit.practitioner_id,
            starts_at=starts_at,
            patient_id=visit.patient_id,
            channel="room",
        ),
    )
    said = _("Booked: %(number)s") % {"number": booked.number}
    back = reverse("scheduling:unmake", args=[booked.id])
    return with_toast(_next_part(request, visit, request.POST), said, undo=back)


@posted_once
def sign_and_finish(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Sign the note as this window has it, and send the patient on: both or neither."""
    ticket = _ticket_here(request, opened(request, visit_id))
    if sheet_part(request.actor, visit_id).rows:
        raise PrescriptionNotSigned
    note, draft = visit_note(visit_id), read_draft(sent(request))
    if not note.is_signed:
        sign_note(actor=request.actor, visit_id=visit_id, draft=draft)
    elif note.has_changes or not _is_within(draft.sections, note.sections):
        raise AmendmentNotSigned
    offer = finish_ticket(actor=request.actor, ticket_id=ticket.id)
    response = go_to(request, reverse("workspace:board-room"))
    said = _("%(number)s: signed and finished") % {"number": ticket.number}
    return with_toast(response, said, undo=undo.address(offer))


def finish(request: ActorRequest, visit_id: UUID) -> HttpResponseBase:
    """Sign and finish; what is missing is listed beside the button, and nothing is lost."""
    try:
        return sign_and_finish(request, visit_id)
    except Invalid as refused:
        words = [one.message for one in refused.errors]
        return _refused(request, refused, words)
    except (AmendmentNotSigned, NoLongerHere, PrescriptionNotSigned) as refused:
        return _refused(request, refused, [])


def _ticket_here(request: ActorRequest, where: Setting) -> TicketInfo:
    """The ticket with which the visit is in this doctor's room; any other is somebody else's.

    Raises: NoLongerHere.
    """
    station = own_station(request.actor, where.site_id)
    for ticket in tickets_of_visit(where.visit_id):
        if station and ticket.station_id == station.id and ticket.state in AT_STATION:
            return ticket
    raise NoLongerHere


def _refused(request: ActorRequest, refused: DomainError, words: list[str]) -> HttpResponse:
    context = {"refused": refused, "words": words}
    return render(request, "workspace/_not_finished.html", context, status=422)


def _shown(request: ActorRequest, queue: RoomQueue, site: SiteInfo) -> VisitInfo | None:
    """The visit that was opened, else that of who is here."""
    asked = request.GET.get("visit", "")
    if asked:
        visit = _visit(request, _uuid(asked))
        if visit.site_id != site.id:
            raise NotFound
        return visit
    return visit_detail(request.actor, queue.now.visit_id) if queue.now else None


def _exams_topic(request: ActorRequest, visit: VisitInfo) -> str:
    """What makes the examinations of the visit live, for whoever may see them."""
    may_see = request.actor.may(diagnostics.SEE, visit.site_id)
    return visit_exams_topic(visit.id) if may_see else ""


def _visit(request: ActorRequest, visit_id: UUID) -> VisitInfo:
    visit = visit_detail(request.actor, visit_id)
    require_visit(request.actor, visit)
    return visit


def _next_part(request: ActorRequest, visit: VisitInfo, chosen: Mapping[str, str]) -> HttpResponse:
    day = _day(chosen.get("day", ""))
    found = next_times(request.actor, visit.id, ahead=chosen.get("ahead", ""), day=day)
    context = {
        "visit": visit,
        "next": found,
        "lengths": lengths_ahead(),
        "today": clock.now().astimezone(site_zone(visit.site_id)).date(),
        "booked_topic": booking_topic(found.booked.id) if found.booked else "",
    }
    return render(request, "workspace/_next_visit.html", context)


def _is_within(typed: Mapping[str, str], kept: Mapping[str, str]) -> bool:
    """Whether nothing was typed that is not kept, but for blanks around it."""
    return all(text.strip() == kept.get(code, "").strip() for code, text in typed.items())


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _instant(typed: str) -> datetime:
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise NotFound from None
    if at.tzinfo is None:
        raise NotFound
    return at
