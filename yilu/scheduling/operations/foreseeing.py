"""What a deed would do to published time and to bookings, found out by doing it and undoing it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from yilu.facility.selectors.sites import open_sites
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import permissions
from yilu.scheduling.models import Session
from yilu.scheduling.rules import Period, without
from yilu.scheduling.selectors.stranded import (
    Cause,
    StrandedBooking,
    explained,
    stranded,
)
from yilu.scheduling.states import ResourceKind


@dataclass(frozen=True, slots=True)
class TimeChange:
    """How much bookable time of people, or of things, a deed opens and takes, and on which days."""

    is_people: bool
    opened: timedelta
    taken: timedelta
    days: tuple[date, ...]

    @property
    def opened_hours(self) -> str:
        return _hours(self.opened)

    @property
    def taken_hours(self) -> str:
        return _hours(self.taken)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a deed would do: to published time, and which bookings could then not be kept."""

    times: tuple[TimeChange, ...]
    bookings: tuple[StrandedBooking, ...]
    many: int

    @property
    def is_nothing(self) -> bool:
        return not self.times and not self.many


@dataclass(frozen=True, slots=True)
class _Seen:
    sessions: dict[tuple[UUID, bool, date], list[Period]]
    stranded: dict[UUID, tuple[Cause, ...]]


class _TriedOut(Exception):
    """Carries what was seen out of a deed that is undone."""

    def __init__(self, after: _Seen) -> None:
        self.after = after


@operation
def foresee(*, actor: Actor, try_out: Callable[[], Any], site_id: UUID | None = None) -> Effect:
    """What a deed would do to a site's time and bookings, or to those of all that are seen.

    It is done and undone: nothing of it stays, nobody hears of it, and what it refuses is
    refused here too. Call it outside of any other deed.

    Raises: NotAllowed, and what the deed raises.
    """
    if site_id is not None:
        actor.require(permissions.SEE, site_id)
    every = [one.id for one in open_sites() if actor.may(permissions.SEE, one.id)]
    site_ids = [site_id] if site_id else every
    times, found = _foreseen(try_out, site_ids)
    return Effect(times, tuple(explained(actor, found)), len(found))


def _foreseen(
    try_out: Callable[[], Any], site_ids: Sequence[UUID]
) -> tuple[tuple[TimeChange, ...], dict[UUID, tuple[Cause, ...]]]:
    now = clock.now()
    before = _look(site_ids, now)
    try:
        # A savepoint, which deeds inside join: rolled back, it leaves nothing of them.
        with transaction.atomic():
            try_out()
            raise _TriedOut(_look(site_ids, now))
    except _TriedOut as tried:
        after = tried.after
    new = {pk: why for pk, why in after.stranded.items() if pk not in before.stranded}
    return _changes(before, after), new


def _look(site_ids: Sequence[UUID], now: datetime) -> _Seen:
    coming = Session.objects.filter(site_id__in=site_ids, active=True, during__endswith__gt=now)
    people = ResourceKind.PRACTITIONER
    found: dict[tuple[UUID, bool, date], list[Period]] = defaultdict(list)
    for resource_id, kind, day, during in coming.values_list(
        "resource_id", "resource__kind", "clinic_day", "during"
    ):
        found[resource_id, kind == people, day].append((max(during.lower, now), during.upper))
    return _Seen(dict(found), stranded(site_ids))


def _changes(before: _Seen, after: _Seen) -> tuple[TimeChange, ...]:
    keys = before.sessions.keys() | after.sessions.keys()
    changed = [
        (key, _sum(without(is_, was)), _sum(without(was, is_)))
        for key in keys
        for was, is_ in [(before.sessions.get(key, []), after.sessions.get(key, []))]
        if sorted(was) != sorted(is_)
    ]
    changes = []
    for is_people in (True, False):
        own = [one for one in changed if one[0][1] == is_people and (one[1] or one[2])]
        if own:
            opened = sum((one[1] for one in own), timedelta())
            taken = sum((one[2] for one in own), timedelta())
            days = tuple(sorted({one[0][2] for one in own}))
            changes.append(TimeChange(is_people, opened, taken, days))
    return tuple(changes)


def _sum(periods: Iterable[Period]) -> timedelta:
    return sum((end - start for start, end in periods), timedelta())


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:.1f}".removesuffix(".0")
