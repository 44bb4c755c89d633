"""What the gateway is asked while nobody waits: noted, taken, and settled.

Taking, asking and settling are three steps, so that no lock is held while the gateway thinks.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

from yilu.billing.models import Errand
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation

LEASE = timedelta(seconds=120)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=10)
# Whoever took it and died has it until `next_at`.
_TAKE = """
UPDATE billing_errand AS e SET tries = e.tries + 1, next_at = %(until)s
WHERE e.id = (
    SELECT id FROM billing_errand WHERE done_at IS NULL AND next_at <= %(now)s
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING e.id, e.kind, e.subject_id, e.tries
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody is asking; `tries` is the try, by which they say later what came of it."""

    id: UUID
    kind: str
    subject_id: UUID
    tries: int


@operation
def note_errand(*, actor: Actor, kind: str, subject_id: UUID) -> None:
    """Have the worker ask the gateway about a refund or a payment. Twice is once. One query."""
    Errand.objects.bulk_create([Errand(kind=kind, subject_id=subject_id)], ignore_conflicts=True)


@operation
def take_errand(*, actor: Actor) -> Taken | None:
    """Take the next errand under a lease; None when none is due. One query."""
    now = clock.machine_now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "until": now + LEASE})
        row = cursor.fetchone()
    return Taken(*row) if row else None


@operation
def settle_errand(*, actor: Actor, taken: Taken, error: str = "") -> bool:
    """Say what came of a try; False when somebody else has taken it meanwhile.

    What failed is tried again, later each time and every ten minutes in the end: money that was
    promised is never given up. One query.
    """
    now = clock.machine_now()
    mine = Errand.objects.filter(pk=taken.id, tries=taken.tries, done_at=None)
    if error:
        return bool(mine.update(error=error, next_at=now + _pause_after(taken.tries)))
    return bool(mine.update(error="", done_at=now))


def _pause_after(tries: int) -> timedelta:
    """Twice as long each time, ten minutes at most."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 16)), LONGEST_PAUSE)
