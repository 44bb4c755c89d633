"""What a period may be, when sessions fall, and who is chosen. Nothing here reads or writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.scheduling.errors import (
    EndsTooSoon,
    NotWholeMinutes,
    OutOfCalendar,
    StartsInPast,
    TooFarAhead,
    TooLong,
    TooSoon,
)

FIRST_INSTANT = datetime(1900, 1, 1, tzinfo=UTC)
LAST_INSTANT = datetime(2200, 12, 31, tzinfo=UTC)
LONGEST = timedelta(hours=24)
WIDEST_WINDOW = timedelta(days=31)
MOST_ALTERNATIVES = 5
# Under which key a booking keeps which medicines its patient takes, in their own words.
MEDICATION, LONGEST_MEDICATION = "medication", 200
DETAILS = (
    "channel", "reason_for_visit", "special_needs", "companion", MEDICATION, "note",
    "is_first_visit",
)  # fmt: skip
"""What a booking says of its visit, and what the desk may say otherwise until the patient comes."""
# How long trying again belongs to the same request.
REQUEST_LASTS = timedelta(hours=24)
LEFT_UNTAKEN = "left_untaken"
# Being sent to a queue, or sending the same twice, refuses nobody a time.
NOT_A_REFUSAL = frozenset({"queue_first", "still_running", "already_asked", "already_waiting"})
# Within which staff take back a booking made by mistake: it never was one.
MISTAKE = timedelta(minutes=10)
# A day can be counted for good once it is so long over: in no zone can it still go on, and the
# database watches every change of a booking two days after it (migration 0011).
SETTLED_AFTER = timedelta(days=4)
COUNTED_AT_ONCE = 20
# A nightly step over old bookings: small enough that nobody waits for its locks.
ARCHIVED_AT_ONCE = 500

Period = tuple[datetime, datetime]


def settled_day(now: datetime, zone: ZoneInfo) -> date:
    """The newest day of a site of which what has been counted may be kept."""
    return now.astimezone(zone).date() - SETTLED_AFTER


def check_period(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse a period that no clinic can mean. The tables' constraints say the same."""
    check_start_and_end(starts_at, ends_at)
    # In UTC: two times of one zone are compared by the wall clock, wrong when clocks change.
    if ends_at.astimezone(UTC) - starts_at.astimezone(UTC) > LONGEST:
        raise TooLong


def check_start_and_end(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse a period, however long, that lies outside the calendar or ends before it starts."""
    if min(starts_at, ends_at) < FIRST_INSTANT or max(starts_at, ends_at) > LAST_INSTANT:
        raise OutOfCalendar
    if ends_at.astimezone(UTC) <= starts_at.astimezone(UTC):
        raise EndsTooSoon


def check_start(starts_at: datetime, now: datetime) -> None:
    """Refuse a start that is past, beyond the calendar or not on a whole minute."""
    if not FIRST_INSTANT <= starts_at <= LAST_INSTANT - LONGEST:
        raise OutOfCalendar
    if starts_at <= now:
        raise StartsInPast
    if starts_at.second or starts_at.microsecond:
        raise NotWholeMinutes


class Notice(Protocol):
    """How long before, and how far ahead, a service can be booked."""

    @property
    def min_notice_minutes(self) -> int: ...
    @property
    def window_days(self) -> int: ...


def check_policy(starts_at: datetime, now: datetime, service: Notice) -> None:
    """Refuse a start that the service's notice or booking window forbids."""
    if starts_at < now + timedelta(minutes=service.min_notice_minutes):
        raise TooSoon(minutes=service.min_notice_minutes)
    if starts_at >= now + timedelta(days=service.window_days):
        raise TooFarAhead(days=service.window_days)


def step_minutes(minutes: int) -> int:
    """How far apart the possible starts of a service lie, so that little time is lost between."""
    return next(step for step in (15, 10, 5, 1) if minutes % step == 0)


def grid(opens: datetime, first: datetime, last: datetime, step: int) -> list[datetime]:
    """The starts from `first` to `last`, both included, a whole number of steps after `opens`."""
    stride = timedelta(minutes=step)
    beyond = (first - opens) % stride
    start = first + stride - beyond if beyond else first
    starts = []
    while start <= last:
        starts.append(start)
        start += stride
    return starts


@dataclass(frozen=True, slots=True)
class Pattern:
    """One stretch of a resource's week on the wall clock; `ends` ≤ `starts` is next morning."""

    weekday: int
    starts: time
    ends: time
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date, weekday: int) -> bool:
        """Whether it applies on `day` when that day is worked as `weekday`."""
        return (
            self.weekday == weekday
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


def sessions_of_day(
    day: date,
    weekday: int,
    patterns: Iterable[Pattern],
    hours: Sequence[Period],
    zone: ZoneInfo,
) -> list[Period]:
    """The periods in which a resource may be booked that begin on `day`, in order, in UTC.

    `weekday` is the one whose pattern holds (another on a make-up workday); `hours` are the
    site's opening hours of the day and of the next morning. Where the clocks change a period is
    as long as it is on the wall: shorter over a gap, longer over an hour that comes twice.
    """
    periods = [
        wall_period(day, pattern.starts, pattern.ends, zone)
        for pattern in patterns
        if pattern.holds_on(day, weekday)
    ]
    return cut(within(joined(one for one in periods if one[0] < one[1]), joined(hours)))


def stretches_overlap(stretches: Iterable[tuple[int, time, time]]) -> bool:
    """Whether two stretches (weekday, starts, ends) of a weekday overlap on the wall clock."""
    spans = sorted(
        (weekday, _minutes(starts), _until(starts, ends)) for weekday, starts, ends in stretches
    )
    return any(a[0] == b[0] and b[1] < a[2] for a, b in pairwise(spans))


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _until(starts: time, ends: time) -> int:
    return _minutes(ends) + (0 if ends > starts else 24 * 60)


def wall_period(day: date, starts: time, ends: time, zone: ZoneInfo) -> Period:
    """The instants of a stretch of wall time that begins on `day`, in UTC."""
    last = day if ends > starts else day + timedelta(days=1)
    # Through UTC: a time that the clocks skip becomes the one that follows the gap.
    return (
        datetime.combine(day, starts, tzinfo=zone).astimezone(UTC),
        datetime.combine(last, ends, tzinfo=zone).astimezone(UTC),
    )


def days_of(
    starts_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> list[tuple[date, datetime, datetime]]:
    """A period cut at the midnights of a zone into parts of at most 24 hours, with their days.

    A period of up to 24 hours stays whole: a night belongs to the day on which it began.
    """
    start, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    check_start_and_end(start, end)
    parts = []
    while end - start > LONGEST:
        day = start.astimezone(zone).date()
        midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
        cut = min(midnight.astimezone(UTC), start + LONGEST)
        parts.append((day, start, cut))
        start = cut
    return [*parts, (start.astimezone(zone).date(), start, end)]


def cut(periods: Iterable[Period]) -> list[Period]:
    """The same time in parts of at most 24 hours: a day whose clocks go back has 25."""
    parts = []
    for first, last in periods:
        start = first
        while last - start > LONGEST:
            parts.append((start, start + LONGEST))
            start += LONGEST
        parts.append((start, last))
    return parts


def joined(periods: Iterable[Period]) -> list[Period]:
    """The same time in as few periods as can be, in order: what touches becomes one."""
    whole: list[Period] = []
    for start, end in sorted((s.astimezone(UTC), e.astimezone(UTC)) for s, e in periods):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def within(periods: Iterable[Period], bounds: Iterable[Period]) -> list[Period]:
    """The parts of `periods` that lie inside one of `bounds`."""
    edges = list(bounds)
    return [
        (max(start, first), min(end, last))
        for start, end in periods
        for first, last in edges
        if max(start, first) < min(end, last)
    ]


def without(periods: Iterable[Period], taken: Iterable[Period]) -> list[Period]:
    """The parts of `periods` that lie outside all of `taken`, in order."""
    left = joined(periods)
    for first, last in joined(taken):
        left = [
            part
            for start, end in left
            for part in ((start, min(end, first)), (max(start, last), end))
            if part[0] < part[1]
        ]
    return sorted(left)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that could serve a booking at its time.

    `need` is 0 for the practitioner, else the place of the need in the service's list.
    Its time includes the buffers. `clinic_day` is that of the session which contains it, or None.
    `free_lane` is 0 when its ordinary time is free, else the
    first free lane that a named right may open, or None. `load` counts what it holds that day.
    `is_shared` says that a release plan may rule the session, `is_curbed` that the site limits
    what is booked online.
    """

    free_lane: int | None
    resource_id: UUID
    need: int
    minutes: int
    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID | None
    home_id: UUID | None
    clinic_day: date | None
    load: int
    expired_hold: bool
    is_shared: bool = False
    is_curbed: bool = False

    @property
    def in_session(self) -> bool:
        """Whether one session of it contains the whole time."""
        return self.clinic_day is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """A practitioner, and for each need of theirs the things to try, best first."""

    practitioner: Candidate
    things: tuple[tuple[Candidate, ...], ...]


def choices(candidates: Iterable[Candidate], needs: int, *, may_extend: bool) -> list[Choice]:
    """Who could serve, best first: the least loaded practitioner; in their home room, else in
    the least used one. `may_extend` opens further lanes and time outside sessions.

    Practitioners for whom some need has nothing free are left out.
    """
    usable = [c for c in candidates if _usable(c, may_extend=may_extend)]
    found = []
    for practitioner in sorted((c for c in usable if c.need == 0), key=_practitioner_order):
        things = [
            tuple(
                sorted(
                    (c for c in usable if c.need == need and c.minutes == practitioner.minutes),
                    key=lambda c: (
                        c.free_lane or 0,
                        c.resource_id != practitioner.home_id,
                        c.load,
                        c.resource_id,
                    ),
                )
            )
            for need in range(1, needs + 1)
        ]
        if all(things):
            found.append(Choice(practitioner, tuple(things)))
    return found


def _usable(candidate: Candidate, *, may_extend: bool) -> bool:
    if may_extend:
        return candidate.free_lane is not None
    return candidate.free_lane == 0 and candidate.in_session


def _practitioner_order(candidate: Candidate) -> tuple[int, bool, int, UUID]:
    return (
        candidate.free_lane or 0,
        not candidate.in_session,
        candidate.load,
        candidate.resource_id,
    )


HOURS_BEFORE = timedelta(hours=2)
GRACE = timedelta(minutes=60)
REMIND_DAY, REMIND_HOURS = "scheduling.remind_day", "scheduling.remind_hours"
NO_SHOW = "scheduling.no_show"
WEEK_SET, ABSENCE_LIFTED = "scheduling.week.set", "scheduling.absence.lifted"


def timers_of(
    starts_at: datetime, ends_at: datetime, now: datetime, come_at: datetime | None = None
) -> list[tuple[str, datetime]]:
    """What is to be done about a booking that is to come, and when.

    `starts_at` is on the wall of the site. A reminder whose time was over when the booking was
    made is not sent. Who was told to come at a later time (`come_at`) is waited for from then on.
    """
    told = ((REMIND_DAY, day_before(starts_at)), (REMIND_HOURS, hours_before(starts_at)))
    coming = [(name, due_at) for name, due_at in told if due_at > now]
    # Through UTC: two times of one zone are otherwise compared and counted on the wall.
    waited = (come_at or starts_at).astimezone(UTC) + GRACE
    return [*coming, (NO_SHOW, max(ends_at.astimezone(UTC), waited))]


def day_before(starts_at: datetime) -> datetime:
    """The same time of the day before, on the wall that `starts_at` is read from: 23 or 25 hours
    earlier when the clocks change between them."""
    return (starts_at - timedelta(days=1)).astimezone(UTC)


def hours_before(starts_at: datetime) -> datetime:
    """The instant two hours earlier, however the wall shows it."""
    return starts_at.astimezone(UTC) - HOURS_BEFORE
