"""Who keeps several people from coming together at a time, and the times that suit all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.scheduling.allocation import Place
from yilu.scheduling.selectors.alongside import Busy, busy_times
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.free_time import free_rows
from yilu.scheduling.selectors.together import LONGEST_TOGETHER, WayToCome, as_ways
from yilu.scheduling.together import LONGEST_WAIT, one_after_another, side_by_side

BEFORE, AHEAD = timedelta(hours=3), timedelta(days=14)
MOST_OFFERED = 6


class Hinders(StrEnum):
    """What keeps a person from coming at the place that would be theirs."""

    BUSY = "busy"  # They are booked elsewhere then.
    TAKEN = "taken"  # The practitioner is not free then.
    NOBODY = "nobody"  # No further practitioner is free then.
    THINGS = "things"  # Rooms or devices do not suffice for all of them.


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why the person at `position` cannot come; times are on the wall clock of the site.

    `busy` is their own booking in the way. `THINGS` concerns them all; position 0 stands for that.
    """

    position: int
    why: Hinders
    starts_at: datetime
    practitioner_id: UUID | None
    busy: Busy | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """Several people who want to come for a service from a time on. One who is new has no key."""

    site_id: UUID
    service_id: UUID
    people: Sequence[UUID | None]
    starts_at: datetime
    practitioner_id: UUID | None
    parallel: bool

    @property
    def known(self) -> list[UUID]:
        return [one for one in self.people if one is not None]


def what_hinders(wanted: Together) -> list[Hindrance]:
    """For each person who cannot come what hinders them, in order. Three queries.

    Raises: UnknownService.
    """
    facts = service_facts(wanted.service_id)
    begin, until = wanted.starts_at, wanted.starts_at + LONGEST_TOGETHER
    free = [Place(*row) for row in free_rows(facts, wanted.site_id, begin, until)]
    places = _parallel(wanted, facts, free) if wanted.parallel else _in_turn(wanted, facts, free)
    busy = busy_times(wanted.known, begin, until)
    zone = site_zone(wanted.site_id)
    found = []
    for n, (place, is_free) in enumerate(places):
        own = _in_the_way(busy, wanted.people[n], place)
        why = Hinders.BUSY if own else Hinders.NOBODY if place.practitioner_id is None else None
        if why is None and not is_free:
            why = Hinders.TAKEN
        if why is not None:
            at = place.starts_at.astimezone(zone)
            found.append(Hindrance(n, why, at, place.practitioner_id, own))
    if not found:
        at = begin.astimezone(zone)
        return [Hindrance(0, Hinders.THINGS, at, None)]
    return found


def ways_for_all(wanted: Together) -> list[WayToCome]:
    """Up to six ways near the time that was wanted at which nobody of them is booked elsewhere,
    in order of time. Four queries.

    Rooms are judged for each alone: where they do not suffice for all, booking refuses.
    Raises: UnknownService.
    """
    facts = service_facts(wanted.service_id)
    begin = max(wanted.starts_at - BEFORE, clock.now())
    until = wanted.starts_at + AHEAD
    busy = busy_times(wanted.known, begin, until)
    free = [
        place
        for row in free_rows(facts, wanted.site_id, begin, until)
        for place in [Place(*row)]
        if not any(place.starts_at < one.ends_at and one.starts_at < place.ends_at for one in busy)
    ]
    people = len(wanted.people)
    found = (side_by_side if wanted.parallel else one_after_another)(free, people)
    near = sorted(found, key=lambda way: abs(way[0].starts_at - wanted.starts_at))
    return as_ways(sorted(near[:MOST_OFFERED]), wanted.site_id)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The place that would be somebody's; nobody's when all practitioners are taken then."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID | None


def _parallel(wanted: Together, facts: Facts, free: Sequence[Place]) -> list[tuple[_Wanted, bool]]:
    """The chosen practitioner first, then whoever else is free at that time."""
    at = [one for one in free if one.starts_at == wanted.starts_at]
    first = [one for one in at if one.practitioner_id == wanted.practitioner_id]
    beside = [one for one in at if one.practitioner_id != wanted.practitioner_id]
    mine = (_place(first[0]), True) if first else (_guess(wanted, facts, wanted.starts_at), False)
    others = [(_place(one), True) for one in beside]
    nobody = _Wanted(wanted.starts_at, mine[0].ends_at, None)
    missing = [(nobody, False)] * len(wanted.people)
    return [mine, *others, *missing][: len(wanted.people)]


def _in_turn(wanted: Together, facts: Facts, free: Sequence[Place]) -> list[tuple[_Wanted, bool]]:
    """One after the other with the chosen practitioner, as far as that goes."""
    mine = [one for one in free if one.practitioner_id == wanted.practitioner_id]
    places: list[tuple[_Wanted, bool]] = []
    at, latest = wanted.starts_at, wanted.starts_at
    for _person in wanted.people:
        following = next((one for one in mine if at <= one.starts_at <= latest), None)
        place = _place(following) if following else _guess(wanted, facts, at)
        places.append((place, following is not None))
        at = place.ends_at
        latest = at + LONGEST_WAIT
    return places


def _place(free: Place) -> _Wanted:
    return _Wanted(free.starts_at, free.ends_at, free.practitioner_id)


def _guess(wanted: Together, facts: Facts, starts_at: datetime) -> _Wanted:
    """Where somebody would be if the practitioner were free."""
    lengths = dict(zip(facts.practitioner_ids, facts.lengths, strict=True))
    known = wanted.practitioner_id
    minutes = lengths[known] if known in lengths else min(facts.lengths, default=0)
    return _Wanted(starts_at, starts_at + timedelta(minutes=minutes), known)


def _in_the_way(busy: Sequence[Busy], patient_id: UUID | None, place: _Wanted) -> Busy | None:
    return next(
        (
            one
            for one in busy
            if one.patient_id == patient_id
            and one.starts_at < place.ends_at
            and place.starts_at < one.ends_at
        ),
        None,
    )
