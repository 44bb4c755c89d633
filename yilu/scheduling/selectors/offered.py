"""What the desk of a site can book: services that somebody there performs, and all others."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from yilu.catalogue.selectors.services import ServiceInfo, performed_by, services
from yilu.scheduling.models import Resource, WeeklySession
from yilu.scheduling.states import ResourceKind


@dataclass(frozen=True, slots=True)
class OfferedHere:
    """The services of a site's departments, in the catalogue's order."""

    performed: list[ServiceInfo]
    by_nobody: list[ServiceInfo]


def offered_here(site_id: UUID) -> OfferedHere:
    """What can be booked at a site, and what nobody who can be booked there performs.

    Who works there as a guest counts. Four queries.
    """
    weeks = WeeklySession.objects.filter(site_id=site_id, active=True).values("resource_id")
    people = Resource.objects.filter(
        Q(site_id=site_id) | Q(pk__in=weeks), kind=ResourceKind.PRACTITIONER, is_active=True
    )
    ids = [one.practitioner_id for one in people if one.practitioner_id]
    performed = set[UUID]().union(*performed_by(ids).values())
    offered = services(site_id)
    return OfferedHere(
        [one for one in offered if one.id in performed],
        [one for one in offered if one.id not in performed],
    )
