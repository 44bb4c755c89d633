"""Events with which the worker is tried."""

from dataclasses import dataclass
from typing import ClassVar

from yilu.platform import numbers, outbox


@dataclass(frozen=True, slots=True)
class TeaServed:
    version: ClassVar[int] = 1

    cups: int


def count_cup(told: outbox.Told) -> None:
    """What a subscriber does: one more for each time it hears an event."""
    numbers.take(f"heard {told.id}")
