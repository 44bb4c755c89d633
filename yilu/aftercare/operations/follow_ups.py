"""Planning follow-ups, and writing down what came of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from yilu.aftercare import permissions, rules
from yilu.aftercare.errors import OutcomeMissing
from yilu.aftercare.events import (
    FollowUpEnded,
    FollowUpPlanned,
    FollowUpTakenBack,
    FollowUpTried,
)
from yilu.aftercare.models import FollowUp
from yilu.aftercare.selectors.topics import topics_of
from yilu.aftercare.states import FollowUpKind, FollowUpState, Medication, Recovery, check_move
from yilu.catalogue.selectors.services import service_infos
from yilu.messaging.operations.messages import send_message
from yilu.platform import audit, clock, links, outbox, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, lock_name, operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.visits.selectors.visits import VisitInfo, visit_info
from yilu.visits.states import VisitState

ENDED = "aftercare.follow_up.ended"
TRIED = "aftercare.follow_up.no_answer"
WAYS = ("sms", "wechat", "email")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the patient said when somebody called."""

    recovery: str
    medication: str = ""
    reactions: str = ""
    satisfaction: int | None = None
    wants_visit: bool = False
    needs_doctor: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """A call that nobody took: how often to try again, by when, and how to take it back."""

    left: int
    due_at: datetime
    undo_id: UUID


@operation
def plan_follow_up(*, actor: Actor, visit_id: UUID) -> UUID | None:
    """Plan the call after a visit, and send the after-visit sheet; twice changes nothing.

    None: they were not seen, or are back by now. Raises: NotFound.
    """
    _hold_visit(visit_id)
    visit = visit_info(visit_id)
    if visit.state != VisitState.LEFT:
        return None
    left_at = visit.left_at or clock.now()
    fresh = FollowUp(
        id=new_id(), site_id=visit.site_id, visit_id=visit_id, patient_id=visit.patient_id,
        clinic_day=visit.clinic_day, kind=FollowUpKind.VISIT, due_at=rules.due_at(left_at),
        planned_at=clock.now(),
    )  # fmt: skip
    FollowUp.objects.bulk_create([fresh], ignore_conflicts=True)
    held = FollowUp.objects.select_for_update().get(visit_id=visit_id, kind=FollowUpKind.VISIT)
    if held.pk != fresh.pk:
        return _take_up_again(actor, held, fresh.due_at)
    audit.record(
        actor, "aftercare.follow_up.planned", held,
        site_id=held.site_id, patient_id=held.patient_id,
    )  # fmt: skip
    _tell_planned(actor, held)
    _send_sheet(actor, visit, held)
    return held.pk


@operation
def call_off_follow_up(*, actor: Actor, visit_id: UUID) -> None:
    """The patient is with us again: nobody needs to call. Nothing happens when none is due.

    Nor when they were seen once more and have left: that they came back was heard late.
    Raises: NotFound.
    """
    _hold_visit(visit_id)
    if visit_info(visit_id).state == VisitState.LEFT:
        return
    held = FollowUp.objects.select_for_update().filter(
        visit_id=visit_id, state=FollowUpState.DUE
    ).first()  # fmt: skip
    if held is not None:
        _end(actor, held, FollowUpState.CANCELLED)


@operation
def record_outcome(
    *, actor: Actor, follow_up_id: UUID, outcome: Outcome, version: int | None = None
) -> UUID:
    """Write down what the patient said; gives back the offer to take it back.

    It is worse, there was a reaction, or the caller asks: then a doctor gets a step of its own.

    Raises:
        NotFound, NotAllowed, Stale.
        OutcomeMissing: it is not said how the patient is.
        AlreadyEnded: somebody else was faster.
    """
    held = _hold(actor, follow_up_id, version)
    is_known = outcome.recovery in Recovery.values
    if not is_known or outcome.medication not in {"", *Medication.values}:
        raise OutcomeMissing
    check_move(held.state, FollowUpState.DONE)
    held.recovery, held.medication = outcome.recovery, outcome.medication
    held.reactions, held.note = outcome.reactions.strip(), outcome.note.strip()
    held.satisfaction, held.wants_visit = outcome.satisfaction, outcome.wants_visit
    held.needs_doctor = rules.needs_doctor(
        outcome.recovery, outcome.reactions, asked=outcome.needs_doctor
    )
    held.tries += 1
    _end(actor, held, FollowUpState.DONE)
    return undo.offer(actor, ENDED, held, site_id=held.site_id)


@operation
def note_no_answer(*, actor: Actor, follow_up_id: UUID, version: int | None = None) -> Tried:
    """Nobody answered: to be called again, and not reached after three tries.

    It stays due as it was; late in its day it is due in three hours.
    Raises: NotFound, NotAllowed, Stale, AlreadyEnded.
    """
    held = _hold(actor, follow_up_id, version)
    check_move(held.state, FollowUpState.NO_ANSWER)
    before = held.due_at
    held.tries += 1
    if held.tries >= rules.MOST_TRIES:
        _end(actor, held, FollowUpState.NO_ANSWER)
    else:
        held.due_at = rules.next_try(held.due_at, clock.now())
        held.owner_id = actor.user_id
        _keep(actor, held, "no_answer")
        told = FollowUpTried(held.pk, held.visit_id, held.patient_id, held.tries, held.due_at)
        _publish(actor, held, told)
    offered = undo.offer(actor, TRIED, held, site_id=held.site_id, due_at=before)
    return Tried(rules.MOST_TRIES - held.tries, held.due_at, offered)


@operation
def undo_no_answer(*, actor: Actor, undo_id: UUID) -> None:
    """Take back that nobody answered: the try does not count.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon.
    """
    offered = undo.take_back(actor, undo_id, TRIED)
    held = _hold(actor, offered.subject_id, None)
    offered.check(held)
    held.state, held.ended_at, held.tries = FollowUpState.DUE, None, held.tries - 1
    held.due_at = datetime.fromisoformat(offered.body["due_at"])
    _keep(actor, held, "taken_back")
    _publish(actor, held, FollowUpTakenBack(held.pk, held.visit_id, held.patient_id))


@operation
def undo_outcome(*, actor: Actor, undo_id: UUID) -> None:
    """Take an outcome back; the patient is on the list again.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon.
    """
    offered = undo.take_back(actor, undo_id, ENDED)
    held = _hold(actor, offered.subject_id, None)
    offered.check(held)
    held.state, held.ended_at, held.tries = FollowUpState.DUE, None, max(held.tries - 1, 0)
    held.recovery = held.medication = held.reactions = held.note = ""
    held.satisfaction, held.wants_visit, held.needs_doctor = None, False, False
    _keep(actor, held, "taken_back")
    told = FollowUpTakenBack(held.pk, held.visit_id, held.patient_id)
    _publish(actor, held, told)


def _hold_visit(visit_id: UUID) -> None:
    """Let nobody else plan or call off for this visit until the deed ends: whoever comes second
    reads how the visit stands by then, so that it is the same who heard first. One query."""
    lock_name("aftercare", visit_id)


def _take_up_again(actor: Actor, held: FollowUp, due_at: datetime) -> UUID:
    """The patient came back and left anew: the call that was called off is due once more."""
    if held.state == FollowUpState.CANCELLED:
        held.state, held.ended_at, held.due_at = FollowUpState.DUE, None, due_at
        _keep(actor, held, "planned_again")
        _tell_planned(actor, held)
    return held.pk


def _hold(actor: Actor, follow_up_id: UUID, version: int | None) -> FollowUp:
    held = FollowUp.objects.select_for_update(of=("self",)).filter(pk=follow_up_id).first()
    if held is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, held.site_id)
    actor.require(permissions.CALL, held.site_id)
    check_version(held, version)
    return held


def _end(actor: Actor, held: FollowUp, state: FollowUpState) -> None:
    held.state, held.ended_at = state, clock.now()
    held.owner_id = actor.user_id or held.owner_id
    _keep(actor, held, "ended")
    told = FollowUpEnded(
        held.pk, held.visit_id, held.patient_id, held.state,
        needs_doctor=held.needs_doctor, wants_visit=held.wants_visit,
    )  # fmt: skip
    _publish(actor, held, told)


def _keep(actor: Actor, held: FollowUp, deed: str) -> None:
    held.version += 1
    held.save(force_update=True)
    audit.record(
        actor, f"aftercare.follow_up.{deed}", held,
        site_id=held.site_id, patient_id=held.patient_id, state=held.state, tries=held.tries,
    )  # fmt: skip


def _tell_planned(actor: Actor, held: FollowUp) -> None:
    told = FollowUpPlanned(held.pk, held.visit_id, held.patient_id, held.kind, held.due_at)
    _publish(actor, held, told)


def _publish(actor: Actor, held: FollowUp, event: object) -> None:
    topics = topics_of(held.site_id, held.visit_id)
    outbox.publish(event, actor=actor, site_id=held.site_id, subject=held, topics=topics)


def _send_sheet(actor: Actor, visit: VisitInfo, held: FollowUp) -> None:
    """Send the address of the after-visit sheet; no diagnosis travels in a message."""
    reference = links.issue(
        "visit",
        subject_id=visit.booking_id or visit.id,
        expires_at=(visit.left_at or clock.now()) + rules.LINK_STANDS,
        site_id=visit.site_id,
    )
    service = service_infos([visit.service_id]).get(visit.service_id) if visit.service_id else None
    send_message(
        actor=actor, key=f"after_visit:{held.pk}", template="after_visit", site_id=visit.site_id,
        patient_id=visit.patient_id, channels=WAYS,
        data={
            "service": service.name if service else "",
            "visited_at": visit.arrived_at,
            "link": settings.VISIT_LINK.format(reference=f"{reference}/sheet"),
        },
    )  # fmt: skip
