"""Which bookings are counted: a period of clinic days at some sites, and filters.

The selectors of figures share it; docs/how/booking-figures.md defines every figure. Days that have
been counted are read from their tallies, all others are counted afresh, in one statement: what it
answers is exact at any moment.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.scheduling.rules import LONGEST, MISTAKE, settled_day


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted. `first` and `last` are clinic days, both within.

    `practitioner_ids` None means everybody.
    """

    site_ids: tuple[UUID, ...]
    first: date
    last: date
    channel: str = ""
    service_id: UUID | None = None
    practitioner_ids: tuple[UUID, ...] | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Scope":
        """As many days just before."""
        length = timedelta(days=self.days)
        return replace(self, first=self.first - length, last=self.last - length)

    @property
    def has_tallies(self) -> bool:
        """Whether tallies can answer: with two filters at once, bookings are counted afresh."""
        chosen = (self.channel != "", self.service_id, self.practitioner_ids is not None)
        return sum(map(bool, chosen)) < 2

    def require(self, actor: Actor, permission: str) -> None:
        """Refuse with `NotAllowed` unless the actor holds the permission at every site."""
        for site_id in self.site_ids:
            actor.require(permission, site_id)

    def params(self) -> dict[str, Any]:
        """What the statements ask for, with the period before. No query once zones are known."""
        zones = [site_zone(site_id) for site_id in self.site_ids]
        before = self.before
        now = clock.now()
        return {
            "sites": list(self.site_ids),
            "zones": [zone.key for zone in zones],
            "settled": [settled_day(now, zone) for zone in zones],
            "first": self.first,
            "last": self.last,
            "before_first": before.first,
            "channel": self.channel,
            "service": self.service_id,
            "practitioners": None if self.practitioner_ids is None else list(self.practitioner_ids),
            "begin": [clock.day_bounds(before.first, zone)[0] for zone in zones],
            "turn": [clock.day_bounds(self.first, zone)[0] for zone in zones],
            "end": [clock.day_bounds(self.last, zone)[1] for zone in zones],
            "now": now,
            "mistake": MISTAKE,
            "longest": LONGEST,
            "has_tallies": self.has_tallies,
        }


# A booking that staff took back at once, before anything else happened to it, never was one.
NO_MISTAKE = """NOT (b.state = 'cancelled' AND b.cancelled_by_kind = 'staff' AND b.version = 2
          AND b.changed_at < b.created_at + %(mistake)s::interval)"""

FILTERED = """(%(channel)s::text = '' OR b.channel = %(channel)s)
      AND (%(service)s::uuid IS NULL OR b.service_id = %(service)s)
      AND (%(practitioners)s::uuid[] IS NULL OR b.practitioner_id = ANY (%(practitioners)s))"""

# The days asked for: those that have been counted, and those to count afresh.
DAYS = """
place AS (
    SELECT * FROM unnest(%(sites)s::uuid[], %(zones)s::text[], %(settled)s::date[])
        AS z (site_id, zone, settled)
), counted AS MATERIALIZED (
    SELECT d.id, d.site_id, d.clinic_day, d.clinic_day >= %(first)s AS is_now
    FROM place z JOIN scheduling_countedday d ON d.site_id = z.site_id
    WHERE %(has_tallies)s AND d.clinic_day <= z.settled
      AND d.clinic_day >= %(before_first)s AND d.clinic_day <= %(last)s
), afresh AS MATERIALIZED (
    SELECT z.site_id, z.zone, asked.day, asked.day >= %(first)s AS is_now
    FROM place z CROSS JOIN (
        SELECT %(before_first)s::date + n AS day
        FROM generate_series(0, %(last)s::date - %(before_first)s::date) AS n
    ) asked
    WHERE NOT EXISTS (
        SELECT 1 FROM counted d WHERE d.site_id = z.site_id AND d.clinic_day = asked.day
    )
)"""

# A night session belongs to the day on which it began: its hours go on past 23.
_COLUMNS = """
    SELECT b.id, b.starts_at, b.clinic_day, b.clinic_day >= %(first)s AS is_now, b.channel,
           b.service_id, b.practitioner_id, b.state, b.cancelled_by_kind, b.cancel_reason,
           extract(isodow FROM b.clinic_day)::int - 1 AS weekday,
           extract(hour FROM b.starts_at AT TIME ZONE z.zone)::int
               + 24 * ((b.starts_at AT TIME ZONE z.zone)::date - b.clinic_day) AS hour,
           CASE WHEN lead.days <= 0 THEN 0 WHEN lead.days = 1 THEN 1 WHEN lead.days <= 3 THEN 2
                WHEN lead.days <= 7 THEN 4 WHEN lead.days <= 14 THEN 8 ELSE 15 END AS lead"""
_LEAD = """
    CROSS JOIN LATERAL (
        SELECT b.clinic_day - (b.created_at AT TIME ZONE z.zone)::date AS days
    ) lead"""

COUNTED = f"""{_COLUMNS}
    FROM unnest(%(sites)s::uuid[], %(zones)s::text[]) AS z (site_id, zone)
    JOIN scheduling_booking b ON b.site_id = z.site_id
    {_LEAD}
    WHERE b.clinic_day >= %(before_first)s AND b.clinic_day <= %(last)s
      AND {FILTERED}
      AND {NO_MISTAKE}
"""

# The same of the days to count afresh. OFFSET 0: day by day, by the index, however many days.
COUNTED_AFRESH = f"""{_COLUMNS}
    FROM afresh z
    CROSS JOIN LATERAL (
        SELECT * FROM scheduling_booking b
        WHERE b.site_id = z.site_id AND b.clinic_day = z.day
        OFFSET 0
    ) b
    {_LEAD}
    WHERE {FILTERED}
      AND {NO_MISTAKE}
"""  # noqa: S608 (its parts are ours)
