"""Getting hold of a partner's row: what is counted under this lock stays true until the end."""

from collections.abc import Iterable
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.interop import permissions
from yilu.interop.models import Partner
from yilu.interop.rules.schedule import RECONCILE, reconcile_at
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound


def locked(partner_id: UUID) -> Partner:
    """The partner, locked until the deed ends. One query. Raises: NotFound."""
    partner = Partner.objects.select_for_update(no_key=True).filter(pk=partner_id).first()
    if partner is None:
        raise NotFound
    return partner


def managed(actor: Actor, partner_id: UUID) -> Partner:
    """The partner, locked, for who manages it: at every one of its sites. One query.

    Raises: NotFound, NotAllowed.
    """
    partner = locked(partner_id)
    if not any(actor.may(permissions.SEE, site_id) for site_id in partner.sites):
        raise NotFound
    require_all(actor, partner.sites)
    return partner


def require_all(actor: Actor, sites: Iterable[UUID]) -> None:
    """Refuse unless the actor manages partners at all of these sites. Raises: NotAllowed."""
    for site_id in sites:
        actor.require(permissions.MANAGE, site_id)


def expect_night(partner: Partner) -> None:
    """Have the partner's list of a day written in the night after it. Two queries."""
    zone = site_zone(partner.sites[0])
    due_at = reconcile_at(clock.now(), zone)
    timers.schedule(RECONCILE, due_at=due_at, subject_id=partner.pk)
