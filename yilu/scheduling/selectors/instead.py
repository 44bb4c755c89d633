"""What could be had instead of a time that cannot."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.scheduling.rules import MOST_ALTERNATIVES
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.free_time import Slot, free_rows

AROUND = timedelta(days=3)


def alternatives(
    *,
    site_id: UUID,
    service_id: UUID,
    practitioner_id: UUID | None,
    starts_at: datetime,
    channel: str = "",
    minutes: int | None = None,
) -> list[Slot]:
    """Up to five free times near one that cannot be had: the same time with another practitioner,
    the next and the last before with the same one, the same time on the next day, then what is
    nearest; for a channel only what it may sell. `minutes` is how long it must be, if not as
    usual. Two queries.
    """
    facts = service_facts(service_id)
    if minutes is not None:
        facts = replace(facts, lengths=(minutes,) * len(facts.practitioner_ids))
    window = (starts_at - AROUND, starts_at + 2 * AROUND)
    free = [Slot(*row, site_id) for row in free_rows(facts, site_id, *window, channel)]
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
