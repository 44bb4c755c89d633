"""What resources are called, and what each of them is."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from yilu.facility.selectors.places import place_names
from yilu.platform.errors import NotFound
from yilu.scheduling.models import Resource
from yilu.scheduling.states import ResourceKind
from yilu.workforce.selectors.practitioners import practitioner_names

OWNERS = ("practitioner_id", "room_id", "chair_id", "device_id")


@dataclass(frozen=True, slots=True)
class ResourceInfo:
    """A resource by the name of whom or what it is. `of_id` is that; a kit has none."""

    id: UUID
    site_id: UUID
    kind: ResourceKind
    name: str
    of_id: UUID | None
    home_id: UUID | None
    is_active: bool
    version: int

    @property
    def is_person(self) -> bool:
        return self.kind == ResourceKind.PRACTITIONER

    @property
    def kind_label(self) -> str:
        return str(self.kind.label)


def resource_infos(ids: Iterable[UUID | None]) -> dict[UUID, ResourceInfo]:
    """Several resources, retired ones too, in the order of their names. Three queries."""
    wanted = {one for one in ids if one is not None}
    found = list(Resource.objects.filter(pk__in=wanted))
    people = practitioner_names(one.practitioner_id for one in found)
    things = place_names(getattr(one, owner) for one in found for owner in OWNERS[1:])
    names: dict[UUID, object] = {**people, **{pk: place.name for pk, place in things.items()}}
    infos = [_info(one, names) for one in found]
    return {one.id: one for one in sorted(infos, key=lambda one: one.name)}


def resource_info(resource_id: UUID) -> ResourceInfo:
    """One resource. Three queries. Raises: NotFound."""
    found = resource_infos([resource_id])
    if resource_id not in found:
        raise NotFound
    return found[resource_id]


def resource_of(kind: str, of_id: UUID) -> UUID | None:
    """The resource that a practitioner, room, chair or device is, if any. One query."""
    found = Resource.objects.filter(**{f"{kind}_id": of_id})
    return found.values_list("pk", flat=True).first()


def _info(one: Resource, names: dict[UUID, object]) -> ResourceInfo:
    of_id = next((of for owner in OWNERS if (of := getattr(one, owner))), None)
    return ResourceInfo(
        id=one.pk,
        site_id=one.site_id,
        kind=ResourceKind(one.kind),
        name=str(names[of_id]) if of_id else one.kit,
        of_id=of_id,
        home_id=one.home_id,
        is_active=one.is_active,
        version=one.version,
    )


def resources_here(site_id: UUID) -> list[ResourceInfo]:
    """What can be booked at a site, people first, in the order of their names. Three queries."""
    ids = Resource.objects.filter(site_id=site_id, is_active=True).values_list("pk", flat=True)
    return sorted(resource_infos(ids).values(), key=lambda one: not one.is_person)
