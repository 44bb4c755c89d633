"""The wall screens of a site, for those who set them up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.queueing import permissions
from yilu.queueing.errors import ScreenWithdrawn
from yilu.queueing.models import Screen


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One screen that is in use."""

    id: UUID
    site_id: UUID
    name: str
    area: str
    opened_at: datetime | None


def screens(actor: Actor, site_id: UUID) -> list[ScreenLine]:
    """The screens of a site that are in use. One query."""
    actor.require_to_see(permissions.SET_UP, site_id)
    found = Screen.objects.filter(site_id=site_id, withdrawn_at=None).order_by("created_at")
    return [_line(one) for one in found]


def screen(screen_id: UUID) -> ScreenLine:
    """One screen in use. One query. Raises: ScreenWithdrawn."""
    found = Screen.objects.filter(pk=screen_id, withdrawn_at=None).first()
    if found is None:
        raise ScreenWithdrawn
    return _line(found)


def _line(one: Screen) -> ScreenLine:
    opened = one.opened_at.astimezone(site_zone(one.site_id)) if one.opened_at else None
    return ScreenLine(one.pk, one.site_id, one.name, one.area, opened)
