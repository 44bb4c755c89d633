"""The wall screens of a site, for those who set them up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.queueing import permissions
from yilu.queueing.errors import ScreenWithdrawn
from yilu.queueing.models import Queue, Screen
from yilu.workforce.selectors.practitioners import practitioner_names


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One screen that is in use."""

    id: UUID
    site_id: UUID
    name: str
    area: str
    doctor_id: UUID | None
    doctor: PersonName | None
    opened_at: datetime | None


def screens(actor: Actor, site_id: UUID) -> list[ScreenLine]:
    """The screens of a site that are in use. One query, two where any is a doctor's."""
    actor.require_to_see(permissions.SET_UP, site_id)
    found = Screen.objects.filter(site_id=site_id, withdrawn_at=None).order_by("created_at")
    names = practitioner_names(one.practitioner_id for one in found)
    return [_line(one, names) for one in found]


def screen(screen_id: UUID) -> ScreenLine:
    """One screen in use. One query. Raises: ScreenWithdrawn."""
    found = Screen.objects.filter(pk=screen_id, withdrawn_at=None).first()
    if found is None:
        raise ScreenWithdrawn
    return _line(found, {})


def doctors_of(site_id: UUID) -> list[tuple[UUID, PersonName]]:
    """Whose door at a site a screen can hang beside, by name. Two queries."""
    found = Queue.objects.filter(site_id=site_id, practitioner__isnull=False, is_active=True)
    names = practitioner_names(found.values_list("practitioner_id", flat=True))
    return sorted(names.items(), key=lambda one: one[1].written)


def _line(one: Screen, names: Mapping[UUID, PersonName]) -> ScreenLine:
    opened = one.opened_at.astimezone(site_zone(one.site_id)) if one.opened_at else None
    who = one.practitioner_id
    return ScreenLine(
        id=one.pk,
        site_id=one.site_id,
        name=one.name,
        area=one.area,
        doctor_id=who,
        doctor=names.get(who) if who else None,
        opened_at=opened,
    )
