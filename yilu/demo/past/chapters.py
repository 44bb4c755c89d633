"""The past told chapter by chapter: some days each, as the text of their rows. No query.

So it can be told by a process that knows no database, and written by one that does nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.demo.past.batch import Batch
from yilu.demo.past.days import tell_day
from yilu.demo.past.moment import Day
from yilu.demo.past.stepping import Stepper
from yilu.demo.past.telling import Known, Register, Teller
from yilu.demo.reference import Reference
from yilu.demo.story import Setting
from yilu.pathways.rules.plan import Plan
from yilu.platform.copying import Copy, gathered

DAYS = 6
"""In one chapter: few, so that who writes soon has something to write, and little is left last."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told: on which days how much, of whom, and what their rows refer to.

    The steps of the pathway are told on days that are `in_full`.
    """

    seed: int
    now: datetime
    zone: ZoneInfo
    days: list["ToldDay"]
    reference: Reference
    people: dict[str, list[Known]]
    definition_id: UUID
    steps: Plan


@dataclass(frozen=True, slots=True)
class ToldDay:
    """One day, and how it goes."""

    day: date
    setting: Setting
    in_full: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some days as rows, how many visits they had, and the last numbers that are given by then."""

    days: int
    visits: int
    copies: list[Copy]
    numbers: dict[str, int]


def chapters(telling: Telling) -> Iterator[Chapter]:
    """Tell one chapter after the other. The same telling gives the same rows."""
    register = Register(telling.reference, telling.people)
    for start in range(0, len(telling.days), DAYS):
        days, batch = telling.days[start : start + DAYS], Batch()
        visits = sum(_told(telling, one, register, batch) for one in days)
        with gathered() as copies:
            batch.write()
        yield Chapter(len(days), visits, copies, dict(register.numbers.last))


def _told(telling: Telling, one: ToldDay, register: Register, batch: Batch) -> int:
    chance = Random(f"rows:{telling.seed}:{one.day}")  # noqa: S311 (a story, not a secret)
    teller = Teller(register, Day(one.day, telling.zone, chance, telling.now), chance, batch)
    stepper = Stepper(teller, telling.definition_id, telling.steps) if one.in_full else None
    return tell_day(telling.seed, one.setting, teller, stepper)
