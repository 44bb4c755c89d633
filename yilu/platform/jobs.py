"""Long work in the background: asked for, watched, and called off if wished."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event as Flag
from typing import Any
from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.models import Job, JobState
from yilu.platform.plain import plain


class Stopped(Exception):
    """Raised inside a job that is to end: it was called off, or the worker is stopping."""


@dataclass(slots=True)
class Running:
    """A job as the function that does it meets it."""

    id: UUID
    kind: str
    arguments: dict[str, Any]
    actor: Actor
    site_id: UUID | None = None
    tries: int = 1
    done: int = 0
    total: int = 0
    phase: str = ""
    stop: Flag = field(default_factory=Flag)

    def progress(self, done: int, total: int, phase: str = "") -> None:
        """Say how far it is; shown within a second. Raises: Stopped, when it is to end."""
        self.done, self.total, self.phase = done, total, phase or self.phase
        self.check()

    def check(self) -> None:
        """Ask whether to go on; call it between portions. Raises: Stopped."""
        if self.stop.is_set():
            raise Stopped


Work = Callable[[Running], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job. `tries` says how often a job that crashed with its worker is begun anew.

    `says` is what it does, for people who look after the system; `again`, whether they may have
    one that failed begun anew.
    """

    work: Work
    tries: int
    says: object = ""
    again: bool = False


kinds: dict[str, Kind] = {}


def kind(
    name: str, *, tries: int = 1, says: object = "", again: bool = False
) -> Callable[[Work], Work]:
    """Have the worker do jobs of this name with a function; what it returns is the result.

    It runs in no transaction, and commits in portions; long ones hold up vacuum and, if they
    publish, every event behind them. With `tries` above 1, or `again`, it must bear being begun
    again.
    """

    def register(work: Work) -> Work:
        kinds[name] = Kind(work, tries, says, again)
        return work

    return register


def in_words(name: str) -> str:
    """What jobs of a kind do, in the reader's language; an unknown one is named by itself."""
    known = kinds.get(name)
    return str(known.says if known and known.says else name)


@dataclass(frozen=True, slots=True)
class Status:
    """How a job stands, for a page that shows it."""

    id: UUID
    kind: str
    state: str
    done: int
    total: int
    phase: str
    result: dict[str, Any]
    cancel_wished: bool
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.WAITING, JobState.RUNNING}

    @property
    def is_done(self) -> bool:
        """Whether it came to its end as wished."""
        return self.state == JobState.DONE


def topic(job_id: UUID) -> str:
    """The live topic of a job's progress and end."""
    return f"job:{job_id}"


@operation
def ask(actor: Actor, kind: str, *, site_id: UUID | None = None, **arguments: object) -> UUID:
    """Ask for a job; the worker begins it after this transaction commits. One query."""
    if kind not in kinds:
        raise LookupError(kind)
    job = Job(kind=kind, asked_by_id=actor.user_id, site_id=site_id, arguments=plain(arguments))
    job.save(force_insert=True)
    return job.pk


@operation
def call_off(actor: Actor, job_id: UUID) -> None:
    """Wish a job to end. One that waits ends at once, one that runs at its next portion.

    Its asker may; others only as their app allows. Raises: NotFound.
    """
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or not (actor.is_system or job.asked_by_id == actor.user_id):
        raise NotFound
    job.cancel_wished = True
    if job.state == JobState.WAITING:
        job.state, job.finished_at = JobState.CANCELLED, clock.machine_now()
    job.save()


def status(job_id: UUID) -> Status:
    """How a job stands. One query. Raises: NotFound."""
    names = list(Status.__dataclass_fields__)
    row = Job.objects.filter(pk=job_id).values(*names).first()
    if row is None:
        raise NotFound
    return Status(**row)
