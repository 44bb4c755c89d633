"""Departments, rooms, chairs and devices of a site: public facts that anybody may read."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from yilu.facility.models import Chair, Department, Device, HolidayRule, Room, RoomKind
from yilu.platform.db import loaded, prepared
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

ROOM_KINDS = RoomKind.choices
HOLIDAY_RULES = HolidayRule.choices


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
    position: int


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
    position: int


@dataclass(frozen=True, slots=True)
class ChairInfo:
    id: UUID
    site_id: UUID
    room_id: UUID
    key: str
    name: Localized
    is_active: bool
    version: int
    position: int


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
    position: int


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What a department, room, chair or device is called, and where it stands."""

    name: Localized
    site_id: UUID


def departments(site_id: UUID, *, closed_too: bool = False) -> list[DepartmentInfo]:
    """The departments of a site, in its order. One query."""
    return [_info(DepartmentInfo, one) for one in _of(Department, site_id, closed_too=closed_too)]


def rooms(site_id: UUID, *, closed_too: bool = False) -> list[RoomInfo]:
    """The rooms of a site, in its order. One query."""
    return [_info(RoomInfo, one) for one in _of(Room, site_id, closed_too=closed_too)]


def chairs(site_id: UUID, *, closed_too: bool = False) -> list[ChairInfo]:
    """The chairs of a site, in its order. One query."""
    return [_info(ChairInfo, one) for one in _of(Chair, site_id, closed_too=closed_too)]


def devices(site_id: UUID, *, closed_too: bool = False) -> list[DeviceInfo]:
    """The devices of a site, in its order. One query."""
    return [_info(DeviceInfo, one) for one in _of(Device, site_id, closed_too=closed_too)]


def place_detail(
    site_id: UUID, kind: str, place_id: UUID
) -> DepartmentInfo | RoomInfo | ChairInfo | DeviceInfo:
    """One place of a kind at a site, in use or not. One query. Raises: NotFound."""
    shape, model = _KINDS[kind]
    found = model.objects.filter(pk=place_id, site_id=site_id).first()
    if found is None:
        raise NotFound
    return _info(shape, found)  # type: ignore[no-any-return]


def departments_of(site_ids: Iterable[UUID]) -> list[DepartmentInfo]:
    """The departments of several sites, in their order. One query."""
    found = Department.objects.filter(site_id__in=list(site_ids), is_active=True)
    return [_info(DepartmentInfo, one) for one in found]


_NAMES = " UNION ALL ".join(
    f"SELECT id, name, site_id FROM facility_{kind} WHERE id = ANY(%(ids)s)"  # noqa: S608
    for kind in ("department", "room", "chair", "device")
)


def place_names(ids: Iterable[UUID | None]) -> dict[UUID, PlaceName]:
    """What departments, rooms, chairs and devices are called. One query for all kinds together."""
    wanted = {one for one in ids if one is not None}
    found = prepared(_NAMES, {"ids": list(wanted)}) if wanted else []
    return {pk: PlaceName(Localized(name), site_id) for pk, name, site_id in found}


_KINDS: dict[str, tuple[Any, Any]] = {
    "department": (DepartmentInfo, Department),
    "room": (RoomInfo, Room),
    "chair": (ChairInfo, Chair),
    "device": (DeviceInfo, Device),
}


def _of(model: Any, site_id: UUID, *, closed_too: bool) -> list[Any]:
    where = "site_id = %(site)s AND (is_active OR %(closed_too)s) ORDER BY position, key"
    return loaded(model, where, {"site": site_id, "closed_too": closed_too})


def _info(shape: Any, place: Any) -> Any:
    # A row's columns carry the same names as what is told about it.
    return shape(**{field.name: getattr(place, field.name) for field in fields(shape)})
