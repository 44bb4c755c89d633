"""What an equipment failure does to the bookings of what failed, by scheduling's own deeds.

Not deeds themselves: parts of opening and closing an incident.
"""

from datetime import datetime
from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.reception.errors import PatientsAsked
from yilu.reception.models import Incident
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.blocks import (
    block_resource,
    lift_absence,
    lift_block,
    undo_lift_absence,
)
from yilu.scheduling.operations.replanning import drop_plan, start_plan
from yilu.scheduling.selectors.plans import plan_line, plan_with, unplanned
from yilu.scheduling.states import BlockKind

NEEDED = (scheduling.SEE, scheduling.BLOCK, scheduling.CHANGE)
LONGEST_REASON = 200


def block(actor: Actor, incident: Incident, until: datetime) -> int:
    """Block what failed from now on, and plan its bookings anew. How many need another place.

    Bookings that another plan has frozen already are left to that plan.
    """
    if incident.resource_id is None:
        return 0
    able = actor.lent(*NEEDED)
    reason = incident.what[:LONGEST_REASON]
    blocked = block_resource(
        actor=able,
        resource_id=incident.resource_id,
        starts_at=clock.now(),
        ends_at=until,
        kind=BlockKind.FAULT,
        reason=reason,
    )
    incident.block_ids = list(blocked.block_ids)
    if blocked.booking_ids:
        incident.plan_id = _plan(able, incident, reason, blocked.booking_ids)
    return len(blocked.booking_ids)


def lift(actor: Actor, incident: Incident) -> UUID | None:
    """Let what works again be booked from now on; the way back, if anything was blocked still."""
    if not incident.block_ids:
        return None
    return lift_absence(actor=actor.lent(*NEEDED), block_id=incident.block_ids[-1])


def block_again(actor: Actor, lifted: UUID) -> None:
    """Take it back that something works again."""
    undo_lift_absence(actor=actor.lent(*NEEDED), undo_id=lifted)


def take_back(actor: Actor, incident: Incident) -> None:
    """Undo what opening the incident did to bookings. Raises: PatientsAsked."""
    able = actor.lent(*NEEDED)
    if incident.plan_id is not None:
        if plan_line(able, incident.plan_id).is_confirmed:
            raise PatientsAsked
        drop_plan(actor=able, plan_id=incident.plan_id)
    for one in incident.block_ids:
        lift_block(actor=able, block_id=one)


def _plan(
    able: Actor, incident: Incident, reason: str, booking_ids: tuple[UUID, ...]
) -> UUID | None:
    if not unplanned(incident.site_id, incident.resource_id):
        return plan_with(booking_ids)
    return start_plan(
        actor=able, site_id=incident.site_id, resource_id=incident.resource_id, reason=reason
    )
