"""Free times as a person chooses among them: by day, then by practitioner."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.names import PersonName
from yilu.scheduling.selectors.free_time import free_slots
from yilu.workforce.selectors.practitioners import practitioner_names


@dataclass(frozen=True, slots=True)
class Choice:
    """A time on the wall clock of the site, with whom. `value` is what a form sends back."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID
    practitioner: PersonName

    @property
    def value(self) -> str:
        return f"{self.starts_at.isoformat()}|{self.practitioner_id}"


@dataclass(frozen=True, slots=True)
class FreeOf:
    """What is free of one practitioner on one day."""

    practitioner: PersonName
    times: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day with its free times, by practitioner."""

    day: date
    practitioners: tuple[FreeOf, ...]
    free: int


def free_days(
    *, site_id: UUID, service_id: UUID, practitioner_id: UUID | None, first: date, days: int
) -> list[FreeDay]:
    """What is free on some days from `first` on, days without free time too. Three queries.

    Raises: UnknownService, UnknownPractitioner, WindowTooWide.
    """
    zone = site_zone(site_id)
    starts_from, _ = clock.day_bounds(first, zone)
    _, starts_until = clock.day_bounds(first + timedelta(days=days - 1), zone)
    slots = free_slots(
        site_id=site_id,
        service_id=service_id,
        practitioner_id=practitioner_id,
        starts_from=starts_from,
        starts_until=starts_until,
    )
    names = practitioner_names({slot.practitioner_id for slot in slots})
    found: dict[date, dict[UUID, list[Choice]]] = defaultdict(lambda: defaultdict(list))
    for slot in slots:
        start, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
        who = slot.practitioner_id
        found[start.date()][who].append(Choice(start, end, who, names[who]))
    return [_day(first + timedelta(days=n), found) for n in range(days)]


def _day(day: date, found: dict[date, dict[UUID, list[Choice]]]) -> FreeDay:
    groups = [FreeOf(times[0].practitioner, tuple(times)) for times in found.get(day, {}).values()]
    return FreeDay(
        day,
        tuple(sorted(groups, key=lambda group: str(group.practitioner))),
        sum(len(group.times) for group in groups),
    )
