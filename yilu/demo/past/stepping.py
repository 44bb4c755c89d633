"""The steps of a visit by its pathway, told as rows."""

from datetime import datetime, timedelta
from uuid import UUID

from yilu.demo.past.telling import Teller, Told
from yilu.pathways.demo import PastCase, PastStep
from yilu.pathways.rules.plan import Plan, StepPlan
from yilu.platform.copying import Json

PATHWAY = "outpatient_visit"


class Stepper:
    """Tells the case of each visit into the teller's batch."""

    def __init__(self, teller: Teller, definition_id: UUID, plan: Plan) -> None:
        self._teller, self._definition_id, self._plan = teller, definition_id, plan
        self._day, self._batch = teller.day, teller.batch
        self._names = {step.key: (Json(step.title), Json(step.place)) for step in plan.steps}

    def step(self, told: Told, *, with_medicine: bool) -> None:
        """Write the case of a visit: what was done, what is open, what was not needed."""
        story = told.story
        arrived = self._day.at(story.arrived or 0)
        left = self._day.past(story.left)
        key = self._day.key(arrived)
        wants = self._teller.reference.services[story.service].wants_assessment
        self._batch.cases.append(
            PastCase(
                id=key,
                definition_id=self._definition_id,
                key=PATHWAY,
                subject_type="visits.visit",
                subject_id=told.id,
                patient_id=told.patient.id,
                site_id=told.site_id,
                clinic_day=self._day.day,
                state="open" if left is None else "closed",
                facts=Json(
                    booked_at=told.booked_at.isoformat() if told.booked_at else None,
                    wants_assessment=wants,
                    prescribed=with_medicine,
                    billed=True,
                ),
                started_at=arrived,
                closed_at=left,
            )
        )
        self._steps(told, key, self._ends(told, wants=wants, with_medicine=with_medicine))

    def _ends(self, told: Told, *, wants: bool, with_medicine: bool) -> dict[str, float | None]:
        """When each step ended, in minutes; a step that was not needed is left out."""
        story = told.story
        ends: dict[str, float | None] = {"greet": story.arrived}
        if wants and story.assessed:
            ends["assess"] = story.assessed[1]
        ends |= {"consult": story.ended, "pay": story.paid}
        if with_medicine and story.dispensed:
            ends["medicine"] = story.dispensed[2]
        return ends | {"leave": story.left}

    def _steps(self, told: Told, case_id: UUID, ends: dict[str, float | None]) -> None:
        opened: datetime | None = self._day.at(told.story.arrived or 0)
        for position, step in enumerate(self._plan.steps):
            if step.key not in ends:
                line = self._line(told, case_id, step, position, "skipped", opened, opened)
                self._batch.steps.append(line)
                continue
            closed = self._day.past(ends[step.key])
            state = "closed" if closed else "open" if opened else "waiting"
            self._batch.steps.append(
                self._line(told, case_id, step, position, state, opened, closed)
            )
            opened = closed

    def _line(  # noqa: PLR0917 (the facts of one step)
        self,
        told: Told,
        case_id: UUID,
        step: StepPlan,
        position: int,
        state: str,
        opened: datetime | None,
        closed: datetime | None,
    ) -> PastStep:
        due = None
        if opened is not None and step.due is not None:
            since = max(opened, told.booked_at or opened)
            due = since + timedelta(minutes=step.due.minutes)
        title, place = self._names[step.key]
        ended = closed if state in ("closed", "skipped") else None
        return PastStep(
            id=self._day.key(opened or self._day.now),
            case_id=case_id,
            site_id=told.site_id,
            clinic_day=self._day.day,
            key=step.key,
            position=position,
            title=title,
            place=place,
            role=step.role,
            state="waiting" if state == "skipped" and opened is None else state,
            opened_at=opened,
            due_at=due,
            closed_at=ended,
            why="rule" if state == "skipped" and opened is not None else "",
        )
