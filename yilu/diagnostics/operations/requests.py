"""Asking for examinations, and following what becomes of their bookings."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.clinical.operations.hearing import note_ordered
from yilu.clinical.selectors.plans import require_accepted
from yilu.diagnostics import permissions
from yilu.diagnostics.errors import AlreadyAsked, NoExamination, WantedInPast
from yilu.diagnostics.events import (
    ExamBooked,
    ExamDone,
    ExamRequested,
    ExamReturned,
    ExamUnbooked,
    ExamWithdrawn,
)
from yilu.diagnostics.models import ExamRequest
from yilu.diagnostics.operations.studies import Aim, call_off_study, open_study
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.selectors.offered import offered_exams
from yilu.diagnostics.selectors.topics import (
    exams_topic,
    imaging_topic,
    trip_topic,
    visit_exams_topic,
)
from yilu.diagnostics.states import PENDING, ExamState, Flag, Urgency, check_move
from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.scheduling.selectors.telling import telling
from yilu.scheduling.states import BookingState
from yilu.visits.selectors.visits import visit_info

NO_AIM = Aim()
GONE = (BookingState.CANCELLED, BookingState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class ExamWish:
    """What a doctor asks for at a visit. No flags: those that the table gives the examination.

    `is_now`: it is done at this visit, without a booking.
    """

    visit_id: UUID
    service_id: UUID
    urgency: str = Urgency.USUAL
    reason: str = ""
    wanted_by: date | None = None
    flags: tuple[str, ...] | None = None
    aim: Aim = NO_AIM
    is_now: bool = False


@operation
def ask_examination(*, actor: Actor, wish: ExamWish) -> UUID:
    """Ask for an examination of a visit's patient; what we promise for its kind counts from now.

    Raises:
        NotFound, NotAllowed.
        NoExamination: the site offers no such examination, or its words are not ours.
        WantedInPast: the day by which it is wanted is over.
        AlreadyAsked: the same is open or booked for this patient.
        PartMissing: which part of the body, or which side, was not said.
        RecentResult: there is a recent report of the same, and no reason was given.
        OrderHeld: it belongs to a treatment plan that the patient has not accepted.
    """
    visit = visit_info(wish.visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.ASK, visit.site_id)
    offered = {one.id: one for one in offered_exams(visit.site_id)}.get(wish.service_id)
    flags = wish.flags if wish.flags is not None else offered.flags if offered else ()
    if offered is None or wish.urgency not in Urgency.values or set(flags) - set(Flag.values):
        raise NoExamination
    require_accepted(visit.id, visit.patient_id, [offered.service.fee_item_id])
    now = clock.now()
    day = now.astimezone(site_zone(visit.site_id)).date()
    if wish.wanted_by is not None and wish.wanted_by < day:
        raise WantedInPast
    profile = table().profiles[offered.service.key]
    promise = table().promises.get(offered.kind)
    held = ExamRequest(
        site_id=visit.site_id,
        patient_id=visit.patient_id,
        visit_id=visit.id,
        service_id=wish.service_id,
        practitioner_id=actor.practitioner_id,
        kind=offered.kind,
        urgency=wish.urgency,
        flags=[one.value for one in Flag if one.value in flags],
        reason=wish.reason.strip()[:500],
        wanted_by=wish.wanted_by,
        state=ExamState.HERE if wish.is_now and profile.modality else ExamState.OPEN,
        requested_at=now,
        due_at=now + promise if promise else None,
        clinic_day=day,
    )
    with on_violation(diagnostics_request_once=AlreadyAsked):
        held.save(force_insert=True)
    open_study(actor=actor, held=held, profile=profile, aim=wish.aim)
    told = ExamRequested(
        held.pk, held.patient_id, held.visit_id, held.service_id, held.kind, held.urgency,
        held.due_at,
    )  # fmt: skip
    note_ordered(held.visit_id)
    write(actor=actor, held=held, deed="asked", event=told)
    return held.pk


@operation
def withdraw_request(
    *, actor: Actor, request_id: UUID, reason: str = "", version: int | None = None
) -> None:
    """Ask no longer for an examination that has no booking.

    Raises:
        NotFound, NotAllowed, Stale.
        RequestMoved: it is booked, done or withdrawn; a booking is cancelled first.
        LabMoved: the examination has begun.
    """
    held = ExamRequest.objects.select_for_update(no_key=True).filter(pk=request_id).first()
    if held is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, held.site_id)
    actor.require(permissions.ASK, held.site_id)
    check_version(held, version)
    check_move(held.state, ExamState.WITHDRAWN)
    held.state, held.ended_at = ExamState.WITHDRAWN, clock.now()
    held.version += 1
    held.save(update_fields=["state", "ended_at", "version"])
    call_off_study(actor=actor, request_id=held.pk)
    write(
        actor=actor,
        held=held,
        deed="withdrawn",
        event=ExamWithdrawn(held.pk, held.patient_id, reason.strip()[:200]),
    )


@operation
def follow_booking(*, actor: Actor, booking_id: UUID) -> None:
    """Let a request follow its booking: moved, cancelled or missed, finished, or taken back.

    One query for a booking that is of no request.
    """
    found = ExamRequest.objects.select_for_update(no_key=True).filter(booking_id=booking_id)
    held = found.first()
    if held is None:
        return
    booking = telling(booking_id)
    target = _target(booking.state)
    moved = held.starts_at != booking.starts_at and target == ExamState.BOOKED
    if held.state == target and not moved:
        return
    before = held.state
    if before == ExamState.WITHDRAWN or (before == ExamState.DONE and _asked_again(held)):
        return
    held.state = target
    held.starts_at = booking.starts_at if target != ExamState.OPEN else None
    held.ended_at = booking.ends_at if target == ExamState.DONE else None
    held.version += 1
    held.save(update_fields=["state", "starts_at", "ended_at", "version"])
    _tell_followed(actor, held, before)


def _target(state: str) -> ExamState:
    if state == BookingState.FINISHED:
        return ExamState.DONE
    return ExamState.OPEN if state in GONE else ExamState.BOOKED


def _asked_again(held: ExamRequest) -> bool:
    """Whether the same was asked for anew since it was done: then it stays done."""
    same = ExamRequest.objects.filter(
        site_id=held.site_id, patient_id=held.patient_id, service_id=held.service_id
    )
    return same.filter(state__in=PENDING).exclude(pk=held.pk).exists()


def _tell_followed(actor: Actor, held: ExamRequest, before: str) -> None:
    booking_id, trip_id = held.booking_id, held.trip_id
    if booking_id is None or trip_id is None or held.state == ExamState.OPEN:
        told: object = ExamUnbooked(held.pk, held.patient_id, booking_id or held.pk)
        write(actor=actor, held=held, deed="unbooked", event=told)
    elif held.state == ExamState.DONE:
        write(
            actor=actor, held=held, deed="done", event=ExamDone(held.pk, held.patient_id, held.kind)
        )
    else:
        if before == ExamState.DONE:
            write(
                actor=actor,
                held=held,
                deed="returned",
                event=ExamReturned(held.pk, held.patient_id),
            )
        starts_at = held.starts_at or held.requested_at
        told = ExamBooked(held.pk, held.patient_id, booking_id, trip_id, starts_at)
        write(actor=actor, held=held, deed="booked", event=told)


def write(*, actor: Actor, held: ExamRequest, deed: str, event: object) -> None:
    """Record and tell what became of a request."""
    audit.record(
        actor,
        f"diagnostics.request.{deed}",
        held,
        site_id=held.site_id,
        patient_id=held.patient_id,
        service=str(held.service_id),
    )
    topics = [exams_topic(held.site_id), visit_exams_topic(held.visit_id)]
    topics.append(imaging_topic(held.site_id))
    topics += [trip_topic(held.trip_id)] if held.trip_id else []
    outbox.publish(event, actor=actor, site_id=held.site_id, subject=held, topics=topics)
