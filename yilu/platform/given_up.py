"""What the worker gave up: events that somebody did not hear, and timers that were not done."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from yilu.platform import audit, clock, live, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation, rows
from yilu.platform.event_words import event_in_words
from yilu.platform.models import Delivery, DeliveryState, Timer, TimerState
from yilu.platform.permissions import KEEP

EVENT, TIMER = "event", "timer"
TOPIC = "given-up"
_GIVEN_UP = """
SELECT 'event' AS kind, d.subscriber AS name, coalesce(e.name, '') AS event, count(*) AS number,
       min(d.done_at) AS first_at, max(d.done_at) AS last_at,
       (array_agg(d.error ORDER BY d.done_at DESC))[1] AS error
FROM platform_delivery d LEFT JOIN platform_event e ON e.id = d.event_id
WHERE d.state = 'dead' GROUP BY d.subscriber, e.name
UNION ALL
SELECT 'timer', handler, '', count(*), min(done_at), max(done_at),
       (array_agg(error ORDER BY done_at DESC))[1]
FROM platform_timer WHERE state = 'dead' GROUP BY handler
ORDER BY last_at DESC, name, event
"""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """All that was given up of one kind. `name` and `error` are for whoever mends the code."""

    kind: str
    name: str
    event: str
    number: int
    first_at: datetime
    last_at: datetime
    error: str

    @property
    def key(self) -> str:
        """What trying it again is asked for by."""
        return f"{self.kind}:{self.name}"

    @property
    def title(self) -> str:
        """What happened that was not heard, or what was not done, in the reader's language."""
        return event_in_words(self.event) if self.event else timers.in_words(self.name)


def given_up(actor: Actor) -> list[GivenUp]:
    """What waits for a person, the newest first. One query. Raises: NotAllowed."""
    actor.require_anywhere(KEEP)
    return [GivenUp(**row) for row in rows(_GIVEN_UP, {})]


@operation
def try_again(actor: Actor, kind: str | None = None, name: str = "") -> tuple[int, int]:
    """Owe what was given up again, with all its tries: of one kind and name, or everything.

    How many events and timers. A delivery that comes so late is heard after later ones of its
    subject, as when it died. Raises: NotAllowed.
    """
    actor.require_anywhere(KEEP)
    anew = {"tries": 0, "done_at": None, "next_at": clock.machine_now()}
    events: QuerySet[Delivery] = Delivery.objects.filter(state=DeliveryState.DEAD)
    late: QuerySet[Timer] = Timer.objects.filter(state=TimerState.DEAD)
    if kind is not None:
        events = events.filter(subscriber=name) if kind == EVENT else events.none()
        late = late.filter(handler=name) if kind == TIMER else late.none()
    owed = (
        events.update(state=DeliveryState.WAITING, **anew),
        late.update(state=TimerState.WAITING, **anew),
    )
    if any(owed):
        details = {"kind": kind or "", "name": name, "events": owed[0], "timers": owed[1]}
        audit.record_plain(actor, "platform.given_up.retried", site_id=None, **details)
        tell_pages()
    return owed


def tell_pages() -> None:
    """Have open pages look again, once this transaction is kept."""
    transaction.on_commit(lambda: live.hint(TOPIC))
