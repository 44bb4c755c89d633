"""Which services a dentist may plan."""

from uuid import UUID

from yilu.catalogue.selectors.services import ServiceInfo, service_info, services
from yilu.dental.selectors.context import SPECIALTY
from yilu.facility.selectors.places import departments


def dental_services(site_id: UUID) -> list[ServiceInfo]:
    """The services of a site's dental departments. Two queries."""
    keys = {one.key for one in departments(site_id, closed_too=True) if one.specialty == SPECIALTY}
    return [one for one in services(site_id) if one.department_key in keys]


def service_key(service_id: UUID) -> str:
    """The key of a service, by which its effect on a tooth is known. One query."""
    return service_info(service_id).key
