"""Who waits at a site now, as the manager's board counts them; by name only those it names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.waiting import tone, whole_minutes
from yilu.queueing.selectors.now import Stand, stands_now
from yilu.visits.selectors.visits import VisitInfo

SHOWN_NEAR, SHOWN_OVER = 30, 4


@dataclass(frozen=True, slots=True)
class Wait:
    """A visit that waits somewhere, or was called and has not come."""

    stand: Stand
    visit: VisitInfo
    minutes: int

    @property
    def is_over(self) -> bool:
        """Whether the promise is broken."""
        return self.minutes > self.stand.promise_minutes

    @property
    def tone(self) -> str:
        return tone(self.minutes, self.stand.promise_minutes)


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody who is beyond the promise or close to it."""

    number: str
    name: str
    minutes: int
    promised: int
    is_over: bool


def waits_now(site_id: UUID, today: date, here: Mapping[UUID, VisitInfo]) -> list[Wait]:
    """Who waits, those beyond their promise first, then who was called, then by time. One query.

    `here` are the visits that are with the site.
    """
    now = clock.now()
    found = [
        Wait(one, here[one.visit_id], whole_minutes(one.since, now))
        for one in stands_now(site_id, today)
        if one.visit_id in here and one.state != "in_room"
    ]
    found.sort(key=lambda row: (not row.is_over, row.stand.state != "called", row.stand.since))
    return found


def _closest(waiting: Iterable[Wait]) -> list[Wait]:
    """Who is beyond the promise or close to it, the worst first, as many as are named."""
    close = [row for row in waiting if row.tone]
    close.sort(key=lambda row: row.minutes - row.stand.promise_minutes, reverse=True)
    return close[:SHOWN_NEAR]


def first_over(waiting: Iterable[Wait]) -> list[Wait]:
    """Who is named first of those beyond their promise. No query."""
    return [row for row in waiting if row.is_over][:SHOWN_OVER]


def names_of(actor: Actor, waiting: Sequence[Wait]) -> dict[UUID, str]:
    """What those on the board are called, by visit; who may not be named goes by the number.

    One query.
    """
    named = [row.visit for row in (*_closest(waiting), *first_over(waiting))]
    briefs = patient_briefs(actor, [visit.patient_id for visit in named], "live board")
    return {
        visit.id: str(briefs[visit.patient_id].name) if visit.patient_id in briefs else visit.number
        for visit in named
    }


def nearest(waiting: Sequence[Wait], names: Mapping[UUID, str]) -> tuple[Near, ...]:
    """Who is beyond the promise or close to it, the worst first. No query."""
    return tuple(
        Near(
            number=row.stand.number,
            name=names[row.visit.id],
            minutes=row.minutes,
            promised=row.stand.promise_minutes,
            is_over=row.is_over,
        )
        for row in _closest(waiting)
    )
