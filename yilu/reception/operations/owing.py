"""Calls that we owe, as parts of deeds: promised, put into the list of what is to be done, over."""

from datetime import datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.pathways import permissions as pathways
from yilu.pathways.operations.cases import start_case
from yilu.pathways.operations.steps import hand_over_step
from yilu.pathways.selectors.cases import case_steps
from yilu.pathways.selectors.definitions import current_definitions
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.reception.errors import CallBackIsOver
from yilu.reception.events import CallBackAsked, CallBackOver
from yilu.reception.models import Call, CallBack
from yilu.reception.operations.calling import held_call_back, record, save, tell
from yilu.reception.states import CallBackOutcome, CallBackState

PATHWAY = "call_back"
SOON = timedelta(minutes=15)


def to_be_returned(owed: CallBack) -> None:
    """Raises: CallBackIsOver."""
    if owed.state != CallBackState.DUE:
        raise CallBackIsOver


def return_call(actor: Actor, call_back_id: UUID, patient_id: UUID | None) -> None:
    """What was owed is returned by the call that just ended. Part of a deed."""
    owed = held_call_back(actor, call_back_id)
    if owed.state == CallBackState.DUE:
        owed.patient_id = owed.patient_id or patient_id
        over(actor, owed, CallBackOutcome.REACHED)


def they_rang(actor: Actor, call: Call, *, missed: bool = False) -> UUID | None:
    """What a call of a number does to calls that we owe it. Part of a deed.

    Somebody who is on the line needs no call for one that was missed; a missed one is owed a
    call within a quarter of an hour, once, however often they tried.
    """
    if not call.phone:
        return None
    found = CallBack.objects.select_for_update(no_key=True).filter(
        site_id=call.site_id,
        phone_blind=call.phone_blind,
        state=CallBackState.DUE,
        is_missed_call=True,
    )
    owed = found.first()
    if not missed:
        if owed is not None:
            over(actor, owed, CallBackOutcome.THEY_RANG)
        return None
    if owed is not None:
        return owed.pk
    owed = owed_call(call.site_id, call.phone, call.phone_blind, clock.now() + SOON)
    owed.is_missed_call = True
    promise(actor, owed)
    return owed.pk


def owed_call(site_id: UUID, phone: str, found_by: bytes, due_at: datetime) -> CallBack:
    """A call that we owe, not written yet."""
    now = clock.now()
    return CallBack(
        id=new_id(),
        site_id=site_id,
        clinic_day=now.astimezone(site_zone(site_id)).date(),
        phone=phone,
        phone_blind=found_by,
        reason="",
        due_at=due_at,
        asked_at=now,
    )


def promise(actor: Actor, owed: CallBack) -> None:
    """Write it, tell the desk, and put it into the list of what is to be done."""
    owed.save(force_insert=True)
    record(actor, owed, "asked", due_at=owed.due_at, owner=owed.owner_id)
    tell(actor, owed, CallBackAsked(owed.pk, owed.patient_id, owed.is_missed_call))
    start(actor, owed)


def start(actor: Actor, owed: CallBack) -> None:
    """Put it into the list of what is to be done; late, it goes to the manager."""
    if all(line.key != PATHWAY for line in current_definitions()):
        return  # A promise is kept, and a missed call heard, whatever a clinic has published.
    able = actor.lent(pathways.WORK, pathways.REASSIGN)
    start_case(
        actor=able,
        key=PATHWAY,
        subject_type="reception.callback",
        subject_id=owed.pk,
        patient_id=owed.patient_id,
        site_id=owed.site_id,
        facts={"booked_at": owed.due_at},
    )
    if owed.owner_id is not None:
        step = next(one for one in case_steps(owed.pk, key=PATHWAY) if one.is_open)
        hand_over_step(actor=able, step_id=step.id, to_user=owed.owner_id)


def over(actor: Actor, owed: CallBack, outcome: CallBackOutcome) -> None:
    """Take it off the list with what came of it."""
    owed.state, owed.outcome, owed.ended_at = CallBackState.OVER, outcome, clock.now()
    save(owed, "state", "outcome", "ended_at", "patient_id")
    record(actor, owed, "over", outcome=outcome)
    tell(actor, owed, CallBackOver(owed.pk, outcome, owed.patient_id))
