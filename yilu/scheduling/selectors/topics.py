"""The live topics that say which views of bookings have changed."""

from datetime import date
from uuid import UUID


def day_topic(site_id: UUID, day: date) -> str:
    """The bookings of a site on a clinic day. No query."""
    return f"bookings:{site_id}:{day.isoformat()}"


def booking_topic(booking_id: UUID) -> str:
    """One booking. No query."""
    return f"booking:{booking_id}"


def roster_topic(site_id: UUID) -> str:
    """Weeks, sessions, absences and what can be booked at a site. No query."""
    return f"roster:{site_id}"


def waiting_topic(site_id: UUID) -> str:
    """The waiting list of a site. No query."""
    return f"waiting-list:{site_id}"


def offer_topic(offer_id: UUID) -> str:
    """One question to somebody who waits. No query."""
    return f"offer:{offer_id}"


def pinboard_topic(site_id: UUID, user_id: UUID) -> str:
    """What somebody has on the pinboard at a site. No query."""
    return f"pinboard:{site_id}:{user_id}"


def series_topic(site_id: UUID) -> str:
    """The treatments in series of a site. No query."""
    return f"series:{site_id}"


def plan_topic(plan_id: UUID) -> str:
    """One plan that gives bookings other places. No query."""
    return f"plan:{plan_id}"


def plans_topic(site_id: UUID) -> str:
    """Which plans and calls are open at a site. No query."""
    return f"plans:{site_id}"


def move_topic(move_id: UUID) -> str:
    """One proposal to a patient. No query."""
    return f"move:{move_id}"
