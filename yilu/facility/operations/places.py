"""Everything that changes departments, rooms, chairs and devices. Nothing else writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yilu.facility import permissions
from yilu.facility.errors import KeyTaken, LetterTaken, OtherSite, StillInUse
from yilu.facility.events import PlaceAdded, PlaceChanged
from yilu.facility.models import Chair, Department, Device, Room, Site
from yilu.facility.rules import free_key, free_letter
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import ENGLISH, Localized

Place = Department | Room | Chair | Device
KINDS: Mapping[str, type[Place]] = {
    "department": Department,
    "room": Room,
    "chair": Chair,
    "device": Device,
}
_UNIQUE = {f"facility_{kind}_key": KeyTaken for kind in KINDS} | {
    "facility_department_letter": LetterTaken
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFacts:
    """What is said about a department; a free ticket letter is found when none is given."""

    name: Localized
    specialty: str
    floor: Localized | None = None
    letter: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacts:
    """What is said about a room."""

    name: Localized
    kind: str
    department_id: UUID | None = None
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairFacts:
    """What is said about a chair."""

    name: Localized
    room_id: UUID
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What is said about a device; `kind` is what services ask for."""

    name: Localized
    kind: str
    room_id: UUID | None = None
    position: int = 0


PlaceFacts = DepartmentFacts | RoomFacts | ChairFacts | DeviceFacts
_KIND_OF: Mapping[type[PlaceFacts], str] = {
    DepartmentFacts: "department",
    RoomFacts: "room",
    ChairFacts: "chair",
    DeviceFacts: "device",
}


@operation
def add_place(*, actor: Actor, site_id: UUID, facts: PlaceFacts, key: str = "") -> UUID:
    """Add a department, room, chair or device to a site; which, the kind of facts says.

    Raises:
        NotFound: there is no such site.
        NotAllowed: the actor does not look after it.
        KeyTaken, LetterTaken: another place of the site has this key or ticket letter.
        OtherSite: its room or department belongs to another site.
    """
    if not Site.objects.select_for_update(no_key=True).filter(pk=site_id).exists():
        raise NotFound
    actor.require(permissions.MANAGE, site_id)
    kind = _KIND_OF[type(facts)]
    taken = set(KINDS[kind].objects.filter(site_id=site_id).values_list("key", flat=True))
    wanted = key or free_key(facts.name.get(ENGLISH, "") or kind, taken)
    place: Any = KINDS[kind](site_id=site_id, key=wanted)
    _say(place, facts)
    with on_violation(**_UNIQUE):
        place.save(force_insert=True)
    audit.record(actor, f"facility.{kind}.added", place, site_id=site_id, key=place.key)
    outbox.publish(PlaceAdded(kind, place.pk), actor=actor, site_id=site_id, subject=place)
    return place.pk  # type: ignore[no-any-return]


@operation
def change_place(
    *, actor: Actor, place_id: UUID, facts: PlaceFacts, version: int | None = None
) -> None:
    """Change what is said about a department, room, chair or device; all but its key and site.

    Raises: NotFound, NotAllowed, Stale, LetterTaken, OtherSite.
    """
    kind = _KIND_OF[type(facts)]
    place = _hold(kind, place_id, actor, version)
    _say(place, facts)
    with on_violation(**_UNIQUE):
        _save(place, actor, kind, "changed")


@operation
def close_place(*, actor: Actor, kind: str, place_id: UUID, version: int | None = None) -> None:
    """Take a place out of use. What was booked there stays and is for the desk to move.

    Raises: NotFound, NotAllowed, Stale; StillInUse: rooms or chairs in it are still in use.
    """
    place = _hold(kind, place_id, actor, version)
    if not place.is_active:
        return
    if _has_places(kind, place_id):
        raise StillInUse
    place.is_active = False
    _save(place, actor, kind, "closed")


@operation
def reopen_place(*, actor: Actor, kind: str, place_id: UUID, version: int | None = None) -> None:
    """Use a place again.

    Raises: NotFound, NotAllowed, Stale; LetterTaken: another department has its letter now.
    """
    place = _hold(kind, place_id, actor, version)
    if place.is_active:
        return
    place.is_active = True
    with on_violation(**_UNIQUE):
        _save(place, actor, kind, "reopened")


def _hold(kind: str, place_id: UUID, actor: Actor, version: int | None) -> Any:
    model: Any = KINDS[kind]
    place = model.objects.select_for_update().filter(pk=place_id).first()
    if place is None:
        raise NotFound
    actor.require(permissions.MANAGE, place.site_id)
    check_version(place, version)
    return place


def _save(place: Any, actor: Actor, kind: str, what: str) -> None:
    place.version += 1
    place.save()
    audit.record(
        actor, f"facility.{kind}.{what}", place, site_id=place.site_id, version=place.version
    )
    changed = PlaceChanged(kind, place.pk, place.is_active)
    outbox.publish(changed, actor=actor, site_id=place.site_id, subject=place)


def _say(place: Any, facts: PlaceFacts) -> None:
    place.name, place.position = facts.name, facts.position
    match facts:
        case DepartmentFacts():
            place.specialty, place.floor = facts.specialty, facts.floor or Localized()
            place.letter = facts.letter or place.letter or _letter(place.site_id)
        case RoomFacts():
            place.kind, place.department_id = facts.kind, facts.department_id
            _check_site(place.site_id, Department, facts.department_id)
        case ChairFacts():
            place.room_id = facts.room_id
            _check_site(place.site_id, Room, facts.room_id)
        case DeviceFacts():
            place.kind, place.room_id = facts.kind, facts.room_id
            _check_site(place.site_id, Room, facts.room_id)


def _letter(site_id: UUID) -> str:
    used = Department.objects.filter(site_id=site_id, is_active=True)
    return free_letter(set(used.values_list("letter", flat=True)))


def _check_site(site_id: UUID, model: type[Department | Room], place_id: UUID | None) -> None:
    """Refuse a place that stands elsewhere, or nowhere."""
    if place_id is None:
        return
    if not model.objects.filter(pk=place_id, site_id=site_id).exists():
        raise OtherSite


def _has_places(kind: str, place_id: UUID) -> bool:
    if kind == "department":
        return Room.objects.filter(department_id=place_id, is_active=True).exists()
    if kind == "room":
        return Chair.objects.filter(room_id=place_id, is_active=True).exists()
    return False
