"""Plans as the desk sees them: what is proposed, how good it is, what patients answered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock, jobs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking, Plan, PlannedMove
from yilu.scheduling.planning import gap
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.selectors.resources import resource_infos
from yilu.scheduling.selectors.stranded import stranded
from yilu.scheduling.states import CALLS, COMING, FROZEN, MoveState, PlanState, Urgency
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names

LATEST = 20
LOOKS = {
    MoveState.WAITING: "soon",
    MoveState.PROPOSED: "booked",
    MoveState.TO_CALL: "late",
    MoveState.LEFT_OUT: "blocked",
    MoveState.TOLD: "waiting",
    MoveState.SILENT: "late",
    MoveState.ACCEPTED: "done",
    MoveState.CANCELLED: "blocked",
    MoveState.OVERTAKEN: "blocked",
    MoveState.DROPPED: "blocked",
}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in one line. `about` is who or what is not there; empty means several."""

    id: UUID
    version: int
    site_id: UUID
    state: PlanState
    about: str
    reason: str
    made_by: PersonName | None
    created_at: datetime
    expires_at: datetime | None
    job_id: UUID | None
    cost: int | None
    bound: int | None
    seconds: float | None
    counts: dict[str, int]
    is_over: bool
    """Nothing is kept for it any more, and nobody was asked."""

    @property
    def is_being_made(self) -> bool:
        return self.state == PlanState.PLANNING

    @property
    def is_proposed(self) -> bool:
        return self.state == PlanState.PROPOSED and not self.is_over

    @property
    def is_confirmed(self) -> bool:
        return self.state == PlanState.CONFIRMED

    @property
    def bookings(self) -> int:
        return sum(self.counts.values())

    @property
    def placed(self) -> int:
        return self.counts.get(MoveState.PROPOSED, 0)

    @property
    def answered(self) -> int:
        """How many took a place."""
        return self.counts.get(MoveState.ACCEPTED, 0)

    @property
    def to_call(self) -> int:
        return sum(self.counts.get(state, 0) for state in CALLS)

    @property
    def asked(self) -> int:
        return self.counts.get(MoveState.TOLD, 0)

    @property
    def gap_percent(self) -> int | None:
        """By how many hundredths, at most, another plan could be better."""
        if self.cost is None or self.bound is None:
            return None
        return -int(-gap(self.cost, self.bound) * 100 // 1)


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A booking in a plan: where it is, and where it could go, on the wall of the site."""

    id: UUID
    version: int
    plan_id: UUID
    state: MoveState
    line: BookingLine
    urgency: Urgency
    old_starts_at: datetime
    old_practitioner: PersonName
    starts_at: datetime | None
    practitioner: PersonName | None
    same_doctor: bool
    stays: bool
    days_later: int
    by_hand: bool
    round: int
    answer_by: datetime | None

    @property
    def look(self) -> str:
        return LOOKS[self.state]

    @property
    def has_place(self) -> bool:
        return self.starts_at is not None

    @property
    def may_change(self) -> bool:
        return self.state in {MoveState.PROPOSED, MoveState.TO_CALL, MoveState.LEFT_OUT}

    @property
    def other_urgencies(self) -> list[Urgency]:
        """How urgent it could be said to be, the most urgent first."""
        return [one for one in reversed(Urgency) if one != self.urgency]

    @property
    def may_answer(self) -> bool:
        return self.state in {MoveState.TOLD, MoveState.SILENT}

    @property
    def is_to_call(self) -> bool:
        return self.state in CALLS and self.line.state in COMING


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a site has to do about bookings that cannot be kept: open plans and calls."""

    plans: tuple[PlanLine, ...]
    calls: tuple[MoveLine, ...]


def outlook(actor: Actor, site_id: UUID) -> Outlook:
    """The latest twenty plans of a site, and whom to call. Five queries, and seven for calls.

    Raises: NotAllowed.
    """
    actor.require(permissions.SEE, site_id)
    plans = Plan.objects.filter(site_id=site_id).order_by("-created_at")[:LATEST]
    calls = PlannedMove.objects.filter(
        site_id=site_id,
        state__in=CALLS,
        plan__state=PlanState.CONFIRMED,
        booking__state__in=COMING,
    )
    return Outlook(tuple(_plan_lines(plans)), tuple(_move_lines(actor, calls)))


def plan_line(actor: Actor, plan_id: UUID) -> PlanLine:
    """One plan. At most six queries. Raises: NotFound."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, plan.site_id)
    return _plan_lines([plan])[0]


def plan_moves(actor: Actor, plan_id: UUID) -> list[MoveLine]:
    """Every booking of a plan, whom to call first, else in order of time. Eight queries.

    The actor has seen the plan.
    """
    found = _move_lines(actor, PlannedMove.objects.filter(plan_id=plan_id))
    order = {state: n for n, state in enumerate((*CALLS, MoveState.PROPOSED))}
    return sorted(found, key=lambda one: (order.get(one.state, 9), one.old_starts_at, one.id))


def move_line(actor: Actor, move_id: UUID) -> MoveLine:
    """One booking of a plan. Eight queries. Raises: NotFound."""
    found = PlannedMove.objects.filter(pk=move_id)
    for one in found:
        actor.require_to_see(permissions.SEE, one.site_id)
        return _move_lines(actor, found)[0]
    raise NotFound


def waiting_moves(plan_id: UUID) -> list[UUID]:
    """The moves of a plan that have no place yet, in order of time. One query."""
    found = PlannedMove.objects.filter(plan_id=plan_id, state=MoveState.WAITING)
    return list(found.order_by("old_starts_at", "id").values_list("pk", flat=True))


def plan_of_job(job_id: UUID) -> UUID | None:
    """The plan that a job makes, if any. One query."""
    return Plan.objects.filter(job_id=job_id).values_list("pk", flat=True).first()


def plan_with(booking_ids: Iterable[UUID]) -> UUID | None:
    """The plan in which one of some bookings is frozen, if any. One query."""
    found = PlannedMove.objects.filter(booking_id__in=list(booking_ids), state__in=FROZEN)
    return found.order_by("-created_at").values_list("plan_id", flat=True).first()


def unplanned(site_id: UUID, resource_id: UUID | None = None) -> int:
    """How many bookings of a site, or of one resource there, cannot be kept and are in no plan yet.

    Two queries at most.
    """
    found = stranded([site_id], resource_id)
    if not found:
        return 0
    return len(found) - PlannedMove.objects.filter(booking_id__in=found, state__in=FROZEN).count()


def job_status(line: PlanLine) -> jobs.Status | None:
    """How far the planning is; None once it is done. One query."""
    if not line.is_being_made or line.job_id is None:
        return None
    try:
        return jobs.status(line.job_id)
    except NotFound:
        return None


def _plan_lines(plans: Iterable[Plan]) -> list[PlanLine]:
    found = list(plans)
    counts: dict[UUID, Counter[str]] = {one.pk: Counter() for one in found}
    moves = PlannedMove.objects.filter(plan__in=found).order_by()
    for plan_id, state, many in moves.values_list("plan_id", "state").annotate(Count("pk")):
        counts[plan_id][state] = many
    about = resource_infos(one.resource_id for one in found)
    people = staff_names({one.made_by for one in found if one.made_by})
    return [
        PlanLine(
            id=one.pk,
            version=one.version,
            site_id=one.site_id,
            state=PlanState(one.state),
            about=about[one.resource_id].name if one.resource_id else "",
            reason=one.reason,
            made_by=people.get(one.made_by) if one.made_by else None,
            created_at=_local(one.created_at, one.site_id),
            expires_at=_local(one.expires_at, one.site_id) if one.expires_at else None,
            job_id=one.job_id,
            cost=one.cost,
            bound=one.bound,
            seconds=one.seconds,
            counts=dict(counts[one.pk]),
            is_over=_is_over(one),
        )
        for one in found
    ]


def _is_over(plan: Plan) -> bool:
    """Whether a plan has ended, or would with the next press: its worker may be late."""
    if plan.state == PlanState.PROPOSED:
        return (plan.expires_at or clock.now()) <= clock.now()
    return plan.state in {PlanState.DROPPED, PlanState.FAILED}


def _move_lines(actor: Actor, moves: Iterable[PlannedMove]) -> list[MoveLine]:
    found = list(moves)
    bookings = Booking.objects.filter(pk__in=[one.booking_id for one in found])
    lines = {one.id: one for one in booking_lines(actor, bookings, "replanning")}
    names = practitioner_names(
        {one.old_practitioner_id for one in found}
        | {one.practitioner_id for one in found if one.practitioner_id}
    )
    return [_move_line(one, lines[one.booking_id], names) for one in found]


def _move_line(one: PlannedMove, line: BookingLine, names: dict[UUID, PersonName]) -> MoveLine:
    zone = site_zone(one.site_id)
    old = one.old_starts_at.astimezone(zone)
    new = one.starts_at.astimezone(zone) if one.starts_at else None
    return MoveLine(
        id=one.pk,
        version=one.version,
        plan_id=one.plan_id,
        state=MoveState(one.state),
        line=line,
        urgency=Urgency(one.urgency),
        old_starts_at=old,
        old_practitioner=names[one.old_practitioner_id],
        starts_at=new,
        practitioner=names[one.practitioner_id] if one.practitioner_id else None,
        same_doctor=one.practitioner_id == one.old_practitioner_id,
        stays=(one.starts_at, one.practitioner_id) == (one.old_starts_at, one.old_practitioner_id),
        days_later=(new.date() - old.date()).days if new else 0,
        by_hand=one.by_hand,
        round=one.round,
        answer_by=one.answer_by.astimezone(zone) if one.answer_by else None,
    )


def _local(moment: datetime, site_id: UUID) -> datetime:
    zone: ZoneInfo = site_zone(site_id)
    return moment.astimezone(zone)
