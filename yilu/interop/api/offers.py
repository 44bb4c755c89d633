"""What a partner can book: sites, services, free times, and how much of its quota is left."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query

from yilu.facility.selectors.sites import site_zone
from yilu.interop.api.router import router
from yilu.interop.api.signed import PartnerRequest
from yilu.interop.selectors.offers import check_offered, offered_services, offered_sites
from yilu.interop.selectors.quota import quota
from yilu.platform import api
from yilu.scheduling.api.free_slots import SlotOut, written
from yilu.scheduling.selectors.free_time import free_slots
from yilu.scheduling.states import Channel

Words = dict[str, str]


class SiteOut(api.Shape):
    id: UUID
    name: Words
    address: Words
    phone: str
    time_zone: str


class PractitionerOut(api.Shape):
    id: UUID
    name: str
    minutes: int


class ServiceOut(api.Shape):
    """A service that partners may book, with who performs it at the site and its fee today."""

    id: UUID
    name: Words
    summary: Words
    minutes: int
    fee: api.Money | None
    change_until_minutes: int
    practitioners: list[PractitionerOut]


class QuotaOut(api.Shape):
    state: str
    sites: list[UUID]
    day: date
    requests_per_minute: int
    bookings_per_day: int
    bookings_today: int
    holds_at_once: int
    holds_now: int


@router.get("/partner/quota", response=QuotaOut)
def partner_quota(request: PartnerRequest) -> HttpResponse:
    """What was agreed with the partner, and how much of it is used."""
    return api.answer(quota(request.partner_id))


@router.get("/partner/sites", response=api.Listed[SiteOut])
def partner_sites(request: PartnerRequest) -> HttpResponse:
    """The sites at which the partner books."""
    items = [
        {
            "id": site.id,
            "name": site.name,
            "address": site.address,
            "phone": site.phone,
            "time_zone": site.zone.key,
        }
        for site in offered_sites(request.actor)
    ]
    return api.answer({"items": items, "next": None})


@router.get("/partner/services", response=api.Listed[ServiceOut])
def partner_services(request: PartnerRequest, site: UUID) -> HttpResponse:
    """The services that can be booked at a site, with who performs them."""
    items: list[dict[str, Any]] = [
        {
            "id": one.id,
            "name": one.name,
            "summary": one.summary,
            "minutes": one.minutes,
            "fee": None if one.fee is None else api.money(one.fee),
            "change_until_minutes": one.change_until_minutes,
            "practitioners": [
                {"id": who.id, "name": who.name.written, "minutes": who.minutes}
                for who in one.practitioners
            ],
        }
        for one in offered_services(request.actor, site)
    ]
    return api.answer({"items": items, "next": None})


@router.get("/partner/free-slots", response=api.Listed[SlotOut])
def partner_free_slots(  # noqa: PLR0917 (the question has these parts)
    request: PartnerRequest,
    service: UUID,
    site: UUID,
    from_: Annotated[api.Instant, Query(alias="from", description="Starts at this or later.")],
    to: Annotated[api.Instant, Query(description="Starts before this; at most 31 days later.")],
    practitioner: UUID | None = None,
) -> HttpResponse:
    """The times that can be booked now, within the share that partners have of each session."""
    check_offered(request.actor, site, service)
    found = free_slots(
        site_id=site,
        service_id=service,
        practitioner_id=practitioner,
        starts_from=from_,
        starts_until=to,
        channel=Channel.PARTNER,
    )
    return api.answer({"items": written(found, site_zone(site)), "next": None})
