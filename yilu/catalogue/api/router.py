"""The reference lists of catalogue: what can be booked, for how much, and with whom.

Public facts of a clinic; a token is needed all the same.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse

from yilu.catalogue.selectors.prices import prices_at
from yilu.catalogue.selectors.services import (
    ServiceInfo,
    performed_by,
    performers_of,
    service_info,
    services,
)
from yilu.facility.selectors.sites import site_info
from yilu.platform import api, clock
from yilu.workforce.selectors.practitioners import PractitionerInfo, practitioners

router = api.Router(tags=["clinic"])


class NeedOut(api.Shape):
    """What must be free besides the practitioner."""

    kind: str
    device_kind: str


class ServiceOut(api.Shape):
    """A service at a site. Its fee is today's; null means that it has none."""

    id: UUID
    key: str
    name: str
    names: dict[str, str]
    summary: str
    preparation: str
    department_key: str
    minutes: int
    needs: list[NeedOut]
    fee: api.Money | None
    online: bool
    min_notice_minutes: int
    window_days: int
    change_until_minutes: int
    practitioners: list[UUID]


class PractitionerOut(api.Shape):
    """Who can be booked at a site, and for which services."""

    id: UUID
    name: str
    pinyin: str
    title: str
    specialty: str
    kind: str
    department: UUID
    services: list[UUID]


@router.get("/services", response=api.Listed[ServiceOut])
def services_of_site(
    request: api.ApiRequest,
    site: UUID,
    practitioner: UUID | None = None,
    cursor: api.Cursor = None,
    limit: api.Limit = 50,
) -> HttpResponse:
    """What is offered at a site, in the catalogue's order; by one practitioner when named."""
    today = _today(site)
    offered = services(site)
    who = performers_of([service.id for service in offered])
    at_hand = {one.id for one in practitioners(site, bookable_only=True)}
    ids = {
        key: [one.practitioner_id for one in many if one.practitioner_id in at_hand]
        for key, many in who.items()
    }
    if practitioner is not None:
        offered = [service for service in offered if practitioner in ids[service.id]]
    fees = {
        key: price.amount
        for key, price in prices_at([service.fee_item_id for service in offered], today).items()
    }
    return api.answer(
        api.portion(offered, cursor, limit, lambda one: _service(one, fees, ids[one.id]))
    )


@router.get("/practitioners", response=api.Listed[PractitionerOut])
def practitioners_of_site(
    request: api.ApiRequest,
    site: UUID,
    service: UUID | None = None,
    cursor: api.Cursor = None,
    limit: api.Limit = 50,
) -> HttpResponse:
    """Who can be booked at a site today; for one service when named."""
    site_info(site)
    if service is not None:
        service_info(service)
    found = practitioners(site, bookable_only=True)
    done = performed_by([one.id for one in found])
    if service is not None:
        found = [one for one in found if service in done[one.id]]
    return api.answer(
        api.portion(found, cursor, limit, lambda one: _practitioner(one, done[one.id]))
    )


def _today(site_id: UUID) -> date:
    return clock.now().astimezone(site_info(site_id).zone).date()


def _service(
    service: ServiceInfo, fees: dict[UUID, Decimal], practitioner_ids: list[UUID]
) -> ServiceOut:
    fee = fees.get(service.fee_item_id) if service.fee_item_id else None
    return ServiceOut(
        id=service.id,
        key=service.key,
        name=str(service.name),
        names=service.name,
        summary=str(service.summary),
        preparation=str(service.preparation),
        department_key=service.department_key,
        minutes=service.minutes,
        needs=[NeedOut(kind=need.kind, device_kind=need.device_kind) for need in service.needs],
        fee=None if fee is None else api.money(fee),
        online=service.online,
        min_notice_minutes=service.min_notice_minutes,
        window_days=service.window_days,
        change_until_minutes=service.change_until_minutes,
        practitioners=practitioner_ids,
    )


def _practitioner(one: PractitionerInfo, service_ids: frozenset[UUID]) -> PractitionerOut:
    return PractitionerOut(
        id=one.id,
        name=one.name.written,
        pinyin=one.name.pinyin,
        title=str(one.title),
        specialty=str(one.specialty),
        kind=one.kind,
        department=one.department_id,
        services=sorted(service_ids),
    )
