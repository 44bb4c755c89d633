"""What was known of bookings two days before them, or when they were made: one statement.

Learning and predicting ask the same statement. Nothing in it can have come about later than the
moment it looks from: the state of a booking is read only of *other* bookings that were over by
then. The age counts only of those who had been here before: at a first visit it is often
written down on arrival, and so would tell who came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import rows
from yilu.queueing.selectors.paces import Paces, paces
from yilu.scheduling.states import COMING, BookingState, Channel

FEATURES = (
    "lead_days",
    "age",
    "weekday",
    "minute",
    "channel",
    "first_visit",
    "came",
    "missed",
    "cancelled",
    "missed_share",
    "missed_last",
    "days_since",
    "confirmed",
    "minutes",
    "asked",
)
CAME = (BookingState.ARRIVED, BookingState.IN_CONSULTATION, BookingState.FINISHED)
# From face to face to the farthest away, so that a tree can cut between them.
NEARNESS = (
    "desk", "room", "kiosk", "phone", "partner", "api", "wechat", "my", "web", "mini", "app",
)  # fmt: skip
MOST = 60_000
LOOK_BACK = timedelta(days=730)
MORNING_ENDS = 13 * 60
CONSULTATION = "consultation"
Timed = tuple[int, float, float, float, float]

_FEATURES = """
WITH asked_for AS (
    SELECT b.*, least(greatest(b.created_at, b.starts_at - interval '48 hours'), %(now)s) AS seen_at
    FROM scheduling_booking b
    WHERE {which}
)
SELECT b.id, b.site_id, b.practitioner_id, b.service_id, b.patient_id, b.clinic_day, b.starts_at,
    b.ends_at, b.state = 'no_show' AS was_missed, b.confirmed_at IS NOT NULL AS has_confirmed,
    c.id IS NOT NULL AS is_decided,
    extract(epoch FROM b.starts_at - b.created_at) / 86400.0 AS lead_days,
    CASE WHEN past.came > 0 THEN extract(epoch FROM b.starts_at - p.born_on) / 31557600.0 END
        AS age,
    extract(isodow FROM local.at) - 1 AS weekday,
    extract(hour FROM local.at) * 60 + extract(minute FROM local.at) AS minute,
    coalesce(array_position(%(nearness)s::text[], b.channel::text), 0) AS channel,
    b.is_first_visit::int AS first_visit,
    past.came, past.missed, past.cancelled,
    (past.missed + 0.1) / (past.came + past.missed + 1.0) AS missed_share,
    past.missed_last::int AS missed_last,
    extract(epoch FROM b.seen_at - past.last_came_at) / 86400.0 AS days_since,
    coalesce(b.confirmed_at <= b.seen_at, false)::int AS confirmed,
    extract(epoch FROM b.ends_at - b.starts_at) / 60.0 AS minutes,
    coalesce(c.arm = 'asked', false)::int AS asked
FROM asked_for b
JOIN patients_patient p ON p.id = b.patient_id
JOIN facility_site s ON s.id = b.site_id
LEFT JOIN prediction_confirmation c ON c.booking_id = b.id
CROSS JOIN LATERAL (SELECT b.starts_at AT TIME ZONE s.time_zone AS at) local
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.state = ANY (%(came)s)) AS came,
        count(*) FILTER (WHERE o.state = 'no_show') AS missed,
        count(*) FILTER (WHERE o.state = 'cancelled') AS cancelled,
        (array_agg(o.state = 'no_show' ORDER BY o.starts_at DESC)
            FILTER (WHERE o.state = 'no_show' OR o.state = ANY (%(came)s)))[1] AS missed_last,
        max(o.starts_at) FILTER (WHERE o.state = ANY (%(came)s)) AS last_came_at
    FROM scheduling_booking o
    WHERE o.patient_id = b.patient_id AND o.starts_at < b.seen_at - interval '60 minutes'
        AND o.ends_at < b.seen_at AND o.id <> b.id AND o.channel <> %(walk_in)s
) past
ORDER BY b.starts_at, b.id
"""
_DECIDED = """b.id IN (
    SELECT d.id FROM scheduling_booking d
    WHERE d.clinic_day BETWEEN %(since)s AND %(until)s AND d.channel <> %(walk_in)s
        AND (d.state = 'no_show' OR d.state = ANY (%(came)s))
    ORDER BY d.starts_at DESC LIMIT %(most)s)"""
_TO_COME = """b.clinic_day BETWEEN %(since)s AND %(until)s AND b.starts_at > %(now)s
    AND b.channel <> %(walk_in)s AND b.state = ANY (%(coming)s)"""
_NAMED = "b.id = ANY (%(ids)s)"


@dataclass(frozen=True, slots=True)
class Known:
    """A booking as it was known then. `row` has the features in their order.

    What stands beside `row` is as it is now: what became of it, whether its patient has said
    that they come, whether it was decided already to ask once more or not.
    """

    id: UUID
    site_id: UUID
    practitioner_id: UUID
    service_id: UUID
    patient_id: UUID
    clinic_day: date
    starts_at: datetime
    ends_at: datetime
    was_missed: bool
    has_confirmed: bool
    is_decided: bool
    row: tuple[float | None, ...]

    @property
    def minute(self) -> float:
        """When it starts, in minutes after midnight on the wall of its site."""
        return self.row[FEATURES.index("minute")] or 0.0

    @property
    def lead_days(self) -> float:
        """How many days before its time it was made."""
        return self.row[FEATURES.index("lead_days")] or 0.0

    @property
    def minutes(self) -> float:
        return self.row[FEATURES.index("minutes")] or 0.0


_FACTS = tuple(name for name in Known.__dataclass_fields__ if name != "row")


def decided_bookings(today: date) -> list[Known]:
    """The bookings of the last two years of which is known who came, oldest first. One query.

    At most 60,000, the newest; cancelled ones and walk-ins are left out.
    """
    since, until = today - LOOK_BACK, today - timedelta(days=1)
    return _known(_DECIDED, since=since, until=until, most=MOST)


def coming_bookings(from_day: date, to_day: date) -> list[Known]:
    """The bookings that are to come on these clinic days. One query."""
    return _known(_TO_COME, since=from_day, until=to_day)


def known_bookings(booking_ids: Iterable[UUID]) -> list[Known]:
    """These bookings, as known now or two days before them. One query."""
    return _known(_NAMED, ids=list(booking_ids))


def knows_lengths(site_id: UUID) -> bool:
    """Whether a site has learnt how long its patients take: without, nobody can say how a session
    with one patient more would go. None or two queries.
    """
    return paces(site_id).knows(CONSULTATION)


def as_places(found: list[Known]) -> list[Timed | None]:
    """Of each booking the session's number, start, length, and how long such patients take; None
    where the site has not learnt that.

    Two queries for each site.
    """
    by_site: dict[UUID, Paces] = {}
    sessions: dict[tuple[UUID, date, bool], int] = {}
    lines: list[Timed | None] = []
    for one in found:
        pace = by_site.get(one.site_id) or by_site.setdefault(one.site_id, paces(one.site_id))
        if not pace.knows(CONSULTATION):
            lines.append(None)
            continue
        hour = int(one.minute) // 60
        length = pace.length(CONSULTATION, one.practitioner_id, one.service_id, hour)
        half = (one.practitioner_id, one.clinic_day, one.minute < MORNING_ENDS)
        key = sessions.setdefault(half, len(sessions))
        lines.append((key, one.minute, one.minutes, length.mean, length.spread))
    return lines


def _known(which: str, **asked: Any) -> list[Known]:
    params = {
        "now": clock.now(),
        "nearness": list(NEARNESS),
        "came": [str(state) for state in CAME],
        "coming": [str(state) for state in COMING],
        "walk_in": str(Channel.WALK_IN),
    }
    found = rows(_FEATURES.format(which=which), params | asked)
    return [
        Known(
            row=tuple(None if one[name] is None else float(one[name]) for name in FEATURES),
            **{name: one[name] for name in _FACTS},
        )
        for one in found
    ]
