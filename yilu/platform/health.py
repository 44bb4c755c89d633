"""Whether this installation works, and what it has waiting: for monitors and for `yilu doctor`."""

import shutil
import threading
from dataclasses import dataclass
from gettext import gettext as _

from django.db import DatabaseError

from yilu.platform import clock, installation
from yilu.platform.db import rows
from yilu.platform.failed_jobs import failed_count
from yilu.platform.running.checks import Check
from yilu.platform.running.places import home

LAG_SECONDS = 60
SILENCE_SECONDS = 15
DISK_BYTES = 500 * 1024 * 1024
_found_up_to_date = threading.Event()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for the worker, for how long, and how many seconds ago a worker gave a sign.

    `silence_seconds` is None when none ever did.
    """

    deliveries: int
    timers: int
    jobs: int
    lag_seconds: float
    silence_seconds: float | None
    connections: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Dead letters: what was tried as often as allowed, and long work that failed."""

    deliveries: int
    timers: int
    jobs: int


def checks() -> list[Check]:
    """Everything a monitor must know. One query, at first two more; the database may be away."""
    try:
        owed = backlog()
        pending = _pending_migrations()
    except DatabaseError:
        mend = _("Start it with “yilu up”, or mend DATABASE_URL.")
        return [Check("database", ok=False, found=_("does not answer"), mend=mend), disk()]
    return [
        Check("database", ok=True, found=_("answers")),
        Check(
            "migrations",
            ok=not pending,
            found=_("%(number)s not applied") % {"number": len(pending)},
            mend=_("Restart with “yilu up”, which applies them."),
        ),
        _worker(owed),
        disk(),
    ]


def _pending_migrations() -> list[str]:
    """Asked until none is pending: applied migrations stay applied while this process lives."""
    if _found_up_to_date.is_set():
        return []
    pending = installation.pending_migrations()
    if not pending:
        _found_up_to_date.set()
    return pending


def _worker(owed: Backlog) -> Check:
    """Whether some worker lives and keeps up."""
    mend = _("See that “yilu up” runs; it restarts the worker. Its log says what fails.")
    if owed.silence_seconds is None:
        return Check("worker", ok=False, found=_("has never run here"), mend=mend)
    is_alive, is_quick = owed.silence_seconds < SILENCE_SECONDS, owed.lag_seconds < LAG_SECONDS
    found = _("last sign %(sign)s s ago, oldest work %(lag)s s due") % {
        "sign": f"{owed.silence_seconds:.0f}",
        "lag": f"{owed.lag_seconds:.0f}",
    }
    return Check("worker", is_alive and is_quick, found, mend)


def disk() -> Check:
    """Whether there is room for a day's work beside the database."""
    free, place = free_bytes(), home().path
    return Check(
        "disk",
        ok=free >= DISK_BYTES,
        found=_("%(free)s MB free at %(place)s") % {"free": free // 2**20, "place": place},
        mend=_("Free some space: at least 500 MB."),
    )


def free_bytes() -> int:
    """How much room is left where the database and the files are."""
    place = home().path
    return shutil.disk_usage(place if place.exists() else place.parent).free


def backlog() -> Backlog:
    """One query. A delivery that waits behind an earlier one of its subject is not late."""
    (row,) = rows(
        """
        SELECT
            (SELECT count(*) FROM platform_delivery WHERE state = 'waiting') AS deliveries,
            (SELECT count(*) FROM platform_timer
              WHERE state = 'waiting' AND due_at <= %(clinic_now)s
                AND next_at <= %(now)s) AS timers,
            (SELECT count(*) FROM platform_job WHERE state IN ('waiting', 'running')) AS jobs,
            (SELECT coalesce(extract(epoch FROM %(now)s - min(next_at)), 0)::float
               FROM platform_delivery AS owed
              WHERE state = 'waiting' AND NOT EXISTS (
                    SELECT FROM platform_delivery AS earlier
                     WHERE earlier.state = 'waiting' AND earlier.subscriber = owed.subscriber
                       AND earlier.subject_id = owed.subject_id AND earlier.seq < owed.seq
              )) AS lag_seconds,
            (SELECT extract(epoch FROM %(now)s - max(alive_at))::float
               FROM platform_heartbeat) AS silence_seconds,
            (SELECT count(*) FROM pg_stat_activity
              WHERE datname = current_database()) AS connections
        """,
        {"now": clock.machine_now(), "clinic_now": clock.now()},
    )
    return Backlog(**row | {"lag_seconds": max(0.0, row["lag_seconds"])})


def given_up() -> GivenUp:
    """What failed at its last try and waits for a person. Two queries; not for every second."""
    (row,) = rows(
        "SELECT (SELECT count(*) FROM platform_delivery WHERE state = 'dead') AS deliveries,"
        " (SELECT count(*) FROM platform_timer WHERE state = 'dead') AS timers",
        {},
    )
    return GivenUp(**row, jobs=failed_count())
