"""The level of a visit beside the one that its vital signs suggest."""

from dataclasses import dataclass
from uuid import UUID

from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.context import require_visit
from yilu.clinical.selectors.measures import ScoreLine, vitals_of
from yilu.intake import permissions
from yilu.platform.actors import Actor
from yilu.queueing.selectors.tickets import TicketInfo, live_ticket
from yilu.visits.selectors.visits import visit_info

KEY = "acuity"


@dataclass(frozen=True, slots=True)
class LevelNow:
    """How urgent a patient is said to be; nothing where nobody measured, or nobody waits."""

    visit_id: UUID
    ticket: TicketInfo | None
    suggested: ScoreLine | None
    may_change: bool

    @property
    def level(self) -> int | None:
        return self.ticket.level if self.ticket else None

    @property
    def is_higher(self) -> bool:
        """Whether the values speak for more urgency than the queue knows of."""
        if self.suggested is None or self.level is None:
            return False
        return int(self.suggested.total) < self.level


def level_now(actor: Actor, visit_id: UUID) -> LevelNow:
    """The level in the queue, and what was suggested last. At most six queries. Raises: NotFound.

    Who may not read records is told of no suggestion.
    """
    visit = visit_info(visit_id)
    require_visit(actor, visit, permissions.SEE)
    suggested = None
    if actor.may(clinical.SEE, visit.site_id):
        latest = vitals_of([visit_id]).get(visit_id)
        scores = latest.scores if latest else ()
        suggested = next((one for one in scores if one.ruleset == KEY), None)
    ticket = live_ticket(visit_id) if visit.is_here else None
    may_change = ticket is not None and actor.may(permissions.ANSWER, visit.site_id)
    return LevelNow(visit_id, ticket, suggested, may_change)
