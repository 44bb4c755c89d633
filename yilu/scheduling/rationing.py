"""Selling within shares, while the session is locked. Only operations call this.

A resource without a plan never comes here: its sales cost no query more.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.platform.errors import DomainError
from yilu.scheduling.errors import AdmissionOver, EnoughBooked
from yilu.scheduling.models import Booking, RushPlace
from yilu.scheduling.rules import Choice
from yilu.scheduling.selectors.candidates import Asked
from yilu.scheduling.selectors.shares import shared_sessions
from yilu.scheduling.shares import Selling, Shared, covering
from yilu.scheduling.states import BookingState, PlaceState

# In one order, so that two deeds about several never wait for each other.
_LOCK = """
SELECT id FROM scheduling_session
WHERE resource_id = ANY (%(resources)s::uuid[]) AND clinic_day = ANY (%(days)s::date[]) AND active
ORDER BY id FOR NO KEY UPDATE
"""


def within_shares(options: Sequence[Choice], asked: Asked) -> list[Choice]:
    """Those of the choices that the channel may sell now, and the patient may have.

    Whoever sells of the same day and practitioner waits until this deed ends, so what was
    counted stays true. No query without a plan, else two to four.

    Raises:
        NotYetReleased, ShareUsedUp, QueueFirst, EnoughBooked: none may be sold, for the reason
        of the first.
    """
    ruled = [one.practitioner for one in options if one.practitioner.is_shared]
    if not ruled or not asked.channel:
        return list(options)
    resource_ids = sorted({one.resource_id for one in ruled})
    days = sorted({cast("date", one.clinic_day) for one in ruled})
    prepared(_LOCK, {"resources": resource_ids, "days": days})
    found = shared_sessions(
        site_id=asked.site_id,
        first=asked.starts_at,
        until=max(one.ends_at for one in ruled),
        resource_ids=resource_ids,
        but_for=asked.but_for,
    )
    kept: list[Choice] = []
    refused: list[DomainError] = []
    for option in options:
        why = _refusal(option, asked, found)
        (refused.append(why) if why else kept.append(option))
    if not kept:
        raise refused[0]
    return kept


def use_admission(place_id: UUID, booking: Booking) -> None:
    """Write down that somebody's turn became this booking. Part of a deed. One query.

    Raises:
        AdmissionOver: it was used for another booking already, or its time is over.
    """
    turn = RushPlace.objects.filter(
        pk=place_id,
        state=PlaceState.ADMITTED,
        patient_id=booking.patient_id,
        rush__clinic_day=booking.clinic_day,
        rush__resource__practitioner_id=booking.practitioner_id,
    )
    if not turn.update(state=PlaceState.BOOKED, booking=booking):
        raise AdmissionOver


def lengthen_turn(place_id: UUID, until: datetime) -> None:
    """Let a turn last as long as the time that is kept in it. Part of a deed. One query."""
    turn = RushPlace.objects.filter(pk=place_id, state=PlaceState.ADMITTED)
    turn.filter(admitted_until__lt=until).update(admitted_until=until)


def _refusal(option: Choice, asked: Asked, found: list[Shared]) -> DomainError | None:
    who = option.practitioner
    session = covering(found, who.resource_id, who.starts_at)
    if session is None:
        return None
    if asked.patient_id and _has_enough(session, asked.patient_id, asked.but_for):
        return EnoughBooked()
    if asked.is_kept:
        return None
    minutes = int((who.ends_at - who.starts_at).total_seconds() // 60)
    is_admitted = _is_admitted(session, asked.admission)
    return session.refusal(Selling(asked.channel, minutes, clock.now(), is_admitted))


def _has_enough(session: Shared, patient_id: UUID, but_for: UUID | None) -> bool:
    """Whether the patient has all that the plan allows with the practitioner on that day."""
    had = Booking.objects.filter(
        patient_id=patient_id,
        practitioner__in=[session.practitioner_id],
        clinic_day=session.clinic_day,
    ).exclude(state=BookingState.CANCELLED)
    if but_for is not None:
        had = had.exclude(pk=but_for)
    return had.count() >= session.plan.per_person


def _is_admitted(session: Shared, admission: UUID | None) -> bool:
    if admission is None:
        return False
    return RushPlace.objects.filter(
        pk=admission,
        state=PlaceState.ADMITTED,
        admitted_until__gt=clock.now(),
        rush__resource_id=session.resource_id,
        rush__clinic_day=session.clinic_day,
    ).exists()
