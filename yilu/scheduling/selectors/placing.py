"""The places that could be had within some days, weighed, each with its reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.scheduling.allocation import NO_WISHES, Judge, Load, Place, Placed, Wishes, ranked
from yilu.scheduling.errors import WeekEndsTooSoon, WindowTooWide
from yilu.scheduling.rules import LONGEST, WIDEST_WINDOW
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.free_time import free_rows

USUAL_DAYS = 14


@dataclass(frozen=True, slots=True)
class Ask:
    """For what a place is looked for, on which days, and what the patient would like.

    No practitioner means any who performs the service; a patient's own bookings are kept clear.
    With a channel, only what it may sell.
    """

    site_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    from_on: date
    until_on: date
    wishes: Wishes = NO_WISHES
    patient_id: UUID | None = None
    channel: str = ""


def placements(ask: Ask) -> list[Placed]:
    """Every place that can be had, the best first. Four queries, three without a patient, one more
    where a release plan shares out.

    Raises:
        UnknownService, UnknownPractitioner.
        WeekEndsTooSoon, WindowTooWide: the days cannot be meant, or are more than 31.
    """
    if ask.until_on < ask.from_on:
        raise WeekEndsTooSoon
    if ask.until_on - ask.from_on >= WIDEST_WINDOW:
        raise WindowTooWide
    zone = site_zone(ask.site_id)
    first, _ = clock.day_bounds(ask.from_on, zone)
    _, until = clock.day_bounds(ask.until_on, zone)
    facts = service_facts(ask.service_id, ask.practitioner_id)
    places = [Place(*row) for row in free_rows(facts, ask.site_id, first, until, ask.channel)]
    if not places:
        return []
    if ask.patient_id:
        places = _clear_of(places, ask.patient_id, first, until)
    judge = Judge(
        ask.wishes, loads(facts, ask.site_id, first, until), max(first, clock.now()), zone,
        {place.practitioner_id for place in places},
    )  # fmt: skip
    return ranked(places, judge)


def loads(facts: Facts, site_id: UUID, first: datetime, until: datetime) -> dict[UUID, Load]:
    """What those who perform a service hold from `first` until `until`. One query.

    Times that begin before `first` count where they reach into it.
    """
    params = {
        "practitioners": list(facts.practitioner_ids),
        "site": site_id,
        "first": first,
        "until": until,
        "scan_from": first - LONGEST,
        "now": clock.now(),
        "before": facts.before,
        "after": facts.after,
    }
    return {
        practitioner_id: Load(minutes, sorted(set(edges)))
        for practitioner_id, minutes, edges in prepared(_LOADS, params)
    }


def _clear_of(
    places: Iterable[Place], patient_id: UUID, first: datetime, until: datetime
) -> list[Place]:
    params = {"patient": patient_id, "scan_from": first - LONGEST, "until": until + LONGEST}
    busy = prepared(_BUSY, params)
    return [
        place
        for place in places
        if not any(place.starts_at < end and start < place.ends_at for start, end in busy)
    ]


def days_from(first: date, days: int = USUAL_DAYS) -> tuple[date, date]:
    """The first and the last of so many days."""
    return first, first + timedelta(days=days - 1)


_BUSY = """
SELECT starts_at, ends_at FROM scheduling_booking
WHERE patient_id = %(patient)s AND starts_at >= %(scan_from)s AND starts_at < %(until)s
  AND state IN ('requested', 'confirmed', 'arrived', 'in_consultation')
"""

# A visit's own time lies inside its buffers, so an edge is where a neighbour's buffer may begin.
_LOADS = """
SELECT r.practitioner_id,
       coalesce(held.minutes, 0)::int,
       coalesce(held.edges, '{}'::timestamptz[]) || coalesce(there.edges, '{}'::timestamptz[])
FROM scheduling_resource r
CROSS JOIN LATERAL (
    SELECT sum(extract(epoch FROM upper(during) - lower(during)) / 60)
               FILTER (WHERE block_id IS NULL AND lower(during) >= %(first)s) AS minutes,
           array_agg(lower(during) - %(after)s) || array_agg(upper(during) + %(before)s) AS edges
    FROM scheduling_allocation
    WHERE resource_id = r.id AND active AND lane = 0
      AND lower(during) >= %(scan_from)s AND lower(during) < %(until)s
      AND (expires_at IS NULL OR expires_at > %(now)s)
    OFFSET 0
) held
CROSS JOIN LATERAL (
    SELECT array_agg(lower(during) + %(before)s) || array_agg(upper(during) - %(after)s) AS edges
    FROM scheduling_session
    WHERE resource_id = r.id AND active AND site_id = %(site)s
      AND lower(during) >= %(scan_from)s AND lower(during) < %(until)s
    OFFSET 0
) there
WHERE r.practitioner_id = ANY (%(practitioners)s::uuid[])
"""
