"""The kiosks of a site, and whether there are enough of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.kiosk import permissions
from yilu.kiosk.errors import KioskWithdrawn, NotAKiosk
from yilu.kiosk.models import Kiosk
from yilu.kiosk.rules import VISITS_A_KIOSK, kiosks_needed
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.visits.selectors.counts import busiest_day

ALIVE = timedelta(minutes=3)
LOOKED_BACK = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class KioskLine:
    """One kiosk that is in use."""

    id: UUID
    site_id: UUID
    name: str
    place: str
    opened_at: datetime | None
    seen_at: datetime | None

    @property
    def is_alive(self) -> bool:
        """Whether it said lately that it works."""
        return self.seen_at is not None and clock.now() - self.seen_at < ALIVE


@dataclass(frozen=True, slots=True)
class KioskPlan:
    """The planning rule with a site's own figure: its busiest day of the last four weeks."""

    visits: int
    busiest_on: date | None
    needed: int
    have: int
    per_kiosk: int = VISITS_A_KIOSK

    @property
    def is_enough(self) -> bool:
        return self.have >= self.needed

    @property
    def missing(self) -> int:
        return max(self.needed - self.have, 0)


def kiosks_topic(site_id: UUID) -> str:
    """The live topic of the kiosks of a site. No query."""
    return f"kiosks:{site_id}"


def kiosks(actor: Actor, site_id: UUID) -> list[KioskLine]:
    """The kiosks of a site that are in use. One query. Raises: NotFound."""
    actor.require_to_see(permissions.SET_UP, site_id)
    found = Kiosk.objects.filter(site_id=site_id, withdrawn_at=None).order_by("created_at", "pk")
    return [_line(one) for one in found]


def kiosk(kiosk_id: UUID) -> KioskLine:
    """One kiosk in use. One query. Raises: KioskWithdrawn."""
    found = Kiosk.objects.filter(pk=kiosk_id, withdrawn_at=None).first()
    if found is None:
        raise KioskWithdrawn
    return _line(found)


def kiosk_of_user(user_id: UUID | None) -> KioskLine:
    """The kiosk that signed in as this user. One query. Raises: NotAKiosk."""
    mine = Kiosk.objects.filter(withdrawn_at=None)
    found = mine.filter(user_id=user_id).first() if user_id else None
    if found is None:
        raise NotAKiosk
    return _line(found)


def kiosk_plan(site_id: UUID, have: int) -> KioskPlan:
    """How many kiosks a site needs by its busiest day of the last four weeks. One query."""
    today = clock.now().astimezone(site_zone(site_id)).date()
    busiest = busiest_day(site_id, today - LOOKED_BACK, today)
    visits = busiest.visits if busiest else 0
    return KioskPlan(visits, busiest.day if busiest else None, kiosks_needed(visits), have)


def _line(one: Kiosk) -> KioskLine:
    zone = site_zone(one.site_id)
    return KioskLine(
        id=one.pk,
        site_id=one.site_id,
        name=one.name,
        place=one.place,
        opened_at=one.opened_at and one.opened_at.astimezone(zone),
        seen_at=one.seen_at and one.seen_at.astimezone(zone),
    )
