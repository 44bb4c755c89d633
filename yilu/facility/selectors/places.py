"""Departments, rooms, chairs and devices of a site: public facts that anybody may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yilu.facility.models import Chair, Department, Device, Room
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class DepartmentInfo:
    id: UUID
    site_id: UUID
    key: str
    name: Localized
    specialty: str
    floor: Localized
    letter: str
    is_active: bool
    version: int


@dataclass(frozen=True, slots=True)
class RoomInfo:
    id: UUID
    site_id: UUID
    department_id: UUID | None
    key: str
    name: Localized
    kind: str
    is_active: bool
    version: int


@dataclass(frozen=True, slots=True)
class ChairInfo:
    id: UUID
    site_id: UUID
    room_id: UUID
    key: str
    name: Localized
    is_active: bool
    version: int


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    id: UUID
    site_id: UUID
    room_id: UUID | None
    key: str
    name: Localized
    kind: str
    is_active: bool
    version: int


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What a department, room, chair or device is called, and where it stands."""

    name: Localized
    site_id: UUID


def departments(site_id: UUID, *, closed_too: bool = False) -> list[DepartmentInfo]:
    """The departments of a site, in its order. One query."""
    return [
        DepartmentInfo(
            d.pk, d.site_id, d.key, d.name, d.specialty, d.floor, d.letter, d.is_active, d.version
        )
        for d in _of(Department.objects.all(), site_id, closed_too=closed_too)
    ]


def rooms(site_id: UUID, *, closed_too: bool = False) -> list[RoomInfo]:
    """The rooms of a site, in its order. One query."""
    return [
        RoomInfo(r.pk, r.site_id, r.department_id, r.key, r.name, r.kind, r.is_active, r.version)
        for r in _of(Room.objects.all(), site_id, closed_too=closed_too)
    ]


def chairs(site_id: UUID, *, closed_too: bool = False) -> list[ChairInfo]:
    """The chairs of a site, in its order. One query."""
    return [
        ChairInfo(c.pk, c.site_id, c.room_id, c.key, c.name, c.is_active, c.version)
        for c in _of(Chair.objects.all(), site_id, closed_too=closed_too)
    ]


def devices(site_id: UUID, *, closed_too: bool = False) -> list[DeviceInfo]:
    """The devices of a site, in its order. One query."""
    return [
        DeviceInfo(d.pk, d.site_id, d.room_id, d.key, d.name, d.kind, d.is_active, d.version)
        for d in _of(Device.objects.all(), site_id, closed_too=closed_too)
    ]


def place_names(ids: Iterable[UUID | None]) -> dict[UUID, PlaceName]:
    """What departments, rooms, chairs and devices are called. One query for all kinds together."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    kinds = [
        kind.objects.filter(pk__in=wanted).order_by().values_list("pk", "name", "site_id")
        for kind in (Department, Room, Chair, Device)
    ]
    first, *others = kinds
    return {pk: PlaceName(name, site_id) for pk, name, site_id in first.union(*others, all=True)}


def _of(places: QuerySet[Any], site_id: UUID, *, closed_too: bool) -> QuerySet[Any]:
    places = places.filter(site_id=site_id)
    return places if closed_too else places.filter(is_active=True)
