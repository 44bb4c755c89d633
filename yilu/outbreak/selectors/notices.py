"""What stands above every page of a site: that outbreak mode is on, and who needs help."""

from dataclasses import dataclass
from uuid import UUID

from yilu.outbreak import permissions
from yilu.outbreak.selectors.modes import DrillDue, Mode, drill_due, mode_of
from yilu.outbreak.selectors.screenings import Suspect, suspects
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class Notice:
    """What everybody at a site reads, and what some are called to."""

    mode: Mode | None
    unmet: tuple[Suspect, ...]
    drill_due: DrillDue | None
    may_see: bool


def notice(actor: Actor, site_id: UUID) -> Notice:
    """The notice of a site for who works there. Three queries while nothing is on, else eight.

    Raises: NotFound: the actor does not work at this site.
    """
    if not any(site == site_id for _permission, site in actor.grants):
        raise NotFound
    mode = mode_of(site_id)
    may_see = actor.may(permissions.SEE, site_id)
    if mode is None:
        return Notice(None, (), drill_due(actor, site_id), may_see)
    unmet = suspects(actor, site_id, unmet_only=True, limit=10) if may_see else []
    return Notice(mode, tuple(unmet), None, may_see)
