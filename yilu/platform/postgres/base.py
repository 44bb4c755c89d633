"""A connection that sees from its socket whether the server is there, and keeps its plans."""

import re
import select
from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base
from psycopg._preparing import Key, Prepare, PrepareManager
from psycopg.pq.abc import PGresult

_ENDS_ALL = re.compile(rb"DROP|ALTER|DISCARD ALL|DEALLOCATE ALL").match
# A statement means something else than when it was prepared, or is no longer there.
OUTDATED = {"0A000", "26000"}


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's own. `CONN_HEALTH_CHECKS` asks it before each request's first query.

    Django then sends `SELECT 1`, which costs as much as many of our queries. A server that has
    gone, or ended our session, has closed the socket: that can be seen without asking.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection whose prepared statements outlive what is undone."""
        connection = super().get_new_connection(conn_params)
        connection._prepared = KeptPlans()  # noqa: SLF001 (psycopg has no other way)
        return connection

    def is_usable(self) -> bool:
        """Whether the connection works: a look at the socket, and a query only in doubt."""
        if self.connection is None or self.connection.closed:
            return False
        return not _has_news(self.connection.fileno()) or super().is_usable()


class KeptPlans(PrepareManager):
    """The prepared statements of a connection, kept when a deed is undone.

    To the server they are no part of a transaction. psycopg gives all of them up at each rollback,
    because tables may have been made in it; here only set-up makes tables. Else every refusal
    would have each statement of the connection planned again, which costs more than most do.
    """

    prepared_max = 300

    def clear(self) -> bool:
        """Keep everything: this is what a rollback asks for."""
        return False

    def forget(self) -> bool:
        """Give up all of them, with the next statement."""
        return super().clear()

    def validate(self, key: Key, prep: Prepare, name: bytes, results: Sequence[PGresult]) -> None:
        """Keep also what was refused the first time: it is prepared all the same."""
        if any(_ENDS_ALL(one.command_status or b"") for one in results):
            self.forget()
        elif prep is Prepare.SHOULD or self._check_results(results):
            self._rotate()
        else:
            self._counts.pop(key, None)


def _has_news(socket: int) -> bool:
    """Whether something arrived that nobody asked for: an end, an error, a notice."""
    poll = select.poll()
    poll.register(socket, select.POLLIN | select.POLLERR | select.POLLHUP)
    return bool(poll.poll(0))
