"""Writing what was told while the next days are told: the database works beside us."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from yilu.demo.past.batch import Batch

# What is asked next, still in the same transaction, joins these; unknown to the planner, it takes
# seconds. All others are looked at by the server itself, within a minute of the commit.
_LOOK_OVER = "ANALYZE scheduling_booking, scheduling_allocation, visits_visit"
# Who tells gives way this often (in seconds): at each answer of the database who writes must run.
_GIVES_WAY = 0.0005


@contextmanager
def written_beside() -> Iterator[Callable[[Batch], None]]:
    """Gives a function that writes one batch after another, in order and in the transaction under
    way. It waits for the batch before, and the block for the last: what is in the way of one is
    raised there. Inside the block nothing else may be asked of the database.
    """
    ours, under_way = connections[DEFAULT_DB_ALIAS], list[Future[None]]()

    def write(batch: Batch) -> None:
        for one in under_way:
            one.result()
        under_way[:] = [pool.submit(copy_context().run, _write, batch)]

    ours.inc_thread_sharing()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_GIVES_WAY)
    try:
        with ThreadPoolExecutor(1, initializer=_take, initargs=(ours,)) as pool:
            yield write
            for one in under_way:
                one.result()
    finally:
        sys.setswitchinterval(usual)
        ours.dec_thread_sharing()


def look_over() -> None:
    """Let PostgreSQL know what was written. One statement; only the tables' owner can."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_OVER)


def _take(ours: BaseDatabaseWrapper) -> None:
    connections[DEFAULT_DB_ALIAS] = ours


def _write(batch: Batch) -> None:
    batch.write()
    with connection.cursor() as cursor:
        # Foreign keys are looked at now, and not all together in the end, while nobody else works.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
