"""What could be had instead of a time that cannot."""

from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.scheduling.rules import MOST_ALTERNATIVES
from yilu.scheduling.selectors.free_time import Slot, free_slots

AROUND = timedelta(days=3)


def alternatives(
    *, site_id: UUID, service_id: UUID, practitioner_id: UUID | None, starts_at: datetime
) -> list[Slot]:
    """Up to five free times near one that cannot be had: the same time with another practitioner,
    the next and the last before with the same one, the same time on the next day, then what is
    nearest. Two queries.
    """
    free = free_slots(
        site_id=site_id,
        service_id=service_id,
        starts_from=starts_at - AROUND,
        starts_until=starts_at + 2 * AROUND,
    )
    mine = [slot for slot in free if practitioner_id in (None, slot.practitioner_id)]
    zone = site_zone(site_id)
    wall = starts_at.astimezone(zone)
    tomorrow = wall.replace(tzinfo=None) + timedelta(days=1)
    near = sorted(mine or free, key=lambda slot: abs(slot.starts_at - starts_at))
    wishes = chain(
        [slot for slot in free if slot.starts_at == starts_at][:2],
        [slot for slot in near if slot.starts_at > starts_at][:1],
        [slot for slot in near if slot.starts_at < starts_at][:1],
        [s for s in mine if s.starts_at.astimezone(zone).replace(tzinfo=None) == tomorrow][:1],
        near,
    )
    return list(dict.fromkeys(wishes))[:MOST_ALTERNATIVES]
