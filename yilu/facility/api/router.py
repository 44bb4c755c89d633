"""The reference lists of facility. Public facts of a clinic; a token is needed all the same."""

from uuid import UUID

from django.http import HttpResponse

from yilu.facility.selectors.places import DepartmentInfo, departments
from yilu.facility.selectors.sites import SiteInfo, open_sites, site_info
from yilu.platform import api

router = api.Router(tags=["clinic"])


class SiteOut(api.Shape):
    """A site. `name` is in the reader's language, `names` in each that is known."""

    id: UUID
    key: str
    name: str
    names: dict[str, str]
    time_zone: str
    address: str
    phone: str


class DepartmentOut(api.Shape):
    """A department of a site."""

    id: UUID
    key: str
    site: UUID
    name: str
    names: dict[str, str]
    specialty: str


@router.get("/sites", response=api.Listed[SiteOut])
def sites(
    request: api.ApiRequest, cursor: api.Cursor = None, limit: api.Limit = 50
) -> HttpResponse:
    """The sites that receive patients, in the group's order."""
    return api.answer(api.portion(open_sites(), cursor, limit, _site))


@router.get("/departments", response=api.Listed[DepartmentOut])
def departments_of_site(
    request: api.ApiRequest, site: UUID, cursor: api.Cursor = None, limit: api.Limit = 50
) -> HttpResponse:
    """The departments of a site, in its order."""
    site_info(site)
    return api.answer(api.portion(departments(site), cursor, limit, _department))


def _site(site: SiteInfo) -> SiteOut:
    return SiteOut(
        id=site.id,
        key=site.key,
        name=str(site.name),
        names=site.name,
        time_zone=str(site.zone),
        address=str(site.address),
        phone=site.phone,
    )


def _department(department: DepartmentInfo) -> DepartmentOut:
    return DepartmentOut(
        id=department.id,
        key=department.key,
        site=department.site_id,
        name=str(department.name),
        names=department.name,
        specialty=department.specialty,
    )
