"""Where a thing stands on its way: the road of a visit, and the board of all that is under way."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.pathways import permissions
from yilu.pathways.models import Case, Step
from yilu.pathways.states import CaseState, StepState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import prepared
from yilu.platform.names import Localized

# What is open of the cases that began on a day, step by step. A case whose step has no time
# limit is never late.
_FLOW = f"""
SELECT s.key, s.title::text, count(*), count(*) FILTER (WHERE s.due_at < %(now)s), min(s.due_at)
FROM pathways_step s JOIN pathways_case c ON c.id = s.case_id
WHERE s.site_id = %(site)s AND s.state = '{StepState.OPEN}'
    AND c.state = '{CaseState.OPEN}' AND c.clinic_day = %(day)s AND c.key = %(key)s
GROUP BY s.key, s.title ORDER BY min(s.due_at), s.key
"""  # noqa: S608 (only names of states are put in)


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
class FlowStep:
    """A step of a pathway on the flow board: how many stand there now, and how many are late."""

    step: str
    title: Localized
    number: int
    late: int
    oldest_due: datetime | None


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


def flow_board(actor: Actor, site_id: UUID, day: date, *, key: str) -> list[FlowStep]:
    """Where the cases of a pathway stand now that began at a site on a clinic day: each open step,
    the one with the oldest due time first. One query.
    """
    actor.require_to_see(permissions.WORK, site_id)
    asked = {"site": site_id, "day": day, "key": key, "now": clock.now()}
    return [
        FlowStep(step, Localized(json.loads(title)), *figures)
        for step, title, *figures in prepared(_FLOW, asked)
    ]


def overdue_number(site_id: UUID, role: str) -> int:
    """How many open steps of a post are past their time at a site. One query."""
    steps = Step.objects.filter(site_id=site_id, state=StepState.OPEN, case__state=CaseState.OPEN)
    return steps.filter(due_at__lt=clock.now(), role=role).count()


def was_started_by(event_id: UUID) -> bool:
    """Whether an event has started its case already. One query."""
    return Case.objects.filter(facts__started_by=str(event_id)).exists()


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
