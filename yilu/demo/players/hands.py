"""Several players who act at the same moment: without them each waits for every other's request."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, close_old_connections, connection

Work = Callable[[], None]


class Hands:
    """Does pieces of work side by side; with one hand, one after the other in this thread."""

    def __init__(self, number: int = 1) -> None:
        self._pool = ThreadPoolExecutor(number, "player") if number > 1 else None

    def do(self, pieces: Iterable[Work]) -> None:
        """Do every piece, and wait until the last is done. The first error comes out."""
        if self._pool is None:
            for piece in pieces:
                piece()
            return
        begun = [self._pool.submit(_alone, piece) for piece in pieces]
        errors = [error for one in begun if (error := one.exception()) is not None]
        if errors:
            raise errors[0]

    def rest(self) -> None:
        """Let the threads end."""
        if self._pool is not None:
            self._pool.shutdown()


def _alone(piece: Work) -> None:
    """A piece in a thread that keeps its own connection to the database."""
    close_old_connections()
    try:
        piece()
    except DatabaseError:
        connection.close()
        raise
