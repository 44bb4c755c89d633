"""Keys and instants of a made-up day: the same every time."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo


class Day:
    """One clinic day of a story: turns minutes into instants, and instants into keys.

    `now` cuts the story off: what comes after it has not happened.
    """

    def __init__(self, day: date, zone: ZoneInfo, chance: Random, now: datetime) -> None:
        self.day, self.now = day, now
        self._midnight = datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
        self._chance = chance
        self._latest, self._head = self._midnight, _head(self._midnight)

    def at(self, minute: float) -> datetime:
        """The instant at a minute after midnight."""
        return self._midnight + timedelta(minutes=minute)

    def past(self, minute: float | None) -> datetime | None:
        """That instant if it has come, else None."""
        if minute is None:
            return None
        moment = self.at(minute)
        return moment if moment <= self.now else None

    def key(self, at: datetime) -> UUID:
        """A key for a row made at an instant: of version 7, and the same every time."""
        if at is not self._latest:  # Many rows are made at one instant.
            self._latest, self._head = at, _head(at)
        tail = self._chance.getrandbits(74)
        return UUID(int=self._head | (tail >> 62) << 64 | 0b10 << 62 | tail & (1 << 62) - 1)


def _head(at: datetime) -> int:
    return int(at.timestamp() * 1000) << 80 | 7 << 76


class Numbers:
    """Numbers that people read, given in order; what was given last goes into the counters."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}

    def take(self, series: str) -> int:
        """The next number of a series."""
        self.last[series] = self.last.get(series, 0) + 1
        return self.last[series]
