"""Things to do at an instant of clinic time: rows that the worker claims when they are due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import deed
from yilu.platform.ids import new_id
from yilu.platform.inserts import insert_all
from yilu.platform.models import Timer, TimerState
from yilu.platform.plain import plain


@dataclass(frozen=True, slots=True)
class Due:
    """A timer as its handler meets it."""

    key: str
    subject_id: UUID
    site_id: UUID | None
    due_at: datetime
    body: dict[str, Any]


Run = Callable[[Due], None]
_MOVED = "ON CONFLICT (key) DO UPDATE SET " + ", ".join(
    f"{column} = EXCLUDED.{column}"
    for column in ("due_at", "next_at", "state", "tries", "body", "error", "done_at")
)


@dataclass(frozen=True, slots=True)
class Handler:
    """What to do when timers of one name are due."""

    run: Run
    slow: bool
    says: object


handlers: dict[str, Handler] = {}


def handler(name: str, *, slow: bool = False, says: object = "") -> Callable[[Run], Run]:
    """Have the worker call a function when timers of this name are due. It may run twice.

    `says` is what it does, for people who look after the system.

    It runs in one transaction with the mark that it ran. A slow one, which calls the network,
    runs in none, for at most two minutes; its deeds are its own, and a crash in between repeats
    it. Use in an app's `jobs.py`, which the app imports in `ready()`.
    """

    def register(run: Run) -> Run:
        handlers[name] = Handler(run, slow, says)
        return run

    return register


def in_words(name: str) -> str:
    """What timers of a name do, in the reader's language; an unknown one is named by itself."""
    known = handlers.get(name)
    return str(known.says if known and known.says else name)


def schedule(
    name: str,
    *,
    due_at: datetime,
    subject_id: UUID,
    what: str = "",
    site_id: UUID | None = None,
    **body: object,
) -> None:
    """Have `name` done for the subject at `due_at`; an earlier such timer is moved. One query.

    Call inside the deed that makes it necessary.
    """
    key = f"{name}:{subject_id}:{what}" if what else f"{name}:{subject_id}"
    timer = Timer(
        id=new_id(),
        key=key,
        handler=name,
        subject_id=subject_id,
        site_id=site_id,
        due_at=due_at,
        body=plain(body),
    )
    insert_all([timer], unless=_MOVED)


def is_waiting(name: str, subject_id: UUID) -> bool:
    """Whether a timer of this name still is to go off for the subject. One query."""
    waiting = Timer.objects.filter(subject_id=subject_id, handler=name, state=TimerState.WAITING)
    return waiting.exists()


def cancel(subject_id: UUID, *names: str) -> None:
    """Let no waiting timer of the subject go off: all, or those of these names. One query.

    One that goes off at this very moment is left to it: whoever cancels holds the subject, its
    handler waits for that, and finds what has become of the subject.
    """
    waiting = Timer.objects.filter(subject_id=subject_id, state=TimerState.WAITING)
    if names:
        waiting = waiting.filter(handler__in=names)
    free = waiting.select_for_update(skip_locked=True).values("pk")
    with deed():
        Timer.objects.filter(pk__in=free).update(
            state=TimerState.CANCELLED, done_at=clock.machine_now()
        )
