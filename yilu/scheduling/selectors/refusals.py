"""Why a deed of the grid was refused, and what could be done instead."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.scheduling.errors.booking import WRITTEN
from yilu.scheduling.models import Booking
from yilu.scheduling.rules import choices
from yilu.scheduling.selectors.candidates import Asked, candidates
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.history import HistoryLine, booking_history
from yilu.scheduling.selectors.instead import alternatives
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.selectors.times import Choice
from yilu.scheduling.states import BookingState
from yilu.workforce.selectors.practitioners import practitioner_names

STEP = 5
MOST_TRIES = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: a place, and how long (None: as it is)."""

    starts_at: datetime
    practitioner_id: UUID
    minutes: int


def choices_instead(line: BookingLine, wanted: Wanted) -> list[Choice]:
    """Up to five times at which a booking could be put instead, as long as wanted. Three queries.

    Its own present place is not among them.
    """
    slots = alternatives(
        site_id=line.site_id,
        service_id=line.service_id,
        practitioner_id=wanted.practitioner_id,
        starts_at=wanted.starts_at,
        minutes=wanted.minutes,
    )
    names = practitioner_names({slot.practitioner_id for slot in slots})
    zone = site_zone(line.site_id)
    return [
        Choice(
            slot.starts_at.astimezone(zone),
            slot.ends_at.astimezone(zone),
            slot.practitioner_id,
            names[slot.practitioner_id],
        )
        for slot in slots
    ]


def longest_instead(line: BookingLine, minutes: int) -> int | None:
    """The longest length below `minutes` that a booking could have where it is, if it is longer
    than it is now. A query for each five minutes between, at most twelve.
    """
    facts = service_facts(line.service_id, line.practitioner_id)
    asked = Asked(line.site_id, line.starts_at, line.id)
    for length in [*range(minutes - STEP, line.minutes, -STEP)][:MOST_TRIES]:
        found = candidates(replace(facts, lengths=(length,)), asked)
        if choices(found, len(facts.needs), may_extend=False):
            return int(length)
    return None


def last_change(booking_id: UUID, site_id: UUID) -> HistoryLine | None:
    """What was done to a booking last, and by whom. One query."""
    lines = booking_history(booking_id, site_id)
    return lines[-1] if lines else None


def stands(booking: Booking) -> dict[str, str]:
    """How a booking stands and what was done to it last, in words; empty if nothing is known of it.

    Two queries.
    """
    last = last_change(booking.pk, booking.site_id)
    if last is None:
        return {}
    names = practitioner_names([booking.practitioner_id])
    return {
        "number": booking.number,
        "who": last.who,
        "what": last.what,
        "at": f"{booking.starts_at.astimezone(site_zone(booking.site_id)):{WRITTEN}}",
        "doctor": str(names[booking.practitioner_id]),
        "state": str(BookingState(booking.state).label),
    }


def line_now(actor: Actor, booking_id: UUID) -> BookingLine:
    """A booking as it is now, whose change was refused. Five queries."""
    booking = Booking.objects.get(pk=booking_id)
    return booking_lines(actor, [booking], "grid")[0]
