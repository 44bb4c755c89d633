"""New times for the rest of a session that runs late. Pure: no reading, no writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

FIVE_MINUTES = timedelta(minutes=5)
# A few minutes are no reason to tell anybody; who is being seen needs at least five more.
LEAST_SHIFT = timedelta(minutes=10)
Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Due:
    """A booking that is still to come, with what its service needs before and after.

    `come_at`: the patient was told this later time. That promise is kept: they are not moved.
    """

    booking_id: UUID
    service_id: UUID
    starts_at: datetime
    ends_at: datetime
    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    come_at: datetime | None = None

    @property
    def comes_at(self) -> datetime:
        return self.come_at or self.starts_at

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


def free_from(now: datetime, seen_until: datetime | None, here: Sequence[timedelta]) -> datetime:
    """When the practitioner could begin with the next who is still to come: whoever is being seen
    is finished, at least five minutes from now, and then all who are here already."""
    begins = max(seen_until, now + FIVE_MINUTES) if seen_until else now
    return begins + sum(here, timedelta(0))


def retimed(
    due: Sequence[Due], begins: datetime, working: Sequence[Period]
) -> list[tuple[Due, datetime | None]]:
    """The bookings that should be moved, in order, with their new start; None: no time is left.

    Each begins when it was to, or as soon as the one before is over, within its own stretch of
    `working`: nobody is sent beyond a break. Gaps take the delay up; less than ten minutes stay
    as they are, and so does who was told a later time, as long as there is time for them.
    """
    moved: list[tuple[Due, datetime | None]] = []
    for one in due:
        start = _fitting(one, max(one.comes_at, rounded(begins + one.before)), working)
        if start is None:
            moved.append((one, None))
            continue
        if one.come_at is None and start - one.starts_at < LEAST_SHIFT:
            start = one.starts_at
        elif one.come_at is None:
            moved.append((one, start))
        begins = max(begins, start + one.length + one.after)
    return moved


def rounded(moment: datetime) -> datetime:
    """The next moment that is a multiple of five minutes."""
    over = timedelta(
        minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond
    )
    return moment - over + FIVE_MINUTES if over else moment


def _fitting(one: Due, wanted: datetime, working: Sequence[Period]) -> datetime | None:
    if wanted == one.starts_at:
        return wanted
    for opens, closes in working:
        if opens <= one.starts_at < closes and wanted + one.length + one.after <= closes:
            return wanted
    return None
