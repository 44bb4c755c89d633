"""What the gateway is asked while nobody waits: noted, taken, settled, and pressed on with.

Taking, asking and settling are three steps, so that no lock is held while the gateway thinks.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

from yilu.billing import permissions
from yilu.billing.events import GatewayUnanswered
from yilu.billing.models import Errand, Payment, Refund
from yilu.billing.selectors.errands import LATE_AFTER, forgotten_refunds
from yilu.billing.selectors.topics import billing_topic
from yilu.billing.states import ErrandKind
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound

LEASE = timedelta(seconds=120)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=10)
_DUE = "done_at IS NULL AND next_at <= %(now)s"
HAS_DUE = f"EXISTS (SELECT FROM billing_errand WHERE {_DUE})"
# Whoever took it and died has it until `next_at`.
_TAKE = f"""
UPDATE billing_errand AS e SET tries = e.tries + 1, next_at = %(until)s
WHERE e.id = (
    SELECT id FROM billing_errand WHERE {_DUE}
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING e.id, e.kind, e.subject_id, e.tries
"""  # noqa: S608 (our own words)


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
    promised is never given up. At the third failure those who take money hear of it. One query,
    and what telling costs.
    """
    now = clock.machine_now()
    mine = Errand.objects.filter(pk=taken.id, tries=taken.tries, done_at=None)
    if not error:
        return bool(mine.update(error="", done_at=now))
    is_mine = bool(mine.update(error=error, next_at=now + _pause_after(taken.tries)))
    if is_mine and taken.tries == LATE_AFTER:
        _tell(actor, taken.kind, taken.subject_id)
    return is_mine


@operation
def try_errand_again(*, actor: Actor, kind: str, subject_id: UUID) -> None:
    """Have the gateway asked at once for what it has not done. Said twice, it is asked once.

    Raises:
        NotFound: nothing of the kind is known, or not where the actor may see.
        NotAllowed.
    """
    about = _about(kind, subject_id)
    if about is None:
        raise NotFound
    actor.require_to_see(permissions.SEE_TAKINGS, about.site_id)
    actor.require(permissions.REFUND, about.site_id)
    note_errand(actor=actor, kind=kind, subject_id=subject_id)
    owed = Errand.objects.filter(kind=kind, subject_id=subject_id, done_at=None)
    # Not while it is being asked: that try holds its lease until `next_at`.
    owed.exclude(error="", tries__gt=0).update(next_at=clock.machine_now())
    audit.record(actor, "billing.errand.pressed_on", about, site_id=about.site_id, kind=kind)


@operation
def note_forgotten(*, actor: Actor) -> int:
    """Have the gateway asked for refunds of which nobody heard; how many. Two queries.

    So it is when hearing of a refund has failed for good: money that was promised goes back.
    """
    found = list(forgotten_refunds().values_list("pk", flat=True))
    for refund_id in found:
        note_errand(actor=actor, kind=ErrandKind.REFUND, subject_id=refund_id)
    return len(found)


def _about(kind: str, subject_id: UUID) -> Refund | Payment | None:
    model = Refund if kind == ErrandKind.REFUND else Payment
    return model.objects.filter(pk=subject_id).first()


def _tell(actor: Actor, kind: str, subject_id: UUID) -> None:
    about = _about(kind, subject_id)
    if about is not None:
        told = GatewayUnanswered(subject_id, kind)
        topics = [billing_topic(about.site_id)]
        outbox.publish(told, actor=actor, site_id=about.site_id, subject=about, topics=topics)


def _pause_after(tries: int) -> timedelta:
    """Twice as long each time, ten minutes at most."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 16)), LONGEST_PAUSE)
