"""What colleagues were asked and said about patients, by visit and by who has to answer or read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from yilu.clinical import permissions
from yilu.clinical.models import Opinion
from yilu.clinical.selectors.context import setting
from yilu.clinical.states import OpinionState, OpinionUrgency
from yilu.facility.selectors.places import DepartmentInfo, departments
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.practitioners import (
    PractitionerInfo,
    department_of,
    practitioner_names,
    practitioners,
)

LOOKS = {
    OpinionState.ASKED: "soon",
    OpinionState.GIVEN: "done",
    OpinionState.WITHDRAWN: "blocked",
}
MOST = 100


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """A question to a colleague with its answer. `patient` only where several are listed."""

    id: UUID
    visit_id: UUID
    question: str
    urgency: str
    to: PersonName | None
    department: Localized | None
    asked_by: PersonName | None
    asked_at: datetime
    due_at: datetime
    state: str
    text: str
    given_by: PersonName | None
    given_at: datetime | None
    is_read: bool
    reason: str
    version: int
    is_mine: bool
    can_answer: bool
    patient: PatientBrief | None = None

    @property
    def is_open(self) -> bool:
        return self.state == OpinionState.ASKED

    @property
    def is_urgent(self) -> bool:
        return self.urgency == OpinionUrgency.URGENT

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_at < clock.now()

    @property
    def is_unread(self) -> bool:
        return self.state == OpinionState.GIVEN and not self.is_read

    @property
    def state_label(self) -> str:
        return str(OpinionState(self.state).label)

    @property
    def look(self) -> str:
        return "late" if self.is_late else LOOKS[OpinionState(self.state)]


@dataclass(frozen=True, slots=True)
class Askable:
    """Whom a doctor may ask at a site."""

    colleagues: tuple[PractitionerInfo, ...]
    departments: tuple[DepartmentInfo, ...]


def askable(actor: Actor, site_id: UUID) -> Askable:
    """The other practitioners and the departments of a site. Two queries."""
    others = [one for one in practitioners(site_id) if one.id != actor.practitioner_id]
    return Askable(tuple(others), tuple(departments(site_id)))


def visit_opinions(actor: Actor, visit_id: UUID) -> list[OpinionLine]:
    """What was asked at a visit, the newest first. Seven queries. Raises: NotFound."""
    where = setting(actor, visit_id)
    rows = Opinion.objects.filter(visit_id=where.visit_id).order_by("-asked_at", "-id")
    return _lines(actor, rows, {where.patient_id: where.patient}, _home(actor))


def opinion_line(actor: Actor, opinion_id: UUID) -> OpinionLine:
    """One question with its answer. Eight queries. Raises: NotFound."""
    row = Opinion.objects.filter(pk=opinion_id).first()
    if row is None:
        raise NotFound
    where = setting(actor, row.visit_id)
    [line] = _lines(actor, [row], {where.patient_id: where.patient}, _home(actor))
    return line


def opinions_to_give(actor: Actor, site_id: UUID) -> list[OpinionLine]:
    """What this practitioner, or their department, is asked at a site, the most urgent first.

    Six queries. Raises: NotFound.
    """
    home = _home(actor)
    return _listed(actor, site_id, asked_of_me(actor, site_id, home).order_by("due_at", "id"), home)


def opinions_to_read(actor: Actor, site_id: UUID) -> list[OpinionLine]:
    """The answers that this practitioner asked for and has not read. Five queries.

    Raises: NotFound.
    """
    return _listed(actor, site_id, answered_to_me(actor, site_id).order_by("given_at", "id"), None)


def waiting_opinions(actor: Actor, site_id: UUID) -> int:
    """How many opinions this practitioner is to give or to read at a site. Two queries."""
    asked = asked_of_me(actor, site_id, _home(actor))
    return (asked | answered_to_me(actor, site_id)).count()


def asked_of_me(actor: Actor, site_id: UUID, home: UUID | None) -> QuerySet[Opinion]:
    """What waits for this practitioner's opinion, or for one of their department. No query yet."""
    me = actor.practitioner_id
    if me is None:
        return Opinion.objects.none()
    waiting = Opinion.objects.filter(site_id=site_id, state=OpinionState.ASKED)
    mine = Q(asked_of_id=me) | Q(department_id=home) & ~Q(asked_by_id=me)
    return waiting.filter(mine)


def answered_to_me(actor: Actor, site_id: UUID) -> QuerySet[Opinion]:
    """What was answered to this practitioner and they have not read. No query."""
    return Opinion.objects.filter(
        site_id=site_id,
        state=OpinionState.GIVEN,
        read_at=None,
        asked_by_id=actor.practitioner_id,
    )


def _home(actor: Actor) -> UUID | None:
    return department_of(actor.practitioner_id) if actor.practitioner_id is not None else None


def _listed(
    actor: Actor, site_id: UUID, rows: QuerySet[Opinion], home: UUID | None
) -> list[OpinionLine]:
    actor.require_to_see(permissions.SEE, site_id)
    found = list(rows[:MOST])
    people = patient_briefs(actor, [one.patient_id for one in found], "opinions")
    return _lines(actor, found, people, home)


def _lines(
    actor: Actor,
    found: Iterable[Opinion],
    people: dict[UUID, PatientBrief],
    home: UUID | None,
) -> list[OpinionLine]:
    rows = list(found)
    if not rows:
        return []
    names = practitioner_names(
        one for row in rows for one in (row.asked_of_id, row.asked_by_id, row.given_by_id)
    )
    places = {one.id: one.name for one in departments(rows[0].site_id, closed_too=True)}
    me = actor.practitioner_id
    return [
        OpinionLine(
            id=row.pk,
            visit_id=row.visit_id,
            question=row.question,
            urgency=row.urgency,
            to=names.get(row.asked_of_id) if row.asked_of_id else None,
            department=places.get(row.department_id) if row.department_id else None,
            asked_by=names.get(row.asked_by_id),
            asked_at=_local(row, row.asked_at),
            due_at=_local(row, row.due_at),
            state=row.state,
            text=row.text,
            given_by=names.get(row.given_by_id) if row.given_by_id else None,
            given_at=_local(row, row.given_at) if row.given_at else None,
            is_read=row.read_at is not None,
            reason=row.reason,
            version=row.version,
            is_mine=me is not None and row.asked_by_id == me,
            can_answer=row.state == OpinionState.ASKED
            and me is not None
            and me != row.asked_by_id
            and (row.asked_of_id == me or (home is not None and row.department_id == home)),
            patient=people.get(row.patient_id),
        )
        for row in rows
    ]


def _local(row: Opinion, at: datetime) -> datetime:
    return at.astimezone(site_zone(row.site_id))
