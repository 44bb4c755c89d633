"""Who asks for a time, and remembering that they were refused: outside the refused deed.

A deed that succeeds pays nothing for it; see docs/how/booking-figures.md.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from yilu.platform.db import if_undone
from yilu.platform.errors import Conflict
from yilu.scheduling.operations.attempts import Refused, note_refusal
from yilu.scheduling.rules import NOT_A_REFUSAL

P = ParamSpec("P")
R = TypeVar("R")
_way: ContextVar[UUID | None] = ContextVar("way_of_asking", default=None)


@contextmanager
def on_way(way: UUID | None) -> Iterator[None]:
    """Say that what is asked for inside belongs to somebody's way through our pages.

    The edge names the way while it does not know for whom it is: what one browser tries, or one
    dialog for somebody new, is then one request.
    """
    token = _way.set(way)
    try:
        yield
    finally:
        _way.reset(token)


def way() -> UUID | None:
    """The way that what is done now belongs to. No query."""
    return _way.get()


def counted(function: Callable[P, R]) -> Callable[P, R]:
    """Have refusals of an operation counted as a request that was not met at once.

    For operations that take a `wish`, or site, service, practitioner and channel by name. Put it
    below `operation`. Wrong input is no request, and neither is being sent to a queue.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Conflict as refusal:
            if refusal.code not in NOT_A_REFUSAL:
                _remember(kwargs, refusal.code)
            raise

    return run


def _remember(asked: dict[str, Any], code: str) -> None:
    wish = asked.get("wish")
    patient_id = wish.patient_id if wish else None
    known = wish if wish else _Plain(asked)
    party = way() or patient_id or asked["actor"].correlation_id
    refused = Refused(
        site_id=known.site_id,
        service_id=known.service_id,
        practitioner_id=known.practitioner_id,
        channel=known.channel,
        party=cast("UUID", party),
        code=code,
    )
    key = ("refused", refused.site_id, refused.service_id, refused.party)
    if_undone(key, partial(note_refusal, actor=asked["actor"], refused=refused))


class _Plain:
    """What was asked for by name, as a wish shows it."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.site_id: UUID = asked["site_id"]
        self.service_id: UUID = asked["service_id"]
        self.practitioner_id: UUID | None = asked["practitioner_id"]
        self.channel: str = asked.get("channel", "desk")
