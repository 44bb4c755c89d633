"""Practitioners' past days: when they saw patients, and which bookings each of them had.

For learning from the past. How it was at an instant follows from what a booking says of itself.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from yilu.platform.db import rows
from yilu.scheduling.selectors.ahead import Period
from yilu.scheduling.states import BookingState

_WORK = """
SELECT clinic_day, practitioner_id, 'booked' AS what, starts_at, ends_at, id AS booking_id,
    service_id, created_at AS made_at,
    CASE WHEN state = %(cancelled)s THEN changed_at END AS given_up_at
FROM scheduling_booking
WHERE site_id = %(site)s AND clinic_day BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT s.clinic_day, r.practitioner_id, 'session', lower(s.during), upper(s.during), NULL, NULL,
    NULL, NULL
FROM scheduling_session s JOIN scheduling_resource r ON r.id = s.resource_id
WHERE s.site_id = %(site)s AND s.clinic_day BETWEEN %(first)s AND %(last)s AND s.active
  AND r.practitioner_id IS NOT NULL
ORDER BY 4, 5
"""


@dataclass(frozen=True, slots=True)
class PastBooking:
    """A booking of a day that is over; `given_up_at` is when it was cancelled, if it was."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    service_id: UUID
    made_at: datetime
    given_up_at: datetime | None

    def was_expected(self, at: datetime) -> bool:
        """Whether it stood at an instant, as far as it says itself."""
        return self.made_at <= at and (self.given_up_at is None or at < self.given_up_at)


@dataclass(slots=True)
class PastWork:
    """One practitioner's clinic day that is over."""

    sessions: list[Period] = field(default_factory=list)
    bookings: list[PastBooking] = field(default_factory=list)


def past_work(site_id: UUID, first: date, last: date) -> Mapping[tuple[date, UUID], PastWork]:
    """The days of a site from `first` to `last`, by day and practitioner. One query."""
    asked = {"site": site_id, "first": first, "last": last, "cancelled": BookingState.CANCELLED}
    found: dict[tuple[date, UUID], PastWork] = defaultdict(PastWork)
    for row in rows(_WORK, asked):
        work = found[row["clinic_day"], row["practitioner_id"]]
        if row["what"] == "session":
            work.sessions.append((row["starts_at"], row["ends_at"]))
        else:
            work.bookings.append(
                PastBooking(
                    row["booking_id"], row["starts_at"], row["ends_at"], row["service_id"],
                    row["made_at"], row["given_up_at"],
                )
            )  # fmt: skip
    return found
