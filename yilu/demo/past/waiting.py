"""Who waited too long, and what the desk said of it: the rows behind the report of long waits.

It draws nothing from the story's chance: what else happened stays as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from yilu.platform.copying import Json
from yilu.queueing.demo import PastLongWait, PastTicket
from yilu.queueing.operations.limits import USUAL
from yilu.queueing.states import LongWaitState, WaitReason
from yilu.queueing.visit_wait import Limits

# Of a hundred waits so many were explained; of those, so many with an offer.
EXPLAINED, OFFERED, TAKEN = 88, 40, 60
NOTED_SINCE = timedelta(days=60)
"""So long before now the clinic began to ask why somebody waits."""
REASONS = (
    (WaitReason.BEFORE, 46),
    (WaitReason.DOCTOR_LATE, 17),
    (WaitReason.TOO_MANY, 13),
    (WaitReason.RESULTS, 8),
    (WaitReason.EMERGENCY, 6),
    (WaitReason.PATIENT, 5),
    (WaitReason.EQUIPMENT, 3),
    (WaitReason.STAFF, 1),
    (WaitReason.MISLAID, 1),
)


@dataclass(frozen=True, slots=True)
class Waited:
    """What bears on a wait: the ticket of what one came for, when one came, and who could speak."""

    ticket: PastTicket
    arrived_at: datetime
    clerks: Sequence[UUID]


def waited_too_long(waited: Waited, now: datetime) -> Iterator[PastLongWait]:
    """The wait of a ticket whose turn came later than the rule allows; nothing for the others.

    Whoever was with a nurse when the limit passed was asked about when they were back.
    """
    ticket, ended = waited.ticket, waited.ticket.called_at
    since = max(waited.arrived_at, ticket.booked_at or waited.arrived_at)
    limit = since + Limits().longest
    raised = max(limit, ticket.issued_at)
    if ended is None or ended <= raised or now - since > NOTED_SINCE:
        return
    drawn = uuid5(ticket.visit_id, "long wait").int
    said = raised + timedelta(seconds=70 + drawn % 420)
    is_said = drawn // 420 % 100 < EXPLAINED and said <= now and waited.clerks
    is_offered = is_said and drawn // 42_000 % 100 < OFFERED
    yield PastLongWait(
        id=uuid5(ticket.visit_id, "long"),
        site_id=ticket.site_id,
        clinic_day=ticket.clinic_day,
        visit_id=ticket.visit_id,
        patient_id=ticket.patient_id,
        practitioner_id=ticket.practitioner_id,
        ticket_id=ticket.id,
        number=ticket.number,
        state=LongWaitState.EXPLAINED if is_said and said < ended else LongWaitState.OVER,
        counted_from=since,
        limit_at=limit,
        raised_at=raised,
        ended_at=ended,
        reason=_reason(drawn // 4_200_000 % 100) if is_said else "",
        amends=Json(USUAL[drawn // 7 % len(USUAL)] if is_offered else {}),
        was_taken=bool(is_offered and drawn // 11 % 100 < TAKEN),
        explained_at=said if is_said else None,
        explained_by_id=waited.clerks[drawn // 13 % len(waited.clerks)] if is_said else None,
    )


def _reason(hundredth: int) -> WaitReason:
    """Why, as often as each happens."""
    for reason, share in REASONS:
        hundredth -= share
        if hundredth < 0:
            return reason
    return WaitReason.OTHER
