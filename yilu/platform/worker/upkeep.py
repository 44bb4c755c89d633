"""What keeps the house in order: partitions made ahead, old rows taken away, signs of life."""

import logging
from datetime import date, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import Model

from yilu.platform import clock
from yilu.platform.models import (
    Delivery,
    DeliveryState,
    Heartbeat,
    OneTimeCode,
    Request,
    Timer,
    TimerState,
    Undo,
)

log = logging.getLogger(__name__)
MONTHS_AHEAD = 2
AT_ONCE = 2_000


def beat(name: str, started_at: datetime) -> None:
    """Say that a process is alive. One query."""
    now = clock.machine_now()
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, started_at=started_at, alive_at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["started_at", "alive_at"],
    )


def make_months() -> None:
    """Make the partitions of this and the coming months. Nothing when they are there."""
    month = clock.machine_now().date().replace(day=1)
    for _ in range(MONTHS_AHEAD + 1):
        _make(month)
        month = (month + timedelta(days=32)).replace(day=1)


def _make(month: date) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT platform_make_month(%s)", [month])
    except DatabaseError:
        # Rows of the month already lie in the table for the rest, and go on doing so.
        log.warning("partition_not_made", extra={"month": month.isoformat()})


def sweep() -> int:
    """Take away what nobody needs any more, in small portions. Returns how many rows."""
    now = clock.machine_now()
    day, month = now - timedelta(hours=24), now - timedelta(days=30)
    return (
        _sweep(Request, created_at__lt=day)
        + _sweep(OneTimeCode, created_at__lt=day)
        + _sweep(Undo, until__lt=day)
        + _sweep(Heartbeat, alive_at__lt=day)
        + _sweep(Delivery, state=DeliveryState.DONE, done_at__lt=month)
        + _sweep(Timer, state__in=[TimerState.DONE, TimerState.CANCELLED], done_at__lt=month)
        + _sweep_throttle(now)
    )


def _sweep(model: type[Model], **old: object) -> int:
    rows = model._default_manager.filter(**old)  # noqa: SLF001 (Django documents it)
    taken = 0
    while keys := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        taken += rows.filter(pk__in=keys).delete()[0]
    return taken


def _sweep_throttle(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_throttle WHERE gone_at < %s", [now])
        return int(cursor.rowcount)
