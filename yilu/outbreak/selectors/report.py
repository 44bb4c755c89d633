"""How many were asked at the door, suspected and kept apart. Drills never count."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.outbreak import permissions
from yilu.outbreak.models import CaseReport, Screening
from yilu.outbreak.states import AskedVia, CaseState, ScreeningOutcome
from yilu.platform import clock
from yilu.platform.actors import Actor

MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class Count:
    """What one day or hour had. `apart`: sent the isolation route; `lifted`: without need."""

    label: str
    screened: int
    positive: int
    apart: int
    lifted: int

    @property
    def share(self) -> str:
        """How many of a hundred were suspected."""
        return f"{100 * self.positive / self.screened:.1f}%" if self.screened else "—"


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of some days, in whole, by day, by hour of the day, and by where it was asked."""

    first: date
    last: date
    total: Count
    days: tuple[Count, ...]
    hours: tuple[Count, ...]
    ways: tuple[Count, ...]
    cases: int
    cases_late: int


@dataclass(frozen=True, slots=True)
class _Fact:
    at: datetime
    via: str
    is_positive: bool
    is_apart: bool
    is_lifted: bool


def report(actor: Actor, site_id: UUID, first: date, last: date) -> Report:
    """The figures of a site from one day to another, at most ninety-two. Two queries.

    Raises: NotFound: the actor may not see them.
    """
    actor.require_to_see(permissions.SEE, site_id)
    last = max(first, min(last, first + timedelta(days=MOST_DAYS - 1)))
    zone = site_zone(site_id)
    since, _ = clock.day_bounds(first, zone)
    _, until = clock.day_bounds(last, zone)
    rows = Screening.objects.filter(
        site_id=site_id, is_drill=False, first=None, answered_at__gte=since, answered_at__lt=until
    ).values_list("answered_at", "via", "outcome", "apart_at", "lifted_at")
    facts = [
        _Fact(
            at.astimezone(zone),
            via,
            outcome == ScreeningOutcome.POSITIVE,
            apart_at is not None,
            lifted_at is not None,
        )
        for at, via, outcome, apart_at, lifted_at in rows
    ]
    cases = list(
        CaseReport.objects.filter(
            site_id=site_id, is_drill=False, suspected_at__gte=since, suspected_at__lt=until
        )
        .exclude(state=CaseState.WITHDRAWN)
        .values_list("due_at", "over_at")
    )
    now = clock.now()
    return Report(
        first=first,
        last=last,
        total=_count("", facts),
        days=_by(facts, lambda fact: f"{fact.at:%Y-%m-%d}"),
        hours=_by(facts, lambda fact: f"{fact.at:%H}:00"),
        ways=_by(facts, lambda fact: str(AskedVia(fact.via).label)),
        cases=len(cases),
        cases_late=sum((over or now) > due for due, over in cases),
    )


def _by(facts: Iterable[_Fact], label: Callable[[_Fact], str]) -> tuple[Count, ...]:
    groups: dict[str, list[_Fact]] = {}
    for fact in facts:
        groups.setdefault(label(fact), []).append(fact)
    return tuple(_count(key, groups[key]) for key in sorted(groups))


def _count(label: str, facts: Sequence[_Fact]) -> Count:
    return Count(
        label=label,
        screened=len(facts),
        positive=sum(fact.is_positive for fact in facts),
        apart=sum(fact.is_apart for fact in facts),
        lifted=sum(fact.is_lifted for fact in facts),
    )
