"""What the desk knows of somebody for today, before they are taken for a walk-in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.reception import permissions
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.bookings import coming_on
from yilu.scheduling.selectors.lines import BookingLine
from yilu.visits import permissions as visits
from yilu.visits.selectors.visits import last_visits


@dataclass(frozen=True, slots=True)
class Today:
    """Somebody with a booking for today, or who is here already."""

    booking: BookingLine | None
    here_since: datetime | None
    may_check_in: bool


def today_of(actor: Actor, site_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, Today]:
    """What several patients have at a site today; nobody of whom nothing is known.

    Six queries, however many they are; none for nobody.
    """
    if not patient_ids:
        return {}
    actor.require_to_see(permissions.SEE, site_id)
    zone = site_zone(site_id)
    day = clock.now().astimezone(zone).date()
    able = actor.lent(scheduling.SEE, visits.SEE)
    booked = coming_on(able, site_id, day, patient_ids)
    last = last_visits(able, patient_ids)
    may = actor.may(permissions.CHECK_IN, site_id)
    here = {
        who: one.arrived_at.astimezone(zone)
        for who, one in last.items()
        if one.is_here and one.site_id == site_id
    }
    return {
        who: Today(booked.get(who), here.get(who), may)
        for who in patient_ids
        if who in booked or who in here
    }
