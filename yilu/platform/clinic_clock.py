"""How clinic time runs in a demonstration: one row that every process reads.

A real clinic has no such row, and clinic time is real time.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _

from yilu.platform import audit, clock, installation
from yilu.platform.actors import Actor
from yilu.platform.clock import Pace
from yilu.platform.db import operation
from yilu.platform.errors import Conflict
from yilu.platform.models import ClinicClock

EVERY = 0.5
FASTEST = 3600.0
_READ = "SELECT clinic, real, speed FROM platform_clinicclock"
_KEEP = """
UPDATE platform_clinicclock
SET clinic = clinic + (%(now)s - real) * speed, real = %(now)s WHERE real < %(now)s
"""
_next_look = 0.0


class NotADemonstration(Conflict):
    code = "not_a_demonstration"
    message = _("This is a real clinic: its clock cannot be set.")


def refresh(*, at_any_price: bool = False) -> None:
    """Take over how clinic time runs, if we have not looked for half a second. One small query.

    Every process calls this before each piece of work. A database that is away changes nothing;
    who must know the time at any price is told of it instead.
    """
    global _next_look  # noqa: PLW0603 (one clock per process is the point)
    if clock.monotonic() < _next_look or not settings.READS_CLINIC_CLOCK:
        return
    try:
        read()
    except DatabaseError:
        connection.close()
        if at_any_price:
            raise
    # Only now: a thread that comes meanwhile looks for itself rather than trust an old answer.
    _next_look = clock.monotonic() + EVERY


def read() -> Pace | None:
    """Take over how clinic time runs, now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        row = cursor.fetchone()
    pace = Pace(*row) if row else None
    clock.set_pace(pace)
    return pace


def runs() -> bool:
    """Whether this process keeps the time of a demonstration. No query."""
    return clock.is_paced()


def is_demonstration() -> bool:
    """Whether this database is marked as a demonstration. One query."""
    return ClinicClock.objects.exists()


@operation
def mark_demonstration(actor: Actor, *, clinic: datetime, speed: float) -> None:
    """Mark this database as a demonstration whose clinic time begins at `clinic`.

    Raises: NotADemonstration, unless the database is our own embedded one or `YILU_DEMO=1`.
    """
    if not installation.demonstration_allowed():
        raise NotADemonstration
    ClinicClock.objects.all().update_or_create(
        id=True, defaults={"clinic": clinic, "real": clock.machine_now(), "speed": speed}
    )
    _tell(actor)


@operation
def set_speed(actor: Actor, *, speed: float) -> None:
    """Let clinic time run `speed` times as fast from now on; 0 stops it.

    Raises: NotADemonstration.
    """
    _change(actor, speed=min(max(speed, 0.0), FASTEST))


@operation
def jump(actor: Actor, *, clinic: datetime) -> None:
    """Let it be `clinic` now. Raises: NotADemonstration."""
    _change(actor, clinic=clinic)


@operation
def resume(actor: Actor) -> None:
    """After a stop: go on from where clinic time stopped, as if no time had passed.

    Called once by whoever starts all processes, before them. Nothing in a real clinic.
    """
    ClinicClock.objects.update(real=clock.machine_now())
    _tell(actor)


def stand() -> None:
    """While everything is being started, let clinic time stand where it stopped: who plans by it
    meanwhile means the clinic's morning, not the machine's. `resume` lets it go on.

    Nothing in a real clinic, and in a database without these tables yet. One query.
    """
    with suppress(DatabaseError):
        pace = read()
        if pace is not None:
            clock.set_pace(replace(pace, real=clock.machine_now(), speed=0.0))


def keep() -> None:
    """Write down how far clinic time has come, so that `resume` knows. One query each second."""
    if settings.READS_CLINIC_CLOCK:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, {"now": clock.machine_now()})


def _change(actor: Actor, **changes: object) -> None:
    row = ClinicClock.objects.select_for_update().first()
    if row is None:
        raise NotADemonstration
    real = clock.machine_now()
    row.clinic, row.real = Pace(row.clinic, row.real, row.speed).at(real), real
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    _tell(actor)


def _tell(actor: Actor) -> None:
    pace = read()
    if pace is not None:
        audit.record_plain(actor, "platform.clock.set", speed=str(pace.speed), clinic=pace.clinic)
