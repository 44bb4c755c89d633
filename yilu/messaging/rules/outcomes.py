"""What came of handing a message to a provider, and what follows from it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MOST_TRIES = 8
MOST_UNSURE = 2
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
FAILURES_TO_OPEN = 5
FIRST_REST = timedelta(seconds=15)
LONGEST_REST = timedelta(minutes=5)


class Result(StrEnum):
    """How a try ended. Only after `UNSURE` may the message have left although nobody said so."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # This person cannot be reached so: trying again would change nothing.
    LATER = "later"  # It certainly did not leave: the provider is away or busy.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` is a provider's code or ours: never words, for these may name people."""

    result: Result
    reason: str = ""
    reference: str = ""

    @property
    def is_providers_fault(self) -> bool:
        return self.result in {Result.LATER, Result.UNSURE}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as an adapter gets it."""

    id: str
    to: str
    subject: str
    body: str
    language: str
    provider_id: str
    parameters: tuple[str, ...] = ()
    fields: dict[str, str] | None = None
    page: str = ""
    calendar_file: str = ""


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: 5, 10, 20 … seconds, at most ten minutes."""
    return min(FIRST_PAUSE * (1 << max(tries - 1, 0)), LONGEST_PAUSE)


def rest_after(failures: int) -> timedelta | None:
    """How long to leave a provider alone after so many failures in a row; None: not yet."""
    if failures < FAILURES_TO_OPEN:
        return None
    return min(FIRST_REST * (1 << min(failures - FAILURES_TO_OPEN, 10)), LONGEST_REST)


def is_over(result: Result, tries: int, unsure: int) -> bool:
    """Whether there will be no further try over this channel."""
    if result == Result.REFUSED:
        return True
    return unsure >= MOST_UNSURE or tries >= MOST_TRIES
