"""Where a thing stands on its way: the road of a visit, and the board of all that is under way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from yilu.facility.selectors.sites import site_zone
from yilu.pathways import permissions
from yilu.pathways.models import Case, Step
from yilu.pathways.states import CaseState, StepState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.workforce.selectors.staff import staff_names

# What a row of the flow board is made of; it may have hundreds.
SHOWN = (
    *("key", "title", "place", "role", "opened_at", "due_at", "owner_id", "case_id"),
    *("case__key", "case__subject_id", "case__patient_id", "case__started_at"),
)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step on the road of a case, as the patient's phone and the guide sheet show it."""

    id: UUID
    case_id: UUID
    key: str
    title: Localized
    place: Localized
    role: str
    state: str
    why: str
    opened_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    owner_id: UUID | None

    @property
    def is_open(self) -> bool:
        """Whether this is what happens now."""
        return self.state == StepState.OPEN

    @property
    def is_done(self) -> bool:
        """Whether this has been done."""
        return self.state == StepState.CLOSED

    @property
    def state_label(self) -> str:
        """The state in the reader's words."""
        return str(StepState(self.state).label)


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One case on the flow board: where it stands, since when, against which limit, with whom."""

    case_id: UUID
    key: str
    subject_id: UUID
    patient_id: UUID | None
    step_id: UUID
    step: str
    title: Localized
    place: Localized
    role: str
    opened_at: datetime
    due_at: datetime | None
    is_late: bool
    owner: PersonName | None


def case_steps(subject_id: UUID, *, key: str = "") -> list[StepLine]:
    """The steps of what is, or last was, under way for a thing, in order. One query.

    Steps that turned out not to be needed are left out: the road shows what is to be walked.
    """
    return cases_steps([subject_id], key=key).get(subject_id, [])


def cases_steps(subject_ids: Iterable[UUID], *, key: str = "") -> dict[UUID, list[StepLine]]:
    """The same for several things. One query."""
    steps = Step.objects.filter(case__subject_id__in=list(subject_ids)).exclude(
        state=StepState.SKIPPED
    )
    if key:
        steps = steps.filter(case__key=key)
    found: dict[UUID, list[StepLine]] = {}
    for step in steps.select_related("case").order_by("case__started_at", "position"):
        found.setdefault(step.case.subject_id, []).append(_line(step))
    return found


def flow_board(
    actor: Actor, site_id: UUID, day: date | None = None, *, key: str = ""
) -> list[FlowRow]:
    """Where every case of a site stands now: each open step, the latest first. Two queries.

    With a day, only cases that began on that clinic day.
    """
    actor.require_to_see(permissions.WORK, site_id)
    steps = _open_steps(site_id)
    if day is not None:
        steps = steps.filter(case__clinic_day=day)
    if key:
        steps = steps.filter(case__key=key)
    found = list(steps)
    names = staff_names(step.owner_id for step in found)
    now = clock.now()
    return [_row(step, names, now) for step in found]


def overdue_number(site_id: UUID, role: str) -> int:
    """How many open steps of a post are past their time at a site. One query."""
    return _open_steps(site_id).filter(due_at__lt=clock.now(), role=role).count()


def was_started_by(event_id: UUID) -> bool:
    """Whether an event has started its case already. One query."""
    return Case.objects.filter(facts__started_by=str(event_id)).exists()


def _open_steps(site_id: UUID) -> QuerySet[Step]:
    steps = Step.objects.filter(site_id=site_id, state=StepState.OPEN, case__state=CaseState.OPEN)
    shown = steps.select_related("case").only(*SHOWN)
    return shown.order_by("due_at", "opened_at", "id")


def _row(step: Step, names: dict[UUID, PersonName], now: datetime) -> FlowRow:
    opened_at = step.opened_at or step.case.started_at
    return FlowRow(
        case_id=step.case_id,
        key=step.case.key,
        subject_id=step.case.subject_id,
        patient_id=step.case.patient_id,
        step_id=step.pk,
        step=step.key,
        title=step.title,
        place=step.place,
        role=step.role,
        opened_at=opened_at,
        due_at=step.due_at,
        is_late=step.due_at is not None and step.due_at < now,
        owner=names.get(step.owner_id) if step.owner_id else None,
    )


def _line(step: Step) -> StepLine:
    zone = site_zone(step.site_id)

    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return StepLine(
        id=step.pk,
        case_id=step.case_id,
        key=step.key,
        title=step.title,
        place=step.place,
        role=step.role,
        state=step.state,
        why=step.why,
        opened_at=local(step.opened_at),
        due_at=local(step.due_at),
        closed_at=local(step.closed_at),
        owner_id=step.owner_id,
    )
