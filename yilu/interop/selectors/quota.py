"""How much of what was agreed a partner has used."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.interop.models import Partner, PartnerBooking, PartnerHold
from yilu.platform import clock
from yilu.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class Quota:
    """What was agreed, and what of it is used today and now."""

    state: str
    sites: tuple[UUID, ...]
    requests_per_minute: int
    bookings_per_day: int
    bookings_today: int
    holds_at_once: int
    holds_now: int
    day: date


def quota(partner_id: UUID) -> Quota:
    """A partner's quota. Three queries. Raises: NotFound."""
    partner = Partner.objects.filter(pk=partner_id).first()
    if partner is None:
        raise NotFound
    now = clock.now()
    day = now.astimezone(site_zone(partner.sites[0])).date()
    made = PartnerBooking.objects.filter(partner=partner, made_on=day)
    kept = PartnerHold.objects.filter(partner=partner, is_open=True, expires_at__gt=now)
    return Quota(
        state=partner.state,
        sites=tuple(partner.sites),
        requests_per_minute=partner.requests_per_minute,
        bookings_per_day=partner.bookings_per_day,
        bookings_today=made.count(),
        holds_at_once=partner.holds_at_once,
        holds_now=kept.count(),
        day=day,
    )
