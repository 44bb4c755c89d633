"""How far a table can be read in the order of its numbers without missing anything.

Rows get their numbers when they are written, not when they are committed: number 8 may be
visible while 7 is still being written. The *safe horizon* is the highest number below which
nobody can be writing any more.
"""

from dataclasses import dataclass

from django.db import connection

_LAST_GIVEN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {table}_seq"
# Whoever writes a row holds this lock on the table until its transaction has ended and can be
# seen: it is taken before the row's number is drawn.
_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = %s::regclass AND mode = 'RowExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class _Wait:
    """Numbers up to `seq` are safe once all these writers have ended."""

    seq: int
    writers: frozenset[str]


class Horizon:
    """Knows up to which number all rows of a table are visible or will never be."""

    def __init__(self, table: str) -> None:
        self._table = table
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
            cursor.execute(_LAST_GIVEN.format(table=self._table))
            last_given = cursor.fetchone()[0]
            if last_given == self._looked_at and not self._waits:
                return self.safe
            # Asked after the number, in a statement of its own: a writer of a number up to
            # `last_given` either still holds the lock now or has ended.
            cursor.execute(_WRITERS, [self._table])
            writers = frozenset(row[0] for row in cursor.fetchall())
        if last_given != self._looked_at:
            self._waits.append(_Wait(last_given, writers))
            self._looked_at = last_given
        over = [wait.seq for wait in self._waits if not wait.writers & writers]
        self.safe = max([self.safe, *over])
        self._waits = [wait for wait in self._waits if wait.seq > self.safe]
        return self.safe
