"""How long people stand at the desk before our first word."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.reception.models import Doorstep
from yilu.reception.rules import FIRST_WORD_MINUTES


@dataclass(frozen=True, slots=True)
class FirstWords:
    """Today at a site: who stands there since when, and how many heard from us in time.

    `since` is by booking; `visitors`, who came without one, by what notes them, the first first.
    """

    since: dict[UUID, datetime]
    visitors: dict[UUID, datetime] = field(default_factory=dict)
    in_time: int = 0
    number: int = 0

    @property
    def late(self) -> int:
        """How many waited longer for our first word than we promise."""
        return self.number - self.in_time


def first_words(site_id: UUID) -> FirstWords:
    """Who stands at the desk of a site now, and how quick the first words of today were. One query.

    Who still stands there counts once the promise is broken. Ask the right to see before.
    """
    now = clock.now()
    zone = site_zone(site_id)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    limit = timedelta(minutes=FIRST_WORD_MINUTES)
    today = Doorstep.objects.filter(site_id=site_id, seen_at__gte=midnight, is_mistaken=False)
    noted = today.order_by("seen_at", "id").values_list(
        "pk", "booking_id", "seen_at", "answered_at"
    )
    since: dict[UUID, datetime] = {}
    visitors: dict[UUID, datetime] = {}
    in_time = number = 0
    for doorstep_id, booking_id, seen_at, answered_at in noted:
        if answered_at is None:
            if booking_id is None:
                visitors[doorstep_id] = seen_at.astimezone(zone)
            else:
                since[booking_id] = seen_at
        if answered_at is not None or now - seen_at > limit:
            number += 1
            in_time += (answered_at or now) - seen_at <= limit
    return FirstWords(since, visitors, in_time, number)
