"""A connection that knows from its socket whether the server is still there."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's own. `CONN_HEALTH_CHECKS` asks it before each request's first query.

    Django then sends `SELECT 1`, which costs as much as many of our queries. A server that has
    gone, or ended our session, has closed the socket: that can be seen without asking.
    """

    def is_usable(self) -> bool:
        """Whether the connection works: a look at the socket, and a query only in doubt."""
        if self.connection is None or self.connection.closed:
            return False
        return not _has_news(self.connection.fileno()) or super().is_usable()


def _has_news(socket: int) -> bool:
    """Whether something arrived that nobody asked for: an end, an error, a notice."""
    poll = select.poll()
    poll.register(socket, select.POLLIN | select.POLLERR | select.POLLHUP)
    return bool(poll.poll(0))
