"""What partners may book: the services that the public may, at the partner's sites."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yilu.catalogue.selectors.prices import group_today, prices_at
from yilu.catalogue.selectors.services import performers_of, service_info, services
from yilu.facility.selectors.sites import SiteInfo, open_sites
from yilu.interop.errors import NotForPartners
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.errors import UnknownService
from yilu.workforce.selectors.practitioners import practitioners


@dataclass(frozen=True, slots=True)
class OfferedPractitioner:
    """Who performs a service, and in how many minutes."""

    id: UUID
    name: PersonName
    minutes: int


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service as a partner may offer it."""

    id: UUID
    name: Localized
    summary: Localized
    minutes: int
    fee: Decimal | None
    change_until_minutes: int
    practitioners: tuple[OfferedPractitioner, ...]


def offered_sites(actor: Actor) -> list[SiteInfo]:
    """The open sites at which the actor may book. One query."""
    return [site for site in open_sites() if actor.may(scheduling.BOOK, site.id)]


def offered_services(actor: Actor, site_id: UUID) -> list[OfferedService]:
    """What the public may book at a site, with its performers there. Seven queries.

    Raises: NotFound, when the actor books nothing at this site.
    """
    actor.require_to_see(scheduling.BOOK, site_id)
    found = services(site_id, online_only=True)
    fees = prices_at((one.fee_item_id for one in found), group_today())
    here = {one.id: one.name for one in practitioners(site_id, bookable_only=True)}
    who = performers_of(one.id for one in found)
    return [
        OfferedService(
            id=one.id,
            name=one.name,
            summary=one.summary,
            minutes=one.minutes,
            fee=fees[one.fee_item_id].amount if one.fee_item_id in fees else None,
            change_until_minutes=one.change_until_minutes,
            practitioners=tuple(
                OfferedPractitioner(each.practitioner_id, here[each.practitioner_id], each.minutes)
                for each in who[one.id]
                if each.practitioner_id in here
            ),
        )
        for one in found
    ]


def check_offered(actor: Actor, site_id: UUID, service_id: UUID) -> None:
    """Refuse a service or site that the actor may not book. One query.

    Raises: NotFound, UnknownService, NotForPartners.
    """
    actor.require_to_see(scheduling.BOOK, site_id)
    try:
        service = service_info(service_id)
    except NotFound:
        raise UnknownService from None
    if not service.is_active:
        raise UnknownService
    if not service.online:
        raise NotForPartners
