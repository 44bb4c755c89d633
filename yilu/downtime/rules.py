"""Small rules of working on paper. Nothing here reads or writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FORMS_A_KIT = 24
KEPT = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class TrueTimes:
    """When things happened, as the paper says; what nobody wrote down is None."""

    arrived_at: datetime
    called_at: datetime | None = None
    ended_at: datetime | None = None
    paid_at: datetime | None = None


def code_of(made_at: datetime) -> str:
    """What the forms of a kit begin with: day and hour on the wall clock of the site."""
    return f"{made_at:%m%d-%H%M}"


def form_number(code: str, place: int) -> str:
    """The number printed on one form."""
    return f"{code}-{place:02d}"


def is_in_order(times: TrueTimes, now: datetime) -> bool:
    """Whether times can be true: in order, none in the future, the payment not before the arrival.

    Nobody ends before being called.
    """
    if times.ended_at is not None and times.called_at is None:
        return False
    way = [at for at in (times.arrived_at, times.called_at, times.ended_at, now) if at is not None]
    paid = times.paid_at
    return way == sorted(way) and (paid is None or times.arrived_at <= paid <= now)
