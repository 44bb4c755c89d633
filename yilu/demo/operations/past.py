"""Loading the demonstration's year: people, then one day after the other, written by COPY."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.past.chapters import Telling, ToldDay, chapters
from yilu.demo.past.moment import Day
from yilu.demo.past.stepping import PATHWAY
from yilu.demo.past.telling import Known
from yilu.demo.past.writing import look_over, write_chapter
from yilu.demo.people import make_people
from yilu.demo.plan import ClinicPlan
from yilu.demo.reference import read_reference
from yilu.demo.staying_away import Behaviour
from yilu.demo.story import Setting
from yilu.facility.selectors.calendar import day_kinds
from yilu.pathways.selectors.definitions import current_definitions, plan_by_id
from yilu.patients.demo import PastPatient, write_patients
from yilu.patients.rules.consents import current_text
from yilu.platform.actors import Actor
from yilu.platform.aside import aside, here
from yilu.platform.db import operation
from yilu.platform.numbers import set_last
from yilu.platform.phones import normal_phone

CHILDREN, ADULTS = 1100, 5400
FULL_DAYS, OTHERWISE_DAYS = 60, 30
MANY_DAYS = 60
"""So many are told by another process: fewer are told before it has started."""
THIN = Setting(fullness=0.095, walk_ins=0.1)
FULL = Setting(fullness=0.62)
"""With both some 23,000 visits a year: above 20,000 also when holidays fall on the full days."""
FULLER = Setting(fullness=0.16, walk_ins=0.1)
"""Of the older days of worlds in which predictions are evaluated: more to learn from."""
DAYS_BEFORE, DAYS_AFTER = 364, 30


@dataclass(frozen=True, slots=True)
class Otherwise:
    """How the last thirty days differ from those before; None is as before."""

    behaviour: Behaviour | None = None
    slowness: float | None = None
    walk_ins: float | None = None
    come_late: float | None = None

    def of(self, usual: Setting) -> Setting:
        """A usual day's setting, with what is otherwise."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(usual, **{name: value for name, value in said.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Year:
    """Which year is told: by which seed, up to which instant, on whose wall clock.

    `otherwise` is what is not as before in the last thirty days; `older` how days went before the
    last sixty.
    """

    seed: int
    now: datetime
    zone: ZoneInfo
    otherwise: Otherwise | None = None
    older: Setting = THIN

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def days(self) -> list[date]:
        """Every day of the year and of the coming month."""
        first = self.today - timedelta(days=DAYS_BEFORE)
        return [first + timedelta(days=n) for n in range(DAYS_BEFORE + DAYS_AFTER + 1)]

    def is_recent(self, day: date) -> bool:
        """Whether a day is among those that are told in full."""
        return day > self.today - timedelta(days=FULL_DAYS)

    def setting(self, day: date) -> Setting:
        """How a day goes."""
        usual = FULL if self.is_recent(day) else self.older
        if self.otherwise is None or day <= self.today - timedelta(days=OTHERWISE_DAYS):
            return usual
        return self.otherwise.of(usual)


@operation
def load_past(
    *,
    actor: Actor,
    plan: ClinicPlan,
    clinic: BuiltClinic,
    year: Year,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write the year before `year.now`, the day under way, and what is booked after it.

    The same seed and instant give the same rows. Gives back how many visits there were.
    """
    days = [ToldDay(day, year.setting(day), year.is_recent(day)) for day in _open_days(plan, year)]
    visits, done, numbers = 0, 0, dict[str, int]()
    with aside() if len(days) >= MANY_DAYS else nullcontext(here) as make:
        for chapter in make(chapters, _telling(plan, clinic, year, days)):
            write_chapter(chapter)
            visits, done, numbers = visits + chapter.visits, done + chapter.days, chapter.numbers
            progress(done, len(days))
    set_last(numbers)
    look_over()
    return visits


def _telling(plan: ClinicPlan, clinic: BuiltClinic, year: Year, days: list[ToldDay]) -> Telling:
    definition = next(one for one in current_definitions() if one.key == PATHWAY)
    return Telling(
        seed=year.seed,
        now=year.now,
        zone=year.zone,
        days=days,
        reference=read_reference(plan, clinic, year.today),
        people=_people(year),
        definition_id=definition.id,
        steps=plan_by_id(definition.id),
    )


def _people(year: Year) -> dict[str, list[Known]]:
    """Make up the people, write them, and keep who has which key."""
    chance = Random(f"keys:{year.seed}")  # noqa: S311 (a story, not a secret)
    first = Day(year.days[0] - timedelta(days=400), year.zone, chance, year.now)
    pools: dict[str, list[Known]] = {}
    lines: list[PastPatient] = []
    made = make_people(seed=year.seed, children=CHILDREN, adults=ADULTS, today=year.today)
    for pool, people in made.items():
        pools[pool] = []
        for person in people:
            since = first.at(len(lines) * 7.0)
            known = Known(first.key(since), person)
            pools[pool].append(known)
            lines.append(
                PastPatient(
                    id=known.id,
                    contact_id=first.key(since),
                    consent_id=first.key(since),
                    record_no=f"{len(lines) + 1:08d}",
                    name=person.name,
                    sex=person.sex,
                    born_on=person.born_on,
                    id_number=person.id_number,
                    phone=normal_phone(person.phone),
                    address=person.address,
                    needs=list(person.needs),
                    known_at=since,
                )
            )
    write_patients(lines, consent_version=current_text("data_use").version)
    set_last({"patients.record_no": len(lines)})
    return pools


def _open_days(plan: ClinicPlan, year: Year) -> list[date]:
    days = year.days
    kinds = day_kinds(days[0], days[-1])
    return [
        day
        for day in days
        if kinds[day].kind != "holiday" and kinds[day].works_as in plan.hours.weekdays
    ]
