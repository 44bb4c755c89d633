"""When the lists of a day are written, and how long a webhook that failed waits."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

RECONCILE = "interop.reconcile"
NIGHT = time(2, 10)
MOST_DAYS = 31
"""How many missed nights are made up for at once."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
MOST_TRIES = 14
"""About six hours in all."""
FAILURES_BEFORE_REST = 5
LONGEST_REST = timedelta(minutes=10)


def reconcile_at(now: datetime, zone: ZoneInfo) -> datetime:
    """The next instant at which it is ten past two on the wall of a zone."""
    local = now.astimezone(zone)
    tonight = datetime.combine(local.date(), NIGHT, tzinfo=zone)
    return (
        tonight
        if tonight > now
        else datetime.combine(local.date() + timedelta(days=1), NIGHT, tzinfo=zone)
    )


def missed_days(done_until: date, today: date) -> list[date]:
    """The days after the last list and before today; of a long while only the newest."""
    days = [done_until + timedelta(days=n) for n in range(1, (today - done_until).days)]
    return days[-MOST_DAYS:]


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, an hour at most."""
    return min(FIRST_PAUSE * (1 << min(max(tries - 1, 0), 16)), LONGEST_PAUSE)


def rest_after(failures: int) -> timedelta | None:
    """How long a receiver is left alone after so many failures in a row."""
    over = failures - FAILURES_BEFORE_REST
    return None if over < 0 else min(timedelta(seconds=30) * (1 << min(over, 10)), LONGEST_REST)
