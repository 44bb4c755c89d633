"""When a step is due. Pure: instants, minutes and the site's hours in, an instant out."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


def elapsed(start: datetime, minutes: int) -> datetime:
    """So many minutes later, by day and by night."""
    return start + timedelta(minutes=minutes)


def site_hours(start: datetime, minutes: int, spans: Iterable[Span]) -> datetime | None:
    """So many minutes of open time later; None when `spans` (in order) do not reach so far."""
    left = timedelta(minutes=minutes)
    for opens, closes in spans:
        begin = max(start, opens)
        if begin >= closes:
            continue
        if closes - begin >= left:
            return begin + left
        left -= closes - begin
    return None


def working_days(
    start: datetime, minutes: int, zone: ZoneInfo, is_working: Callable[[date], bool]
) -> datetime:
    """So many minutes later, where days off do not count: 1,440 is the same time next working day.

    Counted on the wall clock, so that a day on which clocks change is one day.
    """
    left = timedelta(minutes=minutes)
    at = start.astimezone(zone).replace(tzinfo=None)
    while True:
        midnight = datetime.combine(at.date() + DAY, time.min)
        if is_working(at.date()):
            if left <= midnight - at:
                return (at + left).replace(tzinfo=zone).astimezone(start.tzinfo)
            left -= midnight - at
        at = midnight
