"""Practitioners who run late, and new times that would put the rest of their session right."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.scheduling import permissions
from yilu.scheduling.errors import UnknownPractitioner, UnknownService
from yilu.scheduling.models import Booking
from yilu.scheduling.retiming import Due, free_from, retimed
from yilu.scheduling.rules import without
from yilu.scheduling.selectors.ahead import WorkAhead, work_ahead
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.free_time import free_rows
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.states import COMING, HERE, BookingState
from yilu.workforce.selectors.practitioners import practitioner_names

# Another doctor counts as the same visit when it begins within three hours.
NEAR, TO_BE_TOLD = timedelta(hours=3), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class NewTime:
    """A booking that cannot begin in time. No `starts_at`: nothing is free, the desk must call."""

    line: BookingLine
    starts_at: datetime | None
    practitioner_id: UUID
    practitioner: PersonName
    is_reassigned: bool


@dataclass(frozen=True, slots=True)
class Overrun:
    """A practitioner who is so many minutes behind, and what would put it right.

    `seen` is a print of the new times: whoever applies them says which they saw.
    """

    site_id: UUID
    practitioner_id: UUID
    practitioner: PersonName
    minutes: int
    changes: tuple[NewTime, ...]
    seen: str

    @property
    def movable(self) -> int:
        """How many patients would be told a new time."""
        return sum(one.starts_at is not None for one in self.changes)


@dataclass(slots=True)
class _Day:
    """The bookings of one practitioner on a clinic day, by what became of them."""

    seeing: Booking | None = None
    here: list[Booking] = field(default_factory=list)
    coming: list[Booking] = field(default_factory=list)

    def lag(self, now: datetime) -> timedelta:
        """How far behind: over the end of who is being seen, or over the start of who waits."""
        late = [now - one.starts_at for one in self.here]
        if self.seeing is not None:
            late.append(now - self.seeing.ends_at)
        return max(late, default=timedelta(0))


def overruns(actor: Actor, site_id: UUID, practitioner_id: UUID | None = None) -> list[Overrun]:
    """Who is behind by the set minutes or more with patients still to come, the latest first.

    One query when nobody is; else nine more, and two for each service. Raises: NotAllowed.
    """
    actor.require(permissions.SEE, site_id)
    now = clock.now()
    today = now.astimezone(site_zone(site_id)).date()
    least = timedelta(minutes=settings.OVERRUN_MINUTES)
    days = {
        who: day
        for who, day in _days(site_id, today, now, practitioner_id).items()
        if day.coming and day.lag(now) >= least
    }
    if not days:
        return []
    ahead = work_ahead(site_id, today, days)
    names = practitioner_names(days)
    facts = _facts(one.service_id for day in days.values() for one in day.coming)
    found = [
        _overrun(actor, who, names[who], day, ahead.get(who, WorkAhead()), facts)
        for who, day in days.items()
    ]
    late = [one for one in found if one.changes]
    return sorted(late, key=lambda one: -one.minutes)


def _days(
    site_id: UUID, today: date, now: datetime, practitioner_id: UUID | None
) -> dict[UUID, _Day]:
    """A patient who should have come by now is late themselves: nothing is moved for them."""
    rows = Booking.objects.filter(
        site_id=site_id,
        clinic_day__in=(today, today - timedelta(days=1)),
        state__in=(*COMING, *HERE),
        lane=0,
    ).order_by("starts_at", "id")
    if practitioner_id is not None:
        rows = rows.filter(practitioner_id=practitioner_id)
    found: dict[UUID, _Day] = defaultdict(_Day)
    for one in rows:
        day = found[one.practitioner_id]
        if one.state == BookingState.IN_CONSULTATION:
            day.seeing = one
        elif one.state == BookingState.ARRIVED:
            day.here.append(one)
        elif (one.come_at or one.starts_at) > now:
            day.coming.append(one)
    return found


def _facts(service_ids: Iterable[UUID]) -> dict[UUID, Facts]:
    found = {}
    for service_id in dict.fromkeys(service_ids):
        try:
            found[service_id] = service_facts(service_id)
        except (UnknownService, UnknownPractitioner):
            continue
    return found


def _overrun(  # noqa: PLR0917 (one practitioner, with what is known of them)
    actor: Actor,
    who: UUID,
    name: PersonName,
    day: _Day,
    work: WorkAhead,
    facts: dict[UUID, Facts],
) -> Overrun:
    now = clock.now()
    due = [_due(one, facts[one.service_id]) for one in day.coming if one.service_id in facts]
    seen_until = day.seeing.ends_at if day.seeing else None
    begins = free_from(now, seen_until, [one.ends_at - one.starts_at for one in day.here])
    moved = retimed(due, begins, without(work.sessions, work.blocks))
    site_id = day.coming[0].site_id
    elsewhere = _elsewhere(site_id, who, [one for one, at in moved if at is None], facts)
    wanted = {
        one.booking_id: (at, who) if at else elsewhere.get(one.booking_id) for one, at in moved
    }
    bookings = [one for one in day.coming if one.pk in wanted]
    return Overrun(
        site_id=site_id,
        practitioner_id=who,
        practitioner=name,
        minutes=int(day.lag(now).total_seconds() // 60),
        changes=_changes(actor, bookings, wanted, name),
        seen=_print(wanted),
    )


def _due(one: Booking, facts: Facts) -> Due:
    return Due(
        booking_id=one.pk,
        service_id=one.service_id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        before=facts.before,
        after=facts.after,
        come_at=one.come_at,
    )


def _elsewhere(
    site_id: UUID, who: UUID, left: Sequence[Due], facts: dict[UUID, Facts]
) -> dict[UUID, tuple[datetime, UUID]]:
    """For each who finds no time any more, another doctor near their own time."""
    earliest = clock.now() + TO_BE_TOLD
    chosen: dict[UUID, tuple[datetime, UUID]] = {}
    taken: list[tuple[datetime, datetime, UUID]] = []
    for one in left:
        rows = free_rows(facts[one.service_id], site_id, earliest, one.starts_at + NEAR)
        able = [
            (abs(start - one.starts_at), start, end, other)
            for start, end, other in rows
            if other != who
            and start >= one.comes_at
            and not any(start < b and a < end and other == by for a, b, by in taken)
        ]
        if able:
            _far, start, end, other = min(able)
            chosen[one.booking_id] = (start, other)
            taken.append((start, end, other))
    return chosen


def _changes(
    actor: Actor,
    bookings: Sequence[Booking],
    wanted: dict[UUID, tuple[datetime, UUID] | None],
    name: PersonName,
) -> tuple[NewTime, ...]:
    others = {place[1] for place in wanted.values() if place}
    names = practitioner_names(others) if others else {}
    found = []
    for line in booking_lines(actor, bookings, "overrun"):
        place = wanted[line.id]
        starts_at, by = place or (None, line.practitioner_id)
        local = starts_at.astimezone(line.starts_at.tzinfo) if starts_at else None
        found.append(NewTime(line, local, by, names.get(by, name), by != line.practitioner_id))
    return tuple(found)


def _print(wanted: dict[UUID, tuple[datetime, UUID] | None]) -> str:
    """Which new times were shown. Minutes that go by without changing any leave it as it is."""
    said = [f"{key}{place}" for key, place in sorted(wanted.items())]
    return hashlib.sha256("|".join(said).encode()).hexdigest()[:16]
