"""The bookings behind a figure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking
from yilu.scheduling.selectors.counting import COUNTED, Scope
from yilu.scheduling.selectors.lines import BookingLine, booking_lines

STATES = {
    "seen": ("arrived", "in_consultation", "finished"),
    "cancelled": ("cancelled",),
    "missed": ("no_show",),
    "to_come": ("requested", "confirmed"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a scope that a figure counts; what is None or empty does not matter."""

    became: str = ""
    weekday: int | None = None
    hour: int | None = None
    lead: int | None = None
    by: str | None = None
    reason: str | None = None
    first: date | None = None
    last: date | None = None


_BEHIND = f"""
WITH b AS ({COUNTED})
SELECT id, starts_at FROM b
WHERE is_now AND (%(states)s::text[] IS NULL OR state = ANY (%(states)s))
  AND (%(weekday)s::int IS NULL OR weekday = %(weekday)s)
  AND (%(hour)s::int IS NULL OR hour = %(hour)s)
  AND (%(lead)s::int IS NULL OR lead = %(lead)s)
  AND (%(by)s::text IS NULL OR cancelled_by_kind = %(by)s)
  AND (%(reason)s::text IS NULL OR cancel_reason = %(reason)s)
  AND (%(from)s::date IS NULL OR clinic_day >= %(from)s)
  AND (%(until)s::date IS NULL OR clinic_day <= %(until)s)
  AND (%(after)s::timestamptz IS NULL OR (starts_at, id) > (%(after)s, %(after_id)s::uuid))
ORDER BY starts_at, id LIMIT %(limit)s
"""  # noqa: S608 (its parts are ours)


def bookings_behind(
    actor: Actor, scope: Scope, part: Part, after: tuple[datetime, UUID] | None, limit: int
) -> list[BookingLine]:
    """Up to `limit` bookings that a figure counts, in order of time, after a position.

    Six queries. Raises: NotAllowed.
    """
    scope.require(actor, permissions.SEE)
    asked = {
        "states": list(STATES[part.became]) if part.became in STATES else None,
        "weekday": part.weekday,
        "hour": part.hour,
        "lead": part.lead,
        "by": part.by,
        "reason": part.reason,
        "from": part.first,
        "until": part.last,
        "after": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    # Nothing of the period before is asked for.
    params = scope.params() | {"before_first": scope.first} | asked
    keys = [row["id"] for row in rows(_BEHIND, params)]
    found = Booking.objects.filter(pk__in=keys).order_by("starts_at", "pk")
    return booking_lines(actor, found, "figures")
