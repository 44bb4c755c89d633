"""How urgent a visit is: set by a nurse or a doctor, and followed by the queue."""

from uuid import UUID

from yilu.intake import permissions
from yilu.intake.errors import LevelNeedsReason, NotWithUs
from yilu.intake.operations.worse import LONGEST_REASON
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import FieldError
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.issuing import LEVELS, change_level
from yilu.queueing.selectors.tickets import live_ticket
from yilu.visits.selectors.visits import visit_info


@operation
def set_level(
    *, actor: Actor, visit_id: UUID, level: int, reason: str, version: int | None = None
) -> None:
    """Say how urgent a patient is who waits or is being assessed. The next queue gets it too.

    `version` is that of the ticket that was being looked at.

    Raises:
        NotFound, NotAllowed, Stale.
        NotWithUs: the patient waits in no queue and is with nobody.
        LevelNeedsReason: no level of the four, or no reason.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.ANSWER, visit.site_id)
    why = reason.strip()[:LONGEST_REASON]
    if level not in LEVELS or not why:
        field = "reason" if level in LEVELS else "level"
        raise LevelNeedsReason(FieldError(field, "required", str(LevelNeedsReason.message)))
    ticket = live_ticket(visit_id)
    if ticket is None or not visit.is_here:
        raise NotWithUs
    able = actor.lent(queueing.SEE, queueing.MOVE)
    change_level(actor=able, ticket_id=ticket.id, level=level, reason=why, version=version)
