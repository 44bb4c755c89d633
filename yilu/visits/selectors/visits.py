"""Who is with us, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import prepared
from yilu.platform.errors import NotFound
from yilu.visits import permissions
from yilu.visits.models import Visit
from yilu.visits.states import HERE, NIGHT, VisitKind, VisitState

# Named in the statements, not handed to them: the index of who is here is found by it.
_HERE = "state IN ('{}')".format("', '".join(sorted(HERE)))
_NUMBERS = f"""
SELECT count(*), count(*) FILTER (WHERE kind = '{VisitKind.WALK_IN}'),
    count(*) FILTER (WHERE NOT {_HERE})
FROM visits_visit
WHERE site_id = %(site)s AND clinic_day = %(day)s AND state <> '{VisitState.WITHDRAWN}'
"""  # noqa: S608 (only names of states are put in)


def visit_topic(visit_id: UUID) -> str:
    """The live topic of one visit."""
    return f"visit:{visit_id}"


def visits_topic(site_id: UUID, day: date) -> str:
    """The live topic of everybody who is with a site on one clinic day."""
    return f"visits:{site_id}:{day}"


def topics_of(visit_id: UUID, site_id: UUID, day: date) -> list[str]:
    """The live topics that a change of a visit puts out of date; of two days past midnight."""
    today = clock.now().astimezone(site_zone(site_id)).date()
    return [visit_topic(visit_id), *(visits_topic(site_id, one) for one in sorted({day, today}))]


@dataclass(frozen=True, slots=True)
class VisitInfo:
    """The facts of a visit. A patient is an id here; who shows them asks patients."""

    id: UUID
    number: str
    patient_id: UUID
    site_id: UUID
    booking_id: UUID | None
    department_id: UUID | None
    practitioner_id: UUID | None
    service_id: UUID | None
    clinic_day: date
    kind: str
    state: str
    arrived_at: datetime
    in_care_at: datetime | None
    left_at: datetime | None
    responsible_user_id: UUID | None
    needs: tuple[str, ...]
    access_code: str
    version: int

    @property
    def is_here(self) -> bool:
        """Whether the patient is still with us."""
        return self.state in HERE

    @property
    def is_withdrawn(self) -> bool:
        """Whether the arrival was noted in error and taken back."""
        return self.state == VisitState.WITHDRAWN

    @property
    def state_label(self) -> str:
        """The state in the reader's words."""
        return str(VisitState(self.state).label)


_FACTS = [field.name for field in fields(VisitInfo)]
_NEEDS = _FACTS.index("needs")
_SELECT = f"SELECT {', '.join(_FACTS)} FROM visits_visit"  # noqa: S608 (only names of columns)
_ONE = f"{_SELECT} WHERE id = %(id)s"
_OPEN = f"""
{_SELECT} WHERE site_id = %(site)s AND clinic_day IN (%(day)s, %(before)s) AND {_HERE}
    AND (clinic_day = %(day)s OR arrived_at > %(since)s)
ORDER BY arrived_at, id
"""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit with its patient, as lists show it."""

    visit: VisitInfo
    patient: PatientBrief | None


def visit_info(visit_id: UUID) -> VisitInfo:
    """The facts of one visit, for other apps. One query.

    Raises:
        NotFound: there is no such visit.
    """
    found = prepared(_ONE, {"id": visit_id})
    if not found:
        raise NotFound
    return _read(found[0])


def visit_infos(visit_ids: Iterable[UUID]) -> dict[UUID, VisitInfo]:
    """The facts of several visits. One query."""
    found = Visit.objects.filter(pk__in=list(visit_ids)).values_list(*_FACTS)
    return {one.id: one for one in map(_read, found)}


def visit_detail(actor: Actor, visit_id: UUID) -> VisitInfo:
    """The facts of one visit, if the actor may see it. One query.

    Raises:
        NotFound: there is no such visit, or the actor may not know of it.
    """
    visit = visit_info(visit_id)
    if not actor.is_owner(visit.patient_id, visit.id, visit.booking_id):
        actor.require_to_see(permissions.SEE, visit.site_id)
        audit.seen(actor, [visit.patient_id], "visit")
    return visit


def visit_of_booking(booking_id: UUID) -> VisitInfo | None:
    """The visit that a booking became; None before arrival. One query."""
    found = _counted().filter(booking_id=booking_id).values_list(*_FACTS).first()
    return _read(found) if found else None


def open_visits(site_id: UUID, day: date) -> list[VisitInfo]:
    """Who is with a site now, in order of arrival; in a night clinic also who came before midnight.
    One query."""
    now = clock.now()
    is_to_come = day > now.astimezone(site_zone(site_id)).date()
    before = day if is_to_come else day - timedelta(days=1)
    asked = {"day": day, "before": before, "since": now - NIGHT}
    return [_read(row) for row in prepared(_OPEN, {"site": site_id, **asked})]


def visits_of_day(actor: Actor, site_id: UUID, day: date) -> list[VisitLine]:
    """Everybody who came to a site on one day, in order of arrival. Three queries."""
    actor.require_to_see(permissions.SEE, site_id)
    visits = _infos(_counted().filter(site_id=site_id, clinic_day=day))
    briefs = patient_briefs(actor, [v.patient_id for v in visits], "visits of a day")
    return [VisitLine(v, briefs.get(v.patient_id)) for v in visits]


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """How many came to a site on one day, how many of them unbooked, and how many have left."""

    came: int
    walk_ins: int
    left: int


def day_numbers(actor: Actor, site_id: UUID, day: date) -> DayNumbers:
    """The figures of a day so far; nobody is named. One query."""
    actor.require_to_see(permissions.SEE, site_id)
    return DayNumbers(*prepared(_NUMBERS, {"site": site_id, "day": day})[0])


def visits_of(actor: Actor, patient_id: UUID, limit: int = 50) -> list[VisitInfo]:
    """A patient's visits that the actor may see, newest first. One query."""
    visits = _counted().filter(patient_id=patient_id)
    sites = actor.sites(permissions.SEE)
    if not actor.is_owner(patient_id):
        if sites is not None:
            visits = visits.filter(site_id__in=sites)
        audit.seen(actor, [patient_id], "visits")
    return [_read(row) for row in visits.order_by("-arrived_at").values_list(*_FACTS)[:limit]]


def last_visits(actor: Actor, patient_ids: Iterable[UUID]) -> dict[UUID, VisitInfo]:
    """The newest visit of each of several patients at the actor's sites. One query."""
    actor.require_anywhere(permissions.SEE)
    visits = _counted().filter(patient_id__in=list(patient_ids))
    sites = actor.sites(permissions.SEE)
    if sites is not None:
        visits = visits.filter(site_id__in=sites)
    newest = visits.order_by("patient_id", "-arrived_at", "-id").distinct("patient_id")
    return {one.patient_id: one for one in map(_read, newest.values_list(*_FACTS))}


@dataclass(frozen=True, slots=True)
class LastDay:
    """When somebody was last with the group, at whichever site, and whether they still are."""

    day: date
    is_here: bool


def last_days(patient_ids: Iterable[UUID]) -> dict[UUID, LastDay]:
    """When each of several patients was last here. One query. For rules: it shows no patient."""
    found = _counted().filter(patient_id__in=list(patient_ids)).values("patient_id").order_by()
    told = found.annotate(
        last=Max("clinic_day"), here=Count("pk", filter=Q(state__in=HERE))
    ).values_list("patient_id", "last", "here")
    return {patient_id: LastDay(last, bool(here)) for patient_id, last, here in told}


def _counted() -> QuerySet[Visit]:
    """The visits that there were: without those whose check-in was taken back."""
    return Visit.objects.exclude(state=VisitState.WITHDRAWN)


def _infos(visits: QuerySet[Visit]) -> list[VisitInfo]:
    return [_read(row) for row in visits.order_by("arrived_at", "id").values_list(*_FACTS)]


def _read(row: tuple[Any, ...]) -> VisitInfo:
    """A row of `_FACTS`: a board reads hundreds, so no model is made of each."""
    facts: tuple[Any, ...] = (*row[:_NEEDS], tuple(row[_NEEDS]), *row[_NEEDS + 1 :])
    return VisitInfo(*facts)
