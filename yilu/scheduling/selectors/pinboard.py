"""What somebody has taken up from the grid, and how they look at it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking, GridView, Pin
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.states import COMING, ResourceKind


@dataclass(frozen=True, slots=True)
class Looked:
    """How somebody looks at a grid: the kind of columns, one department or all, what is hidden."""

    kind: str = ResourceKind.PRACTITIONER
    department: str = ""
    hidden: frozenset[UUID] = frozenset()


def pinboard(actor: Actor, site_id: UUID) -> list[BookingLine]:
    """The bookings on the actor's pinboard at a site, the first taken up first. Six queries.

    What has gone elsewhere, was cancelled or is over meanwhile is no longer there.
    Raises: NotAllowed.
    """
    actor.require(permissions.SEE, site_id)
    if actor.user_id is None:
        return []
    pins = Pin.objects.filter(
        user_id=actor.user_id,
        site_id=site_id,
        active=True,
        booking__state__in=COMING,
        booking__starts_at=F("starts_at"),
        booking__practitioner_id=F("practitioner_id"),
        booking__ends_at__gt=clock.now(),
    )
    ids = list(pins.values_list("booking_id", flat=True))
    if not ids:
        return []
    by_id = Booking.objects.in_bulk(ids)
    return booking_lines(actor, [by_id[one] for one in ids], "pinboard")


def grid_view(actor: Actor, site_id: UUID) -> Looked:
    """How the actor looked at a site's grid the last time. One query."""
    if actor.user_id is None:
        return Looked()
    kept = GridView.objects.filter(user_id=actor.user_id, site_id=site_id).first()
    if kept is None:
        return Looked()
    return Looked(kept.kind, kept.department, frozenset(kept.hidden))
