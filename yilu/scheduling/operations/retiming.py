"""Putting the rest of a late session right in one press."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import Conflict, Stale
from yilu.platform.subjects import Subject
from yilu.scheduling import permissions
from yilu.scheduling.errors import SessionOnTime
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.selectors.overruns import NewTime, overruns


@dataclass(frozen=True, slots=True)
class Retimed:
    """How many were moved, and how many stayed because their new time could not be had."""

    moved: int
    left: int


@operation
def retime_session(*, actor: Actor, site_id: UUID, practitioner_id: UUID, seen: str) -> Retimed:
    """Move the bookings of a late practitioner to the new times that were shown.

    Every patient is told of their new time, with a link to change or cancel it. The last goes
    first, so that each makes room for the one before. What somebody else took meanwhile stays, and
    so does whoever was told a later time, moved or cancelled in that moment.

    Raises:
        NotAllowed.
        SessionOnTime: nothing is to be moved any more.
        Stale: other new times would be shown by now.
    """
    actor.require(permissions.CHANGE, site_id)
    found = next(iter(overruns(actor, site_id, practitioner_id)), None)
    if found is None or not found.movable:
        raise SessionOnTime
    if found.seen != seen:
        raise Stale
    wanted = [one for one in found.changes if one.starts_at]
    moved = sum(_is_moved(actor, one) for one in reversed(wanted))
    audit.record(
        actor,
        "scheduling.session.retimed",
        Subject("workforce.practitioner", practitioner_id),
        site_id=site_id,
        minutes=found.minutes,
        moved=moved,
        left=len(wanted) - moved,
    )
    return Retimed(moved, len(wanted) - moved)


def _is_moved(actor: Actor, one: NewTime) -> bool:
    try:
        # One that cannot be had leaves the others theirs.
        with transaction.atomic():
            reschedule_booking(
                actor=actor,
                booking_id=one.line.id,
                starts_at=cast("datetime", one.starts_at),
                practitioner_id=one.practitioner_id,
                version=one.line.version,
            )
    except (Conflict, Stale):
        return False
    return True
