"""Small rules of the patient's side. Nothing here reads or writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from yilu.platform.wording import WEEKDAYS
from yilu.scheduling.selectors.free_time import Slot

NOON, EVENING = time(12), time(18)


@dataclass(frozen=True, slots=True)
class DayOffer:
    """One day of the strip: how many times are free on it."""

    day: date
    free: int

    @property
    def weekday(self) -> str:
        """The day of the week in short, in the reader's language."""
        return str(WEEKDAYS[self.day.weekday()])

    @property
    def is_open(self) -> bool:
        return self.free > 0


@dataclass(frozen=True, slots=True)
class TimeOffer:
    """One time to choose, on the site's wall clock, and who would see the patient."""

    starts_at: datetime
    practitioner_id: object


@dataclass(frozen=True, slots=True)
class Part:
    """The free times of a part of a day: "morning", "afternoon" or "evening"."""

    key: str
    times: tuple[TimeOffer, ...]


def day_strip(slots: Iterable[Slot], zone: ZoneInfo, first: date, days: int) -> list[DayOffer]:
    """Every day from `first` on with the number of its free times; each time counts once."""
    free: dict[date, set[datetime]] = {}
    for slot in slots:
        free.setdefault(slot.starts_at.astimezone(zone).date(), set()).add(slot.starts_at)
    strip = (first + timedelta(days=n) for n in range(days))
    return [DayOffer(day, len(free.get(day, ()))) for day in strip]


def day_parts(slots: Iterable[Slot], zone: ZoneInfo, day: date) -> list[Part]:
    """The free times of one day, by part of the day; one offer a time, whoever is free then."""
    offers: dict[datetime, TimeOffer] = {}
    for slot in slots:
        local = slot.starts_at.astimezone(zone)
        if local.date() == day:
            offers.setdefault(slot.starts_at, TimeOffer(local, slot.practitioner_id))
    parts: dict[str, list[TimeOffer]] = {}
    for starts_at in sorted(offers):
        offer = offers[starts_at]
        parts.setdefault(_part(offer.starts_at.time()), []).append(offer)
    return [Part(key, tuple(times)) for key, times in parts.items()]


def _part(at: time) -> str:
    if at < NOON:
        return "morning"
    return "afternoon" if at < EVENING else "evening"
