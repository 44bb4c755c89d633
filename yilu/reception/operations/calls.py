"""Calls: they ring, somebody takes them, asks who it is, writes down what is needed, and ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import patient_exists
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.reception import permissions
from yilu.reception.errors import CallOver, CallTaken, TwoIdentifiers
from yilu.reception.events import CallBegun, CallChanged, CallEnded, CallMissed, CallRang
from yilu.reception.models import Call
from yilu.reception.operations.calling import (
    blind,
    heard,
    held_call,
    held_call_back,
    number,
    record,
    save,
    tell,
)
from yilu.reception.operations.owing import return_call, they_rang, to_be_returned
from yilu.reception.states import CallerFact, CallNeed, CallState

MISSED = "reception.call_missed"
RINGS_AT_MOST = timedelta(minutes=2)
LEAST = 2


@operation
def note_ringing(*, actor: Actor, line_id: UUID, site_id: UUID, ref: str, phone: str) -> UUID:
    """A telephone system says that somebody calls. Saying it twice is hearing it once.

    A number that is hidden or none rings too. A call whose end nobody tells is missed after two
    minutes. Five queries.
    """
    actor.require(permissions.TELEPHONE, site_id)
    known = Call.objects.filter(line_id=line_id, ref=ref).values_list("pk", flat=True).first()
    if known is not None:
        return known
    now, from_number = clock.now(), heard(phone)
    call = _call(site_id, from_number, now)
    call.line_id, call.ref = line_id, ref
    call.state, call.rang_at = CallState.RINGING, now
    call.save(force_insert=True)
    timers.schedule(MISSED, due_at=now + RINGS_AT_MOST, subject_id=call.pk, site_id=site_id)
    record(actor, call, "rang")
    tell(actor, call, CallRang(call.pk))
    return call.pk


@operation
def take_call(*, actor: Actor, call_id: UUID) -> None:
    """Pick a call up: it is this person's. Whoever owes the caller a call has returned it.

    Raises:
        NotFound, NotAllowed.
        CallTaken: a colleague was faster.
        CallOver: nobody is on the line any more.
    """
    call = held_call(actor, call_id)
    if call.state == CallState.TALKING and call.taken_by_id not in (None, actor.user_id):
        raise CallTaken
    if call.state == CallState.TALKING and call.taken_by_id == actor.user_id:
        return
    if call.state not in {CallState.RINGING, CallState.TALKING}:
        raise CallOver
    _begin(actor, call)


@operation
def begin_call(
    *, actor: Actor, site_id: UUID, phone: str, call_back_id: UUID | None = None
) -> UUID:
    """A call that no telephone system tells of: the number is typed; or one that is returned.

    Raises: NotAllowed, NoSuchNumber, NotFound, CallBackIsOver.
    """
    actor.require_to_see(permissions.TELEPHONE, site_id)
    call = _call(site_id, number(phone) if call_back_id is None else "", clock.now())
    if call_back_id is not None:
        owed = held_call_back(actor, call_back_id)
        to_be_returned(owed)
        call.phone, call.phone_blind = owed.phone, owed.phone_blind
        call.call_back_id, call.is_outgoing = owed.pk, True
    call.state = CallState.TALKING
    call.begun_at, call.taken_by_id = clock.now(), actor.user_id
    call.save(force_insert=True)
    record(actor, call, "begun", outgoing=call.is_outgoing)
    tell(actor, call, CallBegun(call.pk, None))
    if not call.is_outgoing:
        they_rang(actor, call)
    return call.pk


@operation
def identify_caller(
    *,
    actor: Actor,
    call_id: UUID,
    patient_id: UUID,
    identifiers: Iterable[str],
    version: int | None = None,
) -> None:
    """Say about which patient the caller speaks, and by which two facts they showed it.

    Raises: NotFound, NotAllowed, Stale, CallOver, TwoIdentifiers.
    """
    call = held_call(actor, call_id)
    check_version(call, version)
    _check_talking(call)
    said = sorted(set(identifiers) & set(CallerFact.values))
    if len(said) < LEAST:
        raise TwoIdentifiers
    if not patient_exists(patient_id):
        raise NotFound
    call.patient_id, call.identified_by = patient_id, said
    save(call, "patient_id", "identified_by")
    record(actor, call, "identified", by=said)
    tell(actor, call, CallChanged(call.pk, call.patient_id))


@operation
def note_call(
    *, actor: Actor, call_id: UUID, need: str, note: str, version: int | None = None
) -> None:
    """Write down what the caller needs, while they speak or after.

    Raises: NotFound, NotAllowed, Stale.
    """
    call = held_call(actor, call_id)
    check_version(call, version)
    call.need, call.note = CallNeed(need) if need else "", note.strip()
    save(call, "need", "note")
    record(actor, call, "noted", need=call.need)
    tell(actor, call, CallChanged(call.pk, call.patient_id))


@operation
def end_call(
    *,
    actor: Actor,
    call_id: UUID,
    need: str,
    note: str = "",
    was_read_back: bool = False,
    version: int | None = None,
) -> None:
    """End a call with what it was about, and whether what was agreed was read back.

    A call that was returned is off the list. Raises: NotFound, NotAllowed, Stale, CallOver.
    """
    call = held_call(actor, call_id)
    check_version(call, version)
    _check_talking(call)
    call.need, call.note, call.was_read_back = CallNeed(need), note.strip(), was_read_back
    call.state, call.ended_at = CallState.ENDED, clock.now()
    save(call, "need", "note", "was_read_back", "state", "ended_at")
    record(actor, call, "ended", need=call.need, read_back=was_read_back)
    tell(actor, call, CallEnded(call.pk, call.need, call.patient_id))
    if call.call_back_id is not None:
        return_call(actor, call.call_back_id, call.patient_id)


@operation
def note_answered(*, actor: Actor, call_id: UUID) -> None:
    """The telephone system says that somebody lifted the receiver; who, the page will say."""
    call = held_call(actor, call_id)
    if call.state == CallState.RINGING:
        _begin(actor, call)


@operation
def note_hung_up(*, actor: Actor, call_id: UUID) -> None:
    """The caller has hung up: a call that nobody took is missed, and is to be returned.

    Twice changes nothing. Raises: NotFound, NotAllowed.
    """
    call = held_call(actor, call_id)
    if call.state == CallState.TALKING and call.hung_up_at is None:
        call.hung_up_at = clock.now()
        if call.taken_by_id is None:  # Spoken with, and nobody of ours had it on a screen.
            call.state, call.ended_at = CallState.ENDED, call.hung_up_at
        save(call, "hung_up_at", "state", "ended_at")
        tell(actor, call, CallChanged(call.pk, call.patient_id))
    if call.state != CallState.RINGING:
        return
    timers.cancel(call.pk, MISSED)
    call.state, call.ended_at = CallState.MISSED, clock.now()
    call.hung_up_at = call.ended_at
    save(call, "state", "ended_at", "hung_up_at")
    record(actor, call, "missed")
    owed = they_rang(actor, call, missed=True)
    tell(actor, call, CallMissed(call.pk, owed))


@operation
def refresh_calls_of(*, actor: Actor, site_id: UUID, patient_id: UUID) -> None:
    """Have the page of a call shown anew whose caller's bookings changed. One query, or two."""
    calls = Call.objects.filter(site_id=site_id, state=CallState.TALKING, patient_id=patient_id)
    for call in calls:
        tell(actor, call, CallChanged(call.pk, call.patient_id))


def _call(site_id: UUID, phone: str, now: datetime) -> Call:
    return Call(
        site_id=site_id,
        clinic_day=now.astimezone(site_zone(site_id)).date(),
        phone=phone,
        phone_blind=blind(phone),
        note="",
    )


def _begin(actor: Actor, call: Call) -> None:
    """From ringing to talking; or a call that was lifted by hand gets its person."""
    call.taken_by_id = actor.user_id
    if call.state == CallState.RINGING:
        timers.cancel(call.pk, MISSED)
        call.state, call.begun_at = CallState.TALKING, clock.now()
    save(call, "taken_by_id", "state", "begun_at")
    seconds = None
    if call.rang_at is not None and call.begun_at is not None:
        seconds = int((call.begun_at - call.rang_at).total_seconds())
    record(actor, call, "taken", seconds=seconds)
    tell(actor, call, CallBegun(call.pk, seconds))
    they_rang(actor, call)


def _check_talking(call: Call) -> None:
    if call.state != CallState.TALKING:
        raise CallOver
