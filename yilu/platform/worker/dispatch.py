"""From events to deliveries and live hints, in order, once each.

Nothing is handed on beyond the safe horizon, which `horizon.py` finds.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, transaction

from yilu.platform import clock, live, outbox
from yilu.platform.live import Hint
from yilu.platform.models import Event, Position

POSITION = "dispatch"
AT_ONCE = 500

_OWE = """
INSERT INTO platform_delivery (event_id, seq, subscriber, subject_id, state, tries, next_at, error)
SELECT e.id, e.seq, s.subscriber, e.subject_id, 'waiting', 0, %(now)s, ''
FROM platform_event e
JOIN unnest(%(subscribers)s::text[], %(names)s::text[]) AS s(subscriber, name)
  ON s.name = e.name OR s.name = '*'
WHERE e.seq > %(after)s AND e.seq <= %(upto)s
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What one step handed on."""

    events: int
    topics: frozenset[str]
    position: int


def dispatch(upto: int) -> Dispatched | None:
    """Hand on the next events up to a number; None while another worker is at it.

    Deliveries, hints and the new position are one transaction: a crash hands nothing on twice
    and leaves nothing out. Up to five queries for 500 events, and
    those by which subscribers say what they hear now.
    """
    with transaction.atomic():
        after = _position()
        if after is None:
            return None
        if after >= upto:
            return Dispatched(0, frozenset(), after)
        found = list(
            Event.objects.filter(seq__gt=after, seq__lte=upto)
            .order_by("seq")
            .values_list("seq", "name", "topics")[:AT_ONCE]
        )
        reached = found[-1][0] if len(found) == AT_ONCE else upto
        _owe({name for _, name, _ in found}, after, reached)
        live.notify(Hint(seq, tuple(topics)) for seq, _, topics in found)
        Position.objects.filter(name=POSITION).update(seq=reached)
    topics = frozenset(topic for _, _, topics in found for topic in topics)
    return Dispatched(len(found), topics, reached)


def _position() -> int | None:
    """Where we are, locked; None while another worker holds it."""
    Position.objects.bulk_create([Position(name=POSITION)], ignore_conflicts=True)
    mine = Position.objects.select_for_update(skip_locked=True).filter(name=POSITION)
    return mine.values_list("seq", flat=True).first()


def _owe(names: Collection[str], after: int, upto: int) -> None:
    wanted = sorted(
        (subscription.name, name)
        for subscription in (outbox.subscriptions.values() if names else ())
        for name in subscription.heard(names)
    )
    if not wanted:
        return
    subscribers, events = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _OWE,
            {
                "now": clock.machine_now(),
                "subscribers": list(subscribers),
                "names": list(events),
                "after": after,
                "upto": upto,
            },
        )
