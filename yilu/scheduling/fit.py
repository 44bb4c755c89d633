"""How well a freed time fits somebody who waits, who is asked first, and how long they may think.

Nothing here reads or writes. A fit is a number that can be explained: what it is made of is said
to the desk in words.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.facility.selectors.sites import SiteInfo
from yilu.scheduling.states import Urgency

URGENCY = {Urgency.URGENT: 40, Urgency.SOON: 20, Urgency.USUAL: 0}
MOST_FOR_WAITING, MOST_FOR_GAIN = 30, 15
NEVER_ASKED, ASKED_FOR_THIS_DOCTOR, WHOLE_TIME = 10, 10, 5
EACH_UNANSWERED, MOST_UNANSWERED = 5, 15
DAY = timedelta(days=1)
MOST_WAVES = 6


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits, and which times would do; times of day are on the site's wall."""

    entry_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    from_on: date
    until_on: date
    weekdays: Collection[int]
    not_before: time | None
    not_after: time | None
    notice: timedelta
    urgency: str
    since: datetime
    has_until: datetime | None
    """When the booking begins that the patient holds already; only an earlier time is a gain."""
    asked: int = 0
    unanswered: int = 0

    def takes(self, starts_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the patient said that a time would do."""
        local = starts_at.astimezone(zone)
        return (
            self.from_on <= local.date() <= self.until_on
            and (not self.weekdays or local.weekday() in self.weekdays)
            and (self.not_before is None or local.time() >= self.not_before)
            and (self.not_after is None or local.time() <= self.not_after)
            and starts_at >= now + self.notice
            and (self.has_until is None or starts_at < self.has_until)
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """One who waits, with the time that would suit, and how well it does: 0 to 110."""

    waiter: Waiter
    starts_at: datetime
    score: int


def fit(waiter: Waiter, starts_at: datetime, now: datetime, *, is_whole: bool) -> Fit:
    """How well a time fits. `is_whole`: the visit uses up the freed time, no splinter is left.

    Urgency counts most; then a point for each day of waiting, having never been asked, having
    asked for this very doctor, and each day that the visit comes forward. Questions that were
    not answered count against, so that a time is not spent on those who do not look.
    """
    score = URGENCY[Urgency(waiter.urgency)]
    score += min((now - waiter.since) // DAY, MOST_FOR_WAITING)
    score += NEVER_ASKED if not waiter.asked else 0
    score += ASKED_FOR_THIS_DOCTOR if waiter.practitioner_id else 0
    score += min((waiter.has_until - starts_at) // DAY, MOST_FOR_GAIN) if waiter.has_until else 0
    score += WHOLE_TIME if is_whole else 0
    score -= min(waiter.unanswered * EACH_UNANSWERED, MOST_UNANSWERED)
    return Fit(waiter, starts_at, max(score, 0))


def ranked(fits: Sequence[Fit]) -> list[Fit]:
    """The best fit first; of equals, who has waited longest."""
    return sorted(fits, key=lambda one: (-one.score, one.waiter.since, one.waiter.entry_id))


@dataclass(frozen=True, slots=True)
class Wave:
    """How many are asked at once, and how long the time is kept for them."""

    people: int
    keeps: timedelta


def wave_for(lead: timedelta) -> Wave | None:
    """How a time that begins in `lead` is offered; None when it is too late to ask anybody.

    The sooner it begins the shorter it is kept, and the more are asked at once: the first to
    answer has it.
    """
    if lead >= timedelta(hours=24):
        return Wave(1, timedelta(minutes=60))
    if lead >= timedelta(hours=4):
        return Wave(1, timedelta(minutes=20))
    if lead >= timedelta(minutes=45):
        return Wave(3, timedelta(minutes=10))
    return None


def asking_from(now: datetime, site: SiteInfo) -> datetime:
    """When people may be asked: now, or when the quiet hours of the site are over."""
    local = now.astimezone(site.zone)
    begin, end, at = site.quiet_from, site.quiet_until, local.time()
    # Over midnight as a rule; a rest at noon is within one day.
    is_quiet = begin <= at < end if begin <= end else at >= begin or at < end
    if not is_quiet:
        return now
    day = local.date() if at < end else local.date() + DAY
    return datetime.combine(day, end, tzinfo=site.zone).astimezone(now.tzinfo)
