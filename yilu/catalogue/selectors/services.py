"""What can be booked, and who does it: public facts that anybody may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.utils.text import slugify
from pypinyin import lazy_pinyin

from yilu.catalogue.models import Performs, Service
from yilu.catalogue.modes import Mode
from yilu.facility.selectors.places import departments
from yilu.platform.db import loaded, prepared
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

LONGEST_STEM = 34


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must be free besides the practitioner; `device_kind` for devices."""

    kind: str
    device_kind: str = ""


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """A service with every fact that booking it depends on."""

    id: UUID
    key: str
    name: Localized
    summary: Localized
    department_key: str
    specialty: str
    minutes: int
    buffer_before: int
    buffer_after: int
    needs: tuple[Need, ...]
    fee_item_id: UUID | None
    online: bool
    wants_assessment: bool
    min_notice_minutes: int
    window_days: int
    change_until_minutes: int
    preparation: Localized
    icon: str
    position: int
    is_active: bool
    version: int
    mode: Mode
    meeting_link: str

    @property
    def is_remote(self) -> bool:
        return self.mode.is_remote


@dataclass(frozen=True, slots=True)
class Performer:
    """Who performs a service, and how long they take."""

    practitioner_id: UUID
    minutes: int


def service_info(service_id: UUID) -> ServiceInfo:
    """One service, on offer or not. One query. Raises: NotFound."""
    found = loaded(Service, "id = %(id)s", {"id": service_id})
    if not found:
        raise NotFound
    return _info(found[0])


def service_infos(ids: Iterable[UUID | None]) -> dict[UUID, ServiceInfo]:
    """Several services, on offer or not. One query."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    found = loaded(Service, "id = ANY(%(ids)s) ORDER BY position, key", {"ids": list(wanted)})
    return {one.pk: _info(one) for one in found}


def services(site_id: UUID, online_only: bool = False) -> list[ServiceInfo]:  # noqa: FBT001, FBT002 (as agreed)
    """What is offered at a site, in the catalogue's order. Two queries."""
    keys = {department.key for department in departments(site_id)}
    offered = Service.objects.filter(is_active=True, department_key__in=keys)
    if online_only:
        offered = offered.filter(online=True)
    return [_info(service) for service in offered]


_SHORTEST = """
SELECT min(minutes) FROM catalogue_service WHERE is_active AND department_key = ANY(%(keys)s)
"""


def shortest_minutes(department_keys: Iterable[str]) -> int | None:
    """How long the shortest service takes that some departments offer. One query."""
    ((shortest,),) = prepared(_SHORTEST, {"keys": list(department_keys)})
    return None if shortest is None else int(shortest)


def all_services() -> list[ServiceInfo]:
    """Every service of the group, on offer or not. One query."""
    return [_info(service) for service in Service.objects.all()]


def performers(service_id: UUID) -> list[tuple[UUID, int]]:
    """Who performs a service, and how many minutes they take. One query."""
    return [(one.practitioner_id, one.minutes) for one in performers_of([service_id])[service_id]]


def performers_of(service_ids: Iterable[UUID]) -> Mapping[UUID, list[Performer]]:
    """Who performs each of several services, and how long they take. One query."""
    found: dict[UUID, list[Performer]] = {service_id: [] for service_id in service_ids}
    lines = Performs.objects.filter(service_id__in=found, practitioner__staff__is_active=True)
    ordered = lines.order_by("practitioner__position", "practitioner_id")
    for service_id, practitioner_id, own, usual in ordered.values_list(
        "service_id", "practitioner_id", "minutes", "service__minutes"
    ):
        found[service_id].append(Performer(practitioner_id, usual if own is None else own))
    return found


def own_minutes(service_id: UUID) -> dict[UUID, int | None]:
    """Who performs a service, with their own length or None for the service's. One query."""
    lines = Performs.objects.filter(service_id=service_id).order_by("practitioner_id")
    return dict(lines.values_list("practitioner_id", "minutes"))


def performed_by(practitioner_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The services that each of several practitioners performs. One query."""
    found: dict[UUID, set[UUID]] = {one: set() for one in practitioner_ids}
    lines = Performs.objects.filter(practitioner_id__in=found, service__is_active=True)
    for practitioner_id, service_id in lines.values_list("practitioner_id", "service_id"):
        found[practitioner_id].add(service_id)
    return {one: frozenset(many) for one, many in found.items()}


def free_key(name: str) -> str:
    """A key for a new service by its name that none has yet. One query."""
    stem = slugify(" ".join(lazy_pinyin(name)))[:LONGEST_STEM].strip("-") or "service"
    taken = set(Service.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for n in count(1) if (key := stem if n == 1 else f"{stem}-{n}") not in taken)


def _info(service: Service) -> ServiceInfo:
    return ServiceInfo(
        id=service.pk,
        key=service.key,
        name=service.name,
        summary=service.summary,
        department_key=service.department_key,
        specialty=service.specialty,
        minutes=service.minutes,
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        needs=tuple(Need(need["kind"], need.get("device_kind", "")) for need in service.needs),
        fee_item_id=service.fee_item_id,
        online=service.online,
        wants_assessment=service.wants_assessment,
        min_notice_minutes=service.min_notice_minutes,
        window_days=service.window_days,
        change_until_minutes=service.change_until_minutes,
        preparation=service.preparation,
        icon=service.icon,
        position=service.position,
        is_active=service.is_active,
        version=service.version,
        mode=Mode(service.mode),
        meeting_link=service.meeting_link,
    )
