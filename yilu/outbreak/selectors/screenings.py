"""Who was asked at the door, what was answered, and who is suspected."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from yilu.facility.selectors.sites import site_zone
from yilu.intake.rules.questions import Question
from yilu.outbreak import permissions
from yilu.outbreak.models import CaseReport, Screening
from yilu.outbreak.rules import Finding, every_question, findings_of, questions_for
from yilu.outbreak.selectors.modes import Mode, mode_of, plan_of
from yilu.outbreak.states import AskedVia, CaseState, ScreeningOutcome
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.queueing.selectors.tickets import Waiter, waiters
from yilu.visits import permissions as visits
from yilu.visits.selectors.visits import VisitLine, visits_of_day
from yilu.workforce.selectors.staff import staff_names

WHY = "entry screening"


@dataclass(frozen=True, slots=True)
class Asking:
    """The questions to be answered at the door now. `must`: nobody gets in without."""

    mode: Mode
    questions: tuple[Question, ...]

    @property
    def must(self) -> bool:
        return self.mode.binds_patients


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, and what was said to it."""

    question: Question
    said: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """A patient who is suspected, in one line. Times are local."""

    id: UUID
    site_id: UUID
    is_drill: bool
    clinic_day: date
    visit_id: UUID | None
    patient: PatientBrief | None
    via: AskedVia
    why: str
    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...]
    answered_at: datetime
    asked_by: PersonName | None
    apart_at: datetime | None
    met_at: datetime | None
    met_by: PersonName | None
    lifted_at: datetime | None
    lift_reason: str
    waiter: Waiter | None
    case_id: UUID | None
    case_state: str
    version: int

    @property
    def is_unmet(self) -> bool:
        """Whether nobody looks after them yet."""
        return self.met_at is None and self.lifted_at is None


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest screening of a patient that still counts."""

    id: UUID
    is_positive: bool
    visit_id: UUID | None
    is_apart: bool


def asking_at(site_id: UUID, patient_id: UUID | None = None, *, via: str = "desk") -> Asking | None:
    """What is to be asked at a site, of one patient if that is said; None for nothing.

    In a drill only the desk practises. One query while nothing is on, else three at most.
    """
    mode = mode_of(site_id)
    if mode is None or (mode.is_drill and via != AskedVia.DESK):
        return None
    if patient_id is not None and latest(mode, patient_id) is not None:
        return None
    return Asking(mode, tuple(questions_for(mode.illness)))


def latest(mode: Mode, patient_id: UUID) -> Latest | None:
    """What the last answers of a patient came to, if they still count. One query."""
    found = Screening.objects.filter(
        outbreak_id=mode.id, patient_id=patient_id, answered_at__gte=mode.holds_from
    ).order_by("-answered_at", "-id")
    row = found.first()
    if row is None:
        return None
    is_positive = row.outcome == ScreeningOutcome.POSITIVE and row.lifted_at is None
    return Latest(row.pk, is_positive, row.visit_id, row.apart_at is not None)


def is_apart(visit_id: UUID) -> bool:
    """Whether a visit takes the isolation route, also once the mode is off again. One query."""
    return _apart(visit_id).exists()


def route_of_visit(visit_id: UUID) -> Localized | None:
    """The isolation route that a visit takes, which its patient may know; else None.

    One query; two for those who do.
    """
    site_id = _apart(visit_id).values_list("site_id", flat=True).first()
    plan = plan_of(site_id) if site_id else None
    return plan.route if plan else None


@dataclass(frozen=True, slots=True)
class AtDoor:
    """What a patient is to know before and after coming in: whether questions wait, and a route.

    Never why. `valid_hours`: how long before the visit they can be answered.
    """

    asks: bool = False
    route: Localized | None = None
    valid_hours: int = 0


def at_door(site_id: UUID, patient_id: UUID, visit_id: UUID | None = None) -> AtDoor:
    """How the door stands for one patient. Two queries at most while nothing is on, else four."""
    route = route_of_visit(visit_id) if visit_id else None
    if route is not None:
        return AtDoor(route=route)
    mode = mode_of(site_id)
    if mode is None or not mode.binds_patients:
        return AtDoor()
    known = latest(mode, patient_id)
    if known is None:
        return AtDoor(asks=visit_id is None, valid_hours=mode.plan.valid_hours)
    return AtDoor(route=mode.plan.route if known.is_positive and visit_id is None else None)


def suspects(
    actor: Actor, site_id: UUID, *, unmet_only: bool = False, limit: int = 100
) -> list[Suspect]:
    """Who was suspected at a site, the latest first. Six queries at most.

    Those of a drill are there until it ends; then they count in its line among the drills.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    found = Screening.objects.filter(site_id=site_id, outcome=ScreeningOutcome.POSITIVE)
    found = found.exclude(is_drill=True, outbreak__ended_at__isnull=False)
    if unmet_only:
        found = found.filter(met_at=None, lifted_at=None, outbreak__ended_at=None)
    return _suspects(actor, list(found.order_by("-answered_at", "-id")[:limit]))


def suspect(actor: Actor, screening_id: UUID, permission: str = permissions.SEE) -> Suspect:
    """One suspected patient, for those who hold a permission. Six queries. Raises: NotFound."""
    row = Screening.objects.filter(pk=screening_id, outcome=ScreeningOutcome.POSITIVE).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permission, row.site_id)
    return _suspects(actor, [row])[0]


def of_visit(actor: Actor, visit_id: UUID) -> Suspect | None:
    """The suspicion about a visit that holds, for staff. Six queries at most; one without."""
    row = Screening.objects.filter(
        visit_id=visit_id, outcome=ScreeningOutcome.POSITIVE, lifted_at=None
    ).first()
    if row is None or not actor.may(permissions.SEE, row.site_id):
        return None
    return _suspects(actor, [row])[0]


def unasked(actor: Actor, mode: Mode) -> list[VisitLine]:
    """Who is here and was not asked: those who came before it was switched on. Four queries.

    When they came is on the site's wall clock.
    """
    zone = site_zone(mode.site_id)
    today = clock.now().astimezone(zone).date()
    able = actor.lent(visits.SEE)
    here = [one for one in visits_of_day(able, mode.site_id, today) if one.visit.is_here]
    rows = Screening.objects.filter(outbreak_id=mode.id, answered_at__gte=mode.holds_from)
    asked = set(rows.values_list("patient_id", flat=True))
    return [_came(one, zone) for one in here if one.visit.patient_id not in asked]


def _came(line: VisitLine, zone: ZoneInfo) -> VisitLine:
    arrived_at = line.visit.arrived_at.astimezone(zone)
    return replace(line, visit=replace(line.visit, arrived_at=arrived_at))


def _apart(visit_id: UUID) -> QuerySet[Screening]:
    return Screening.objects.filter(
        visit_id=visit_id,
        outcome=ScreeningOutcome.POSITIVE,
        apart_at__isnull=False,
        lifted_at=None,
    )


def _suspects(actor: Actor, rows: list[Screening]) -> list[Suspect]:
    people = patient_briefs(actor, [one.patient_id for one in rows if one.patient_id], WHY)
    staff = staff_names([who for one in rows for who in (one.asked_by_id, one.met_by_id)])
    waiting = waiters(one.visit_id for one in rows if one.visit_id)
    cases = _cases(_answered(one) for one in rows)
    return [_suspect(one, people, staff, waiting, cases) for one in rows]


def _suspect(
    row: Screening,
    people: dict[UUID, PatientBrief],
    staff: dict[UUID, PersonName],
    waiting: dict[UUID, Waiter],
    cases: dict[UUID, tuple[UUID, str]],
) -> Suspect:
    answers = json.loads(row.answers or "{}")
    known, zone = every_question(), site_zone(row.site_id)
    case_id, case_state = cases.get(_answered(row), (None, ""))

    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return Suspect(
        id=row.pk,
        site_id=row.site_id,
        is_drill=row.is_drill,
        clinic_day=row.clinic_day,
        visit_id=row.visit_id,
        patient=people.get(row.patient_id) if row.patient_id else None,
        via=AskedVia(row.via),
        why=row.why,
        answers=tuple(Answer(known[key], said) for key, said in answers.items() if key in known),
        findings=tuple(findings_of(answers)),
        answered_at=row.answered_at.astimezone(zone),
        asked_by=staff.get(row.asked_by_id) if row.asked_by_id else None,
        apart_at=local(row.apart_at),
        met_at=local(row.met_at),
        met_by=staff.get(row.met_by_id) if row.met_by_id else None,
        lifted_at=local(row.lifted_at),
        lift_reason=row.lift_reason,
        waiter=waiting.get(row.visit_id) if row.visit_id else None,
        case_id=case_id,
        case_state=case_state,
        version=row.version,
    )


def _answered(row: Screening) -> UUID:
    """The screening that was answered: about this visit, or about the patient's first."""
    return row.first_id or row.pk


def _cases(screening_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, str]]:
    found = CaseReport.objects.filter(screening_id__in=list(screening_ids))
    rows = found.exclude(state=CaseState.WITHDRAWN).order_by()
    return {s: (pk, state) for s, pk, state in rows.values_list("screening_id", "pk", "state")}
