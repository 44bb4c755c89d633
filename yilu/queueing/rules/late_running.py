"""Who is told to come later when a doctor runs late. Pure: a day's bookings go in, times come out.

Only who gains and has not left home is told; what they were told is kept; twice at the most.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

FIVE_MINUTES = timedelta(minutes=5)
# Who is told twice and then a third time believes nobody any more.
MOST_MESSAGES = 2
# Further ahead a doctor may still catch up, and the two messages would be spent.
AHEAD = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class LateRule:
    """How a site tells: from how much less waiting on, how long before they are to come patients
    leave home, and how long before their turn could be at the earliest they are to be here.
    """

    gain: timedelta = timedelta(minutes=15)
    leaves: timedelta = timedelta(minutes=45)
    margin: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who is still to come.

    `promised_at` is the later time they were told last, `told` how often they were. The turn is
    expected from `low_at` (its 20th percentile) to `high_at`. `latest_at` is when they have to be
    here at the latest to be seen in the session. `is_set`: they have told us themselves when they
    come, or that they are on their way. `may_be_told`: a message would reach them.
    """

    booking_id: UUID
    booked_at: datetime
    promised_at: datetime | None
    told: int
    low_at: datetime
    middle_at: datetime
    high_at: datetime
    latest_at: datetime
    is_set: bool = False
    has_come: bool = False
    may_be_told: bool = True

    @property
    def comes_at(self) -> datetime:
        """When they are to come, as far as they know."""
        return self.promised_at or self.booked_at


@dataclass(frozen=True, slots=True)
class NewTime:
    """Tell this booking's patient to come then, instead of when they were to."""

    booking_id: UUID
    instead_of: datetime
    come_at: datetime
    gain: timedelta


class NotTold(StrEnum):
    """Why somebody is told nothing."""

    HERE = "here"
    SET = "set"
    ENOUGH = "enough"
    UNREACHED = "unreached"
    LEFT = "left"
    FAR = "far"
    LITTLE = "little"


def whom_to_tell(day: Iterable[Coming], rule: LateRule, now: datetime) -> list[NewTime]:
    """Who is told a new time now, earliest first. In quiet hours nobody is asked about it."""
    found = [verdict(one, rule, now) for one in day]
    told = [one for one in found if isinstance(one, NewTime)]
    return sorted(told, key=lambda one: (one.instead_of, str(one.booking_id)))


def verdict(one: Coming, rule: LateRule, now: datetime) -> NewTime | NotTold:
    """The new time of one patient, or why there is none.

    The time is `margin` before the earliest that their turn could come, on a whole five minutes,
    never later than `latest_at` and never earlier than what they were told before.
    """
    refused = _refused(one, rule, now)
    if refused is not None:
        return refused
    come_at = floored(min(one.low_at - rule.margin, one.latest_at))
    gain = come_at - one.comes_at
    if gain < max(rule.gain, FIVE_MINUTES):
        return NotTold.LITTLE
    return NewTime(one.booking_id, one.comes_at, come_at, gain)


def _refused(one: Coming, rule: LateRule, now: datetime) -> NotTold | None:
    if one.has_come:
        return NotTold.HERE
    if one.is_set:
        return NotTold.SET
    if one.told >= MOST_MESSAGES:
        return NotTold.ENOUGH
    if not one.may_be_told:
        return NotTold.UNREACHED
    if now >= one.comes_at - rule.leaves:
        return NotTold.LEFT
    return NotTold.FAR if now < one.comes_at - AHEAD else None


def floored(moment: datetime) -> datetime:
    """The last moment that is a multiple of five minutes."""
    return moment - timedelta(
        minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond
    )
