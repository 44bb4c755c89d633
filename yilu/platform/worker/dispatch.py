"""From events to deliveries and live hints, in order, once each.

Events get their numbers when they are written, not when they are committed: number 8 may be
visible while 7 is still being written. So nothing is handed on beyond the *safe horizon*: the
highest number below which nobody can be writing any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from yilu.platform import clock, live, outbox
from yilu.platform.live import Hint
from yilu.platform.models import Event, Position

POSITION = "dispatch"
AT_ONCE = 500

_LAST_GIVEN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM platform_event_seq"
# Whoever writes an event holds this lock on the table until its transaction has ended and can
# be seen: it is taken before the event's number is drawn.
_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'platform_event'::regclass AND mode = 'RowExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND pid <> pg_backend_pid()
"""
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
class _Wait:
    """Numbers up to `seq` are safe once all these writers have ended."""

    seq: int
    writers: frozenset[str]


class Horizon:
    """Knows up to which number all events are visible or will never be."""

    def __init__(self) -> None:
        self._waits: list[_Wait] = []
        self._looked_at = -1
        self.safe = 0

    @property
    def is_waiting(self) -> bool:
        """Whether somebody is still writing, so that it is worth looking again soon."""
        return bool(self._waits)

    def look(self) -> int:
        """The safe horizon now. One query while nothing happens, two otherwise."""
        with connection.cursor() as cursor:
            cursor.execute(_LAST_GIVEN)
            last_given = cursor.fetchone()[0]
            if last_given == self._looked_at and not self._waits:
                return self.safe
            # Asked after the number, in a statement of its own: a writer of a number up to
            # `last_given` either still holds the lock now or has ended.
            cursor.execute(_WRITERS)
            writers = frozenset(row[0] for row in cursor.fetchall())
        if last_given != self._looked_at:
            self._waits.append(_Wait(last_given, writers))
            self._looked_at = last_given
        over = [wait.seq for wait in self._waits if not wait.writers & writers]
        self.safe = max([self.safe, *over])
        self._waits = [wait for wait in self._waits if wait.seq > self.safe]
        return self.safe


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What one step handed on."""

    events: int
    topics: frozenset[str]
    position: int


def dispatch(upto: int) -> Dispatched | None:
    """Hand on the next events up to a number; None while another worker is at it.

    Deliveries, hints and the new position are one transaction: a crash hands nothing on twice
    and leaves nothing out. Up to five queries for 500 events.
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


def _owe(names: Iterable[str], after: int, upto: int) -> None:
    wanted = sorted(
        {
            (subscription.name, name)
            for subscription in outbox.subscriptions.values()
            for name in (subscription.events & set(names) if subscription.events else {"*"})
        }
    )
    if not wanted or not names:
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
