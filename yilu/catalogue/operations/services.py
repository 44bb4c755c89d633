"""Everything that changes what can be booked, and who does it. Nothing else writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yilu.catalogue import permissions
from yilu.catalogue.errors import (
    CodeTaken,
    LengthUnfit,
    LinkMissing,
    UnknownItem,
    UnknownPractitioner,
)
from yilu.catalogue.events import PerformersSet, ServiceAdded, ServiceChanged
from yilu.catalogue.models import Performs, PriceItem, Service
from yilu.catalogue.modes import Mode
from yilu.catalogue.selectors.services import Need
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.workforce.selectors.practitioners import practitioner_infos

STEP, SHORTEST, LONGEST = 5, 5, 480


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """What is said about a service."""

    name: Localized
    department_key: str
    specialty: str
    minutes: int
    summary: Localized | None = None
    buffer_before: int = 0
    buffer_after: int = 0
    needs: tuple[Need, ...] = ()
    fee_item_id: UUID | None = None
    online: bool = True
    wants_assessment: bool = False
    min_notice_minutes: int = 30
    window_days: int = 30
    change_until_minutes: int = 120
    preparation: Localized | None = None
    icon: str = ""
    position: int = 0
    is_active: bool = True
    mode: Mode = Mode.IN_PERSON
    meeting_link: str = ""


@operation
def add_service(*, actor: Actor, key: str, facts: ServiceFacts) -> UUID:
    """Offer a service at every site that has its department.

    Raises:
        NotAllowed.
        CodeTaken: another service has this key.
        LengthUnfit: no service lasts that long or that short.
        UnknownItem: its fee is not on the price list.
        LinkMissing: a video visit without the address at which it takes place.
    """
    actor.require_anywhere(permissions.MANAGE)
    service = Service(key=key)
    _say(service, facts)
    with on_violation(catalogue_service_key_key=CodeTaken):
        service.save(force_insert=True)
    audit.record(actor, "catalogue.service.added", service, key=key)
    added = ServiceAdded(service.pk)
    outbox.publish(added, actor=actor, site_id=None, subject=service)
    return service.pk


@operation
def change_service(
    *, actor: Actor, service_id: UUID, facts: ServiceFacts, version: int | None = None
) -> None:
    """Change what is said about a service. What is booked already stays as it is.

    Raises: NotFound, NotAllowed, Stale, LengthUnfit, UnknownItem, LinkMissing.
    """
    service = _hold(service_id, actor)
    check_version(service, version)
    _say(service, facts)
    service.version += 1
    service.save()
    audit.record(actor, "catalogue.service.changed", service, version=service.version)
    changed = ServiceChanged(service.pk, service.is_active)
    outbox.publish(changed, actor=actor, site_id=None, subject=service)


@operation
def set_performers(
    *, actor: Actor, service_id: UUID, performers: Sequence[tuple[UUID, int | None]]
) -> None:
    """Let these practitioners perform a service, and nobody else.

    With each their own length in minutes, or None for the service's.

    Raises: NotFound, NotAllowed, UnknownPractitioner, LengthUnfit.
    """
    service = _hold(service_id, actor)
    ids = [practitioner_id for practitioner_id, _ in performers]
    if set(ids) != set(practitioner_infos(ids)) or len(ids) != len(set(ids)):
        raise UnknownPractitioner
    for _, minutes in performers:
        _check_length(minutes)
    Performs.objects.filter(service=service).delete()
    Performs.objects.bulk_create(
        Performs(service=service, practitioner_id=practitioner_id, minutes=minutes)
        for practitioner_id, minutes in performers
    )
    audit.record(actor, "catalogue.performers.set", service, performers=performers)
    told = PerformersSet(service.pk, tuple(ids))
    outbox.publish(told, actor=actor, site_id=None, subject=service)


@operation
def set_own_services(*, actor: Actor, practitioner_id: UUID, service_ids: Sequence[UUID]) -> None:
    """Let a practitioner perform these services and no others; own lengths stay.

    Raises: NotAllowed, UnknownPractitioner, NotFound: there is no such service.
    """
    actor.require_anywhere(permissions.MANAGE)
    if practitioner_id not in practitioner_infos([practitioner_id]):
        raise UnknownPractitioner
    wanted = {one.pk: one for one in Service.objects.select_for_update().filter(pk__in=service_ids)}
    if len(wanted) != len(set(service_ids)):
        raise NotFound
    held = Performs.objects.filter(practitioner_id=practitioner_id)
    kept = set(held.filter(service_id__in=wanted).values_list("service_id", flat=True))
    held.exclude(service_id__in=kept).delete()
    for service_id, service in wanted.items():
        if service_id in kept:
            continue
        Performs(service=service, practitioner_id=practitioner_id).save(force_insert=True)
        audit.record(actor, "catalogue.performers.set", service, added=practitioner_id)
    for service in wanted.values():
        told = PerformersSet(service.pk, (practitioner_id,))
        outbox.publish(told, actor=actor, site_id=None, subject=service)


def _hold(service_id: UUID, actor: Actor) -> Service:
    actor.require_anywhere(permissions.MANAGE)
    service = Service.objects.select_for_update().filter(pk=service_id).first()
    if service is None:
        raise NotFound
    return service


def _say(service: Any, facts: ServiceFacts) -> None:
    _check_length(facts.minutes)
    if facts.fee_item_id and not PriceItem.objects.filter(pk=facts.fee_item_id).exists():
        raise UnknownItem
    if facts.mode == Mode.VIDEO and not facts.meeting_link.startswith("https://"):
        raise LinkMissing
    for name in ServiceFacts.__slots__:
        value = getattr(facts, name)
        setattr(service, name, Localized() if value is None and name in _WORDS else value)
    service.needs = [
        {"kind": need.kind} | ({"device_kind": need.device_kind} if need.device_kind else {})
        for need in facts.needs
        if not facts.mode.is_remote
    ]


_WORDS = {"summary", "preparation"}


def _check_length(minutes: int | None) -> None:
    if minutes is not None and (not SHORTEST <= minutes <= LONGEST or minutes % STEP):
        raise LengthUnfit
