"""What is kept of a failed try, and when the next one may be."""

import random
from datetime import datetime, timedelta

from django.db import DatabaseError

from yilu.platform import clock
from yilu.platform.errors import DomainError

MOST_TRIES = 10
LONGEST_PAUSE = 600.0


def next_try(tries: int) -> datetime:
    """When to try again after so many failures: 2, 4, 8 … seconds, at most ten minutes."""
    pause = min(2.0**tries, LONGEST_PAUSE)
    # Spread, so that what failed together does not come back together.
    return clock.machine_now() + timedelta(seconds=pause * random.uniform(0.8, 1.2))  # noqa: S311


def trace(error: BaseException) -> str:
    """The kind of an error and where it arose. Its words may hold personal data and are dropped."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f" in {last.tb_frame.f_code.co_qualname}:{last.tb_lineno}" if last else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{place}"


def reason(error: BaseException) -> str:
    """What kind of thing went wrong, by a word that is kept: a refusal's code, or what failed us.

    `failed_jobs.REASONS` says it to people.
    """
    if isinstance(error, DomainError):
        return f"refused:{error.code}"
    if isinstance(error, DatabaseError):
        return "database"
    if isinstance(error, MemoryError):
        return "memory"
    return "outside" if isinstance(error, OSError) else "program"
