"""A case under way, held by one transaction: how what the rules say becomes rows.

Only the operations beside this module use it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from yilu.facility.selectors.calendar import day_kinds, open_hours_between
from yilu.facility.selectors.sites import site_zone
from yilu.pathways.events import CaseChanged, CaseStarted
from yilu.pathways.models import Case, Step
from yilu.pathways.rules import moves, times
from yilu.pathways.rules.moves import Outcome, Standing
from yilu.pathways.rules.plan import Due, Plan, StepPlan
from yilu.pathways.selectors.definitions import plan_by_id
from yilu.pathways.selectors.topics import case_topic, worklist_topic
from yilu.pathways.states import CaseState, StepState, check_move
from yilu.platform import audit, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.inserts import insert, insert_all

LATE = "pathways.late"
HOURS_AHEAD = (7, 60, 370)  # How many days of opening hours to read, until they suffice.
_WRITTEN = [
    "state", "why", "reason", "opened_at", "due_at", "closed_at", "closed_by",
    "owner", "level", "escalated_to", "version",
]  # fmt: skip


class RunningCase:
    """A locked case with its steps and the plan by which it runs."""

    def __init__(self, case: Case, steps: Iterable[Step], plan: Plan) -> None:
        self.case = case
        self.plan = plan
        self.steps = {step.key: step for step in steps}

    @classmethod
    def of_cases(cls, cases: Iterable[Case]) -> list[Self]:
        """Cases that are locked, with their steps. One query, and one per plan never seen."""
        held = list(cases)
        steps = Step.objects.filter(case__in=held).order_by("position")
        by_case: dict[UUID, list[Step]] = {}
        for step in steps if held else ():
            by_case.setdefault(step.case_id, []).append(step)
        return [cls(c, by_case.get(c.pk, []), plan_by_id(c.definition_id)) for c in held]

    @classmethod
    def about(cls, subject_ids: Iterable[UUID], *, ended_too: bool = False) -> list[Self]:
        """The cases of these things, locked. Two queries."""
        cases = Case.objects.select_for_update(of=("self",)).filter(subject_id__in=subject_ids)
        if not ended_too:
            cases = cases.filter(state=CaseState.OPEN)
        return cls.of_cases(cases.order_by("id"))

    @classmethod
    def begun(cls, case: Case, version: int, plan: Plan, actor: Actor, at: datetime) -> Self:
        """A new case: its rows written, what opens at once opened. Four to six queries."""
        insert(case)
        steps = [_new_step(case, n, step) for n, step in enumerate(plan.steps)]
        running = cls(case, steps, plan)
        outcome = moves.begin(plan, case.facts)
        changed = running._take_up(outcome, actor, at, at)
        insert_all(steps)
        running._set_timers(changed)
        audit.record(
            actor,
            "pathways.case.started",
            case,
            site_id=case.site_id,
            patient_id=case.patient_id,
            key=case.key,
            definition_version=version,
        )
        started = CaseStarted(case.pk, case.key, case.subject_id, case.patient_id)
        running.tell(started, actor, changed)
        return running

    @property
    def standings(self) -> dict[str, Standing]:
        """Where each step stands, for the rules."""
        return {key: Standing(step.state, step.why) for key, step in self.steps.items()}

    def apply(
        self,
        outcome: Outcome,
        actor: Actor,
        at: datetime,
        *,
        event_at: datetime | None = None,
        deed: str = "moved",
        **details: object,
    ) -> bool:
        """Write what the rules said. False, and no query, when nothing moves.

        Otherwise four queries, and one or two per step that has a time limit.
        """
        facts_changed = outcome.facts != self.case.facts
        changed = self._take_up(outcome, actor, at, event_at or at)
        if not changed and not facts_changed:
            return False
        if changed:
            Step.objects.bulk_update(changed, _WRITTEN)
        self._save_case(outcome, at)
        if changed:
            self._set_timers(changed)
            self._record(actor, deed, changed, details)
            told = CaseChanged(
                self.case.pk,
                self.case.key,
                self.case.subject_id,
                self.case.patient_id,
                self.case.state,
                tuple((step.key, str(step.state)) for step in changed),
            )
            self.tell(told, actor, changed)
        return True

    def tell(self, event: Any, actor: Actor, changed: Iterable[Step]) -> None:
        """Publish an event with the live topics of the case and of the posts concerned."""
        posts = {post for step in changed for post in (step.role, *step.escalated_to)}
        outbox.publish(
            event,
            actor=actor,
            site_id=self.case.site_id,
            subject=self.case,
            topics=[
                case_topic(self.case.subject_id),
                *(worklist_topic(self.case.site_id, post) for post in posts),
            ],
        )

    def _take_up(
        self, outcome: Outcome, actor: Actor, at: datetime, event_at: datetime
    ) -> list[Step]:
        """Set on the steps, in memory, what the rules said. Which ones moved."""
        changed = []
        for plan in self.plan.steps:
            step, now = self.steps[plan.key], outcome.steps[plan.key]
            if (step.state, step.why) == (now.state, now.why):
                continue
            if step.state != now.state:
                check_move(step.state, StepState(now.state))
            step.state, step.why = now.state, now.why
            step.version += 1
            self._time(step, plan, actor, at, event_at)
            changed.append(step)
        return changed

    def _time(
        self, step: Step, plan: StepPlan, actor: Actor, at: datetime, event_at: datetime
    ) -> None:
        """The instants and the owner that go with a step's new state."""
        if step.state in {StepState.CLOSED, StepState.SKIPPED}:
            step.closed_at, step.closed_by_id = at, actor.user_id
            return
        step.closed_at, step.closed_by_id, step.reason = None, None, ""
        if step.state == StepState.WAITING:
            step.opened_at = step.due_at = step.owner_id = None
            step.level, step.escalated_to = 0, []
        elif step.opened_at is None:
            step.opened_at = at
            step.due_at = self._due(plan.due, at, event_at) if plan.due else None

    def _due(self, due: Due, opened_at: datetime, event_at: datetime) -> datetime:
        since = {
            "opened": opened_at,
            "event": event_at,
            "booked_start_or_checked_in": self._booked_or_here(),
        }[due.since]
        if due.calendar == "elapsed":
            return times.elapsed(since, due.minutes)
        first = since.astimezone(site_zone(self.case.site_id)).date()
        if due.calendar == "working_days":
            return self._due_on_working_days(since, due.minutes, first)
        return self._due_in_site_hours(since, due.minutes, first)

    def _booked_or_here(self) -> datetime:
        booked = self.case.facts.get("booked_at")
        here = self.case.started_at
        return max(here, datetime.fromisoformat(booked)) if booked else here

    def _due_in_site_hours(self, since: datetime, minutes: int, first: date) -> datetime:
        for days in HOURS_AHEAD:
            hours = open_hours_between(self.case.site_id, first, first + timedelta(days=days))
            spans = [span for day in sorted(hours) for span in hours[day]]
            found = times.site_hours(since, minutes, spans)
            if found is not None:
                return found
        # A site that hardly ever opens still owes an answer: count day and night.
        return times.elapsed(since, minutes)

    def _due_on_working_days(self, since: datetime, minutes: int, first: date) -> datetime:
        # No run of days off is longer than the working days beside it, over a fortnight.
        last = first + timedelta(days=3 * (minutes // 1440) + 30)
        kinds = day_kinds(first, last)
        return times.working_days(
            since,
            minutes,
            site_zone(self.case.site_id),
            lambda day: day not in kinds or kinds[day].kind == "workday",
        )

    def _save_case(self, outcome: Outcome, at: datetime) -> None:
        case = self.case
        case.facts = outcome.facts
        case.state = outcome.ends or CaseState.OPEN
        case.closed_at = (case.closed_at or at) if outcome.ends else None
        case.version += 1
        case.save(update_fields=["facts", "state", "closed_at", "version"])

    def _set_timers(self, changed: Iterable[Step]) -> None:
        for step in changed:
            plan = self.plan.step(step.key)
            if plan is None or not plan.late:
                continue
            if step.state == StepState.OPEN:
                self.set_timer(step, plan)
            elif step.opened_at is not None:
                timers.cancel(step.pk, LATE)

    def set_timer(self, step: Step, plan: StepPlan) -> None:
        """Have the next late action done at its time, if there is one left. One query."""
        if step.due_at is None or step.level >= len(plan.late):
            return
        late = plan.late[step.level]
        timers.schedule(
            LATE,
            due_at=step.due_at + timedelta(minutes=late.after_minutes),
            subject_id=step.pk,
            site_id=step.site_id,
            level=step.level,
        )

    def _record(
        self, actor: Actor, deed: str, changed: list[Step], details: dict[str, object]
    ) -> None:
        audit.record(
            actor,
            f"pathways.case.{deed}",
            self.case,
            site_id=self.case.site_id,
            patient_id=self.case.patient_id,
            key=self.case.key,
            state=self.case.state,
            moves={step.key: str(step.state) for step in changed},
            **details,
        )


def _new_step(case: Case, position: int, plan: StepPlan) -> Step:
    return Step(
        id=new_id(),
        case=case,
        key=plan.key,
        position=position,
        title=plan.title,
        place=plan.place,
        role=plan.role,
        site_id=case.site_id,
        clinic_day=case.clinic_day,
    )
