"""What the page of a site shows to who looks after it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.facility import permissions
from yilu.facility.models import RoomKind
from yilu.facility.rules import WeeklyHours
from yilu.facility.selectors.calendar import ClosureInfo, closures, day_kinds, weekly_hours
from yilu.facility.selectors.places import chairs, departments, devices, rooms
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

HORIZON = timedelta(days=400)
HOLIDAYS_SHOWN = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A department, room, chair or device as the page lists it; `more` is what else is said."""

    id: UUID
    kind: str
    name: Localized
    more: str
    is_active: bool
    version: int


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """One kind of place at the site."""

    kind: str
    title: Any
    lines: tuple[PlaceLine, ...]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that the calendar treats otherwise than its weekday."""

    day: date
    name: Localized
    is_holiday: bool


@dataclass(frozen=True, slots=True)
class SiteLayout:
    """A site with everything that is set for it."""

    site: SiteInfo
    groups: tuple[PlaceGroup, ...]
    hours: tuple[WeeklyHours, ...]
    closures: tuple[ClosureInfo, ...]
    special_days: tuple[SpecialDay, ...]


def site_layout(*, actor: Actor, site_id: UUID) -> SiteLayout:
    """Everything that is set for a site. Eight queries. Raises: NotFound."""
    actor.require_to_see(permissions.MANAGE, site_id)
    site = site_info(site_id)
    today = clock.now().astimezone(site.zone).date()
    return SiteLayout(
        site=site,
        groups=_groups(site_id),
        hours=tuple(weekly_hours(site_id)),
        closures=tuple(closures(site_id, today, today + HORIZON)),
        special_days=_special_days(today),
    )


def _groups(site_id: UUID) -> tuple[PlaceGroup, ...]:
    departments_here = departments(site_id, closed_too=True)
    rooms_here = rooms(site_id, closed_too=True)
    names = {one.id: one.name for one in rooms_here}
    return (
        _group("department", _("Departments"), departments_here, lambda one: one.letter),
        _group("room", _("Rooms"), rooms_here, lambda one: str(RoomKind(one.kind).label)),
        _group(
            "chair",
            _("Chairs"),
            chairs(site_id, closed_too=True),
            lambda one: str(names[one.room_id]),
        ),
        _group("device", _("Devices"), devices(site_id, closed_too=True), lambda one: one.kind),
    )


def _group(kind: str, title: Any, places: list[Any], more: Any) -> PlaceGroup:
    return PlaceGroup(
        kind,
        title,
        tuple(
            PlaceLine(one.id, kind, one.name, more(one), one.is_active, one.version)
            for one in places
        ),
    )


def _special_days(today: date) -> tuple[SpecialDay, ...]:
    kinds = day_kinds(today, today + HOLIDAYS_SHOWN)
    return tuple(
        SpecialDay(day, kind.name, kind.is_holiday) for day, kind in kinds.items() if kind.name
    )
