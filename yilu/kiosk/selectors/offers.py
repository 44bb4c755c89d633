"""What can be had at a kiosk without a booking: services, their fee, and how many wait."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yilu.catalogue.selectors.prices import prices_at
from yilu.catalogue.selectors.services import performers_of, services
from yilu.facility.selectors.sites import SiteInfo
from yilu.platform import clock
from yilu.platform.names import Localized
from yilu.scheduling.selectors.duty import here_today


@dataclass(frozen=True, slots=True)
class Offer:
    """One service that somebody here does today."""

    service_id: UUID
    name: Localized
    summary: Localized
    icon: str
    fee: Decimal | None
    doctors: int


def offers(site: SiteInfo) -> list[Offer]:
    """The services for which a number can be taken here now, in the catalogue's order.

    Five queries, however many services there are.
    """
    now = clock.now().astimezone(site.zone)
    offered = [one for one in services(site.id) if one.online and not one.is_remote]
    here = here_today(site.id, now)
    who = performers_of([one.id for one in offered])
    fees = prices_at([one.fee_item_id for one in offered], now.date())
    found = []
    for one in offered:
        doctors = sum(1 for each in who[one.id] if each.practitioner_id in here)
        fee = fees.get(one.fee_item_id) if one.fee_item_id else None
        if doctors:
            found.append(
                Offer(one.id, one.name, one.summary, one.icon, fee.amount if fee else None, doctors)
            )
    return found
