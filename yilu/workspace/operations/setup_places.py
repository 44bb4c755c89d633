"""The places of a new clinic: departments with their rooms or chairs, common rooms, devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from yilu.facility.operations.places import (
    ChairFacts,
    DepartmentFacts,
    DeviceFacts,
    RoomFacts,
    add_place,
)
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.scheduling.operations.resources import add_resource

CHAIR, ROOM = "chair", "room"


@dataclass(frozen=True, slots=True)
class PlannedDepartment:
    """A department and how its patients are seen: in rooms, or on the chairs of one room."""

    key: str
    name: Localized
    specialty: str
    letter: str
    places: str
    room_kind: str
    names: tuple[Localized, ...]


@dataclass(frozen=True, slots=True)
class PlannedPlaces:
    """Every place of a new clinic. Common rooms and devices are (kind, name)."""

    departments: tuple[PlannedDepartment, ...]
    common_rooms: tuple[tuple[str, Localized], ...]
    devices: tuple[tuple[str, Localized], ...]


@operation
def add_places(*, actor: Actor, site_id: UUID, places: PlannedPlaces) -> Mapping[str, UUID]:
    """Make the places, and those that patients are seen at bookable. The departments by key."""
    made = {}
    for position, planned in enumerate(places.departments):
        made[planned.key] = _add_department(actor, site_id, planned, position)
    for position, (kind, name) in enumerate(places.common_rooms, start=100):
        facts = RoomFacts(name=name, kind=kind, position=position)
        add_place(actor=actor, site_id=site_id, facts=facts, key=kind)
    for position, (kind, name) in enumerate(places.devices):
        device = DeviceFacts(name=name, kind=kind, position=position)
        device_id = add_place(actor=actor, site_id=site_id, facts=device)
        add_resource(actor=actor, site_id=site_id, kind="device", of_id=device_id, detail=kind)
    return made


def _add_department(actor: Actor, site_id: UUID, planned: PlannedDepartment, position: int) -> UUID:
    facts = DepartmentFacts(
        name=planned.name,
        specialty=planned.specialty,
        letter=planned.letter,
        position=position,
    )
    department_id = add_place(actor=actor, site_id=site_id, facts=facts, key=planned.key)
    if planned.places == CHAIR:
        _add_chairs(actor, site_id, planned, department_id)
        return department_id
    for number, name in enumerate(planned.names):
        room = RoomFacts(
            name=name, kind=planned.room_kind, department_id=department_id, position=number
        )
        room_id = add_place(actor=actor, site_id=site_id, facts=room)
        add_resource(
            actor=actor, site_id=site_id, kind=ROOM, of_id=room_id, detail=planned.room_kind
        )
    return department_id


def _add_chairs(
    actor: Actor, site_id: UUID, planned: PlannedDepartment, department_id: UUID
) -> None:
    name = Localized(
        {
            CHINESE: f"{planned.name.get(CHINESE, '')}诊区",
            ENGLISH: f"{planned.name.get(ENGLISH, '')} area",
        }
    )
    room = RoomFacts(name=name, kind=planned.room_kind, department_id=department_id)
    room_id = add_place(actor=actor, site_id=site_id, facts=room)
    for number, chair_name in enumerate(planned.names):
        chair = ChairFacts(name=chair_name, room_id=room_id, position=number)
        chair_id = add_place(actor=actor, site_id=site_id, facts=chair)
        add_resource(actor=actor, site_id=site_id, kind=CHAIR, of_id=chair_id)
