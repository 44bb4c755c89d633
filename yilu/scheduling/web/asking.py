"""Reading what an address or form asks for; what cannot be read counts as not said."""

from datetime import date
from uuid import UUID


def read_uuid(text: str | None) -> UUID | None:
    """An id, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def read_day(text: str | None, other: date) -> date:
    """A day that a calendar of ours has, or the other one."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return other
    return day if 1900 < day.year < 2200 else other
