"""Bookings whose person, room or device is no longer there: somebody must move them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.selectors.resources import ResourceInfo, resource_infos
from yilu.scheduling.states import COMING, BlockKind

MOST_SHOWN = 100
# What a named right allowed outside sessions is as it was meant to be, while somebody is there.
_STRANDED = """
SELECT b.id, a.resource_id, b.starts_at, r.is_active, k.kind, k.reason
FROM scheduling_booking b
JOIN scheduling_allocation a ON a.booking_id = b.id AND a.active
JOIN scheduling_resource r ON r.id = a.resource_id
LEFT JOIN LATERAL (
    SELECT kind, reason FROM scheduling_block
    WHERE resource_id = a.resource_id AND active AND during && a.during
      AND lower(during) >= lower(a.during) - interval '24 hours'
      AND lower(during) < upper(a.during)
    LIMIT 1
) k ON true
CROSS JOIN LATERAL (
    SELECT coalesce(range_agg(during) @> a.during, false) AS held
    FROM scheduling_session
    WHERE resource_id = a.resource_id AND active AND site_id = b.site_id
      AND lower(during) >= lower(a.during) - interval '24 hours'
      AND lower(during) < upper(a.during)
    OFFSET 0
) s
WHERE {which} AND b.ends_at > %(now)s
  AND b.state = ANY (%(coming)s)
  AND (%(resource)s::uuid IS NULL OR a.resource_id = %(resource)s)
  AND (NOT r.is_active
       OR (b.lane = 0 AND b.overrule_reason = '' AND (k.kind IS NOT NULL OR NOT s.held)))
ORDER BY b.starts_at, b.id
"""
_AT_SITES = _STRANDED.format(which="b.site_id = ANY (%(sites)s) AND b.clinic_day >= %(since)s")
_ONE = _STRANDED.format(which="b.id = %(booking)s")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a booking cannot be kept: what it holds, and what became of that."""

    resource_id: UUID
    is_active: bool
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class StrandedBooking:
    """A booking that cannot be kept, with the reasons in words."""

    line: BookingLine
    why: tuple[str, ...]


def stranded(
    site_ids: Iterable[UUID], resource_id: UUID | None = None
) -> dict[UUID, tuple[Cause, ...]]:
    """The coming bookings of sites, or of one resource there, that cannot be kept as they are,
    in order of time, and why. One query.
    """
    now = clock.now()
    params = {
        "sites": list(site_ids),
        "since": now.date().fromordinal(now.date().toordinal() - 2),
        "now": now,
        "coming": [str(state) for state in COMING],
        "resource": resource_id,
    }
    found: dict[UUID, list[Cause]] = defaultdict(list)
    for row in rows(_AT_SITES, params):
        cause = Cause(row["resource_id"], row["is_active"], row["kind"] or "", row["reason"] or "")
        found[row["id"]].append(cause)
    return {booking_id: tuple(causes) for booking_id, causes in found.items()}


def cannot_be_kept(booking_id: UUID) -> bool:
    """Whether somebody or something that a booking holds is no longer there. One query."""
    params = {
        "booking": booking_id,
        "now": clock.now(),
        "coming": [str(state) for state in COMING],
        "resource": None,
    }
    return bool(rows(_ONE, params))


def stranded_bookings(
    actor: Actor, site_id: UUID, resource_id: UUID | None = None
) -> tuple[list[StrandedBooking], int]:
    """The first hundred such bookings with the reasons, and how many there are. Nine queries.

    Raises: NotAllowed.
    """
    actor.require(permissions.SEE, site_id)
    found = stranded([site_id], resource_id)
    return explained(actor, found), len(found)


def explained(actor: Actor, found: dict[UUID, tuple[Cause, ...]]) -> list[StrandedBooking]:
    """The first hundred of some stranded bookings in words, in their order. Eight queries."""
    shown = dict(list(found.items())[:MOST_SHOWN])
    bookings = Booking.objects.filter(pk__in=shown).order_by("starts_at", "id")
    lines = booking_lines(actor, bookings, "roster")
    names = resource_infos(cause.resource_id for causes in shown.values() for cause in causes)
    return [
        StrandedBooking(
            line, tuple(_words(cause, names[cause.resource_id]) for cause in shown[line.id])
        )
        for line in lines
    ]


def _words(cause: Cause, resource: ResourceInfo) -> str:
    told = {"name": resource.name}
    if not cause.is_active:
        return _("%(name)s can no longer be booked") % told
    if cause.kind:
        label = BlockKind(cause.kind).label
        return f"{resource.name}: {label}" + (f" · {cause.reason}" if cause.reason else "")
    return _("%(name)s is not there at that time") % told
