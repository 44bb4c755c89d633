"""Planning anew: bookings that cannot be kept are frozen in a plan, which is proposed, changed by
hand, and confirmed or dropped. What patients answer is in `answering.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock, jobs, timers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, Invalid
from yilu.scheduling import permissions
from yilu.scheduling.errors import (
    AlreadyPlanned,
    NothingToPlan,
    PlanOver,
)
from yilu.scheduling.models import Booking, Plan, PlannedMove
from yilu.scheduling.operations.asking import ask_patients, calls_over
from yilu.scheduling.planholds import (
    CANNOT,
    PLACE,
    keep_place,
    keep_places,
    keep_until,
    let_all_go,
    let_go,
    lost_places,
    place_alone,
)
from yilu.scheduling.planning import NO_PLACE, WEIGHTS, Place
from yilu.scheduling.planrows import (
    check_open,
    keep,
    keep_move,
    locked,
    moves_of,
    open_move,
    record,
    seen,
    tell,
)
from yilu.scheduling.selectors.replanning import urgencies
from yilu.scheduling.selectors.stranded import stranded
from yilu.scheduling.states import FROZEN, MoveState, PlanState, Urgency

JOB, END = "scheduling.plan", "scheduling.end_plan"
KEPT_FOR = timedelta(hours=2)
MOST = 400


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a plan is: its cost, what none can be below, and how long finding it took."""

    cost: int
    bound: int
    seconds: float


@operation
def start_plan(
    *, actor: Actor, site_id: UUID, resource_id: UUID | None = None, reason: str = ""
) -> UUID:
    """Freeze the bookings that a resource, or anything of a site, cannot keep, and plan anew.

    The worker plans. Bookings that another plan has frozen are left to it; those that an earlier
    plan left for a call come along, as do those of one that nobody confirmed in time. At most 400
    at once, the nearest first. Eleven queries.

    Raises:
        NotAllowed.
        NothingToPlan: every booking can be kept, or is in a plan.
        AlreadyPlanned: somebody else begins the same at this moment.
    """
    actor.require(permissions.CHANGE, site_id)
    _end_what_is_over(actor, site_id)
    found = list(stranded([site_id], resource_id))
    frozen = PlannedMove.objects.filter(booking_id__in=found, state__in=FROZEN)
    taken = set(frozen.values_list("booking_id", flat=True))
    wanted = [one for one in found if one not in taken][:MOST]
    if not wanted:
        raise NothingToPlan
    now = clock.now()
    plan = Plan(
        site_id=site_id,
        resource_id=resource_id,
        reason=reason,
        made_by=actor.user_id,
        clinic_day=now.astimezone(site_zone(site_id)).date(),
    )
    plan.job_id = jobs.ask(actor, JOB, site_id=site_id, plan_id=plan.pk)
    plan.save(force_insert=True)
    _freeze(actor, plan, wanted)
    record(actor, plan, "started", bookings=len(wanted), resource=resource_id, reason=reason)
    tell(actor, plan, len(wanted))
    return plan.pk


@operation
def place_moves(*, actor: Actor, plan_id: UUID, wanted: Sequence[tuple[UUID, Place]]) -> list[UUID]:
    """Keep the places that were found for some moves; gives back those that could not be kept.

    What is placed already stays: a planner that is begun anew may say it twice. Nine queries and
    two for each service; six more for each that stays where it is or has been overtaken.

    Raises: PlanOver, when the plan was dropped meanwhile.
    """
    plan = locked(plan_id)
    if plan.state != PlanState.PLANNING:
        raise PlanOver
    able = actor.lent(permissions.BOOK)
    expires_at = clock.now() + KEPT_FOR
    moves = moves_of(plan, [move_id for move_id, _ in wanted])
    waiting = [
        (moves[move_id], place)
        for move_id, place in wanted
        if moves[move_id].state == MoveState.WAITING
    ]
    kept = keep_places(able, plan.site_id, waiting, expires_at)
    return [
        move.pk
        for move, place in waiting
        if move.pk not in kept and not _is_kept(able, move, place, expires_at)
    ]


@operation
def finish_plan(*, actor: Actor, plan_id: UUID, figures: Figures) -> None:
    """Show a plan to people: what has no place now is to be called. Twice changes nothing.

    Every place is kept as long as the plan, whenever it was found or chosen. Planning may have
    taken longer than the first places were kept: for what somebody else has taken by then another
    place is looked for, booking by booking.
    """
    plan = locked(plan_id)
    if plan.state != PlanState.PLANNING:
        return
    plan.moves.filter(state=MoveState.WAITING).update(state=MoveState.TO_CALL)
    plan.expires_at = clock.now() + KEPT_FOR
    plan.cost = figures.cost + _found_anew(actor, plan, plan.expires_at)
    plan.bound = min(figures.bound, plan.cost)
    plan.seconds, plan.state = figures.seconds, PlanState.PROPOSED
    keep(plan)
    placed = plan.moves.filter(state=MoveState.PROPOSED).count()
    timers.schedule(END, due_at=plan.expires_at, subject_id=plan.pk, site_id=plan.site_id)
    record(actor, plan, "proposed", placed=placed, cost=plan.cost, bound=plan.bound)
    tell(actor, plan, placed)


@operation
def fail_plan(*, actor: Actor, plan_id: UUID) -> None:
    """The planner did not come to an end: everything is let go, and the bookings are free for
    another plan. Twice changes nothing."""
    plan = locked(plan_id)
    if plan.state == PlanState.PLANNING:
        _end(actor, plan, PlanState.FAILED)


@operation
def change_move(
    *,
    actor: Actor,
    move_id: UUID,
    starts_at: datetime,
    practitioner_id: UUID,
    version: int | None = None,
) -> None:
    """Give a booking another place in a plan, by hand. The one before is let go with it.

    Raises:
        NotFound, NotAllowed, Stale, NotYetPlanned, PlanOver.
        OutsideSessions, SlotTaken, UnknownService, UnknownPractitioner: all stays as it was.
    """
    plan, move = open_move(actor, move_id, version)
    expires_at = plan.expires_at or clock.now()
    keep_place(actor.lent(permissions.BOOK), move, starts_at, practitioner_id, expires_at)
    move.state, move.by_hand = MoveState.PROPOSED, True
    keep_move(move)
    keep(plan)
    record(
        actor, plan, "changed_by_hand", booking=move.booking_id, starts_at=starts_at,
        practitioner=practitioner_id,
    )  # fmt: skip
    tell(actor, plan, 1)


@operation
def leave_out(*, actor: Actor, move_id: UUID, version: int | None = None) -> None:
    """Keep a booking out of a plan: its proposed place is let go, and it stays “to move”.

    Raises: NotFound, NotAllowed, Stale, NotYetPlanned, PlanOver.
    """
    plan, move = open_move(actor, move_id, version)
    if move.state == MoveState.LEFT_OUT:
        return
    let_go(actor, move)
    move.state, move.practitioner_id = MoveState.LEFT_OUT, None
    move.starts_at = move.ends_at = None
    keep_move(move)
    keep(plan)
    record(actor, plan, "left_out", booking=move.booking_id)
    tell(actor, plan, 1)


@operation
def set_urgency(*, actor: Actor, move_id: UUID, urgency: str, version: int | None = None) -> None:
    """Say how urgent a booking of a plan is: each day of delay costs its patient more. The places
    stay as they are until the plan is weighed again.

    Raises: NotFound, NotAllowed, Stale, Invalid, NotYetPlanned, PlanOver.
    """
    plan, move = open_move(actor, move_id, version)
    if urgency not in Urgency.values:
        raise Invalid(FieldError("urgency", "unknown", _("There is no such urgency.")))
    if move.urgency == urgency:
        return
    was, move.urgency = move.urgency, urgency
    keep_move(move)
    keep(plan)
    record(actor, plan, "urgency_set", booking=move.booking_id, was=was, urgency=urgency)
    tell(actor, plan, 1)


@operation
def weigh_again(*, actor: Actor, plan_id: UUID, version: int | None = None) -> None:
    """Plan the bookings of a plan once more, as urgent as they are now. What was chosen by hand or
    left out stays as it is; all other places are let go, and found anew by the worker.

    Raises: NotFound, NotAllowed, Stale, NotYetPlanned, PlanOver.
        NothingToPlan: all was chosen by hand.
    """
    plan = seen(actor, plan_id)
    check_open(plan)
    check_version(plan, version)
    again = plan.moves.select_for_update(no_key=True).filter(
        state__in=(MoveState.PROPOSED, MoveState.TO_CALL), by_hand=False
    )
    moves = list(again.order_by("pk"))
    if not moves:
        raise NothingToPlan
    let_all_go(actor, plan.site_id, moves)
    for move in moves:
        move.state, move.practitioner_id = MoveState.WAITING, None
        move.starts_at = move.ends_at = None
        move.version += 1
    PlannedMove.objects.bulk_update(moves, [*PLACE, "state", "version"])
    # What was chosen by hand must not run out while the worker looks for the rest.
    keep_until(plan, clock.now() + KEPT_FOR)
    plan.state, plan.expires_at = PlanState.PLANNING, None
    plan.job_id = jobs.ask(actor, JOB, site_id=plan.site_id, plan_id=plan.pk)
    keep(plan)
    timers.cancel(plan.pk, END)
    record(actor, plan, "weighed_again", bookings=len(moves))
    tell(actor, plan, len(moves))


@operation
def confirm_plan(*, actor: Actor, plan_id: UUID, version: int | None = None) -> int:
    """Ask every patient of a plan about the place that is kept for them; gives back how many.

    Who only gets another room is moved at once. Bookings that changed meanwhile are left alone.
    Confirming twice asks nobody twice.

    Raises:
        NotFound, NotAllowed, Stale, NotYetPlanned.
        PlanOver: it was dropped, or its places are no longer kept.
    """
    plan = seen(actor, plan_id)
    if plan.state == PlanState.CONFIRMED:
        return 0
    check_open(plan)
    check_version(plan, version)
    # In the moment in which they run out, who was faster has them.
    keep_until(plan, cast("datetime", plan.expires_at))
    if lost_places(plan):
        raise PlanOver
    plan.state, plan.confirmed_at = PlanState.CONFIRMED, clock.now()
    keep(plan)
    asked = ask_patients(actor, plan)
    timers.cancel(plan.pk, END)
    record(actor, plan, "confirmed", asked=asked)
    tell(actor, plan, asked)
    return asked


@operation
def drop_plan(*, actor: Actor, plan_id: UUID, version: int | None = None) -> None:
    """Give a plan up before it is confirmed: every place is let go. Twice changes nothing.

    Raises: NotFound, NotAllowed, Stale, PlanOver.
    """
    plan = seen(actor, plan_id)
    if plan.state in {PlanState.DROPPED, PlanState.FAILED}:
        return
    if plan.state == PlanState.CONFIRMED:
        raise PlanOver
    check_version(plan, version)
    _end(actor, plan, PlanState.DROPPED)


@operation
def end_plan(*, actor: Actor, plan_id: UUID) -> None:
    """Nobody confirmed a plan in time: as dropped. Twice changes nothing."""
    plan = locked(plan_id)
    if plan.state == PlanState.PROPOSED and (plan.expires_at or clock.now()) <= clock.now():
        _end(actor, plan, PlanState.DROPPED)


def _end_what_is_over(actor: Actor, site_id: UUID) -> None:
    """End the plans of a site whose time is out, where the worker has not come to it yet."""
    over = Plan.objects.filter(
        site_id=site_id, state=PlanState.PROPOSED, expires_at__lte=clock.now()
    )
    for plan_id in over.order_by("pk").values_list("pk", flat=True):
        end_plan(actor=actor, plan_id=plan_id)


def _freeze(actor: Actor, plan: Plan, wanted: Sequence[UUID]) -> None:
    urgent = urgencies(wanted)
    older = PlannedMove.objects.filter(
        booking_id__in=wanted, state__in=(MoveState.TO_CALL, MoveState.LEFT_OUT)
    )
    calls_over(actor, list(older.filter(state=MoveState.TO_CALL).select_related("booking")))
    older.update(state=MoveState.OVERTAKEN)
    moves = [
        PlannedMove(
            plan=plan,
            site_id=plan.site_id,
            booking=booking,
            clinic_day=booking.clinic_day,
            old_starts_at=booking.starts_at,
            old_practitioner_id=booking.practitioner_id,
            urgency=urgent.get(booking.pk, "usual"),
        )
        for booking in Booking.objects.filter(pk__in=wanted).order_by("pk")
    ]
    with on_violation(scheduling_move_one_plan_at_a_time=AlreadyPlanned):
        PlannedMove.objects.bulk_create(moves)


def _found_anew(actor: Actor, plan: Plan, expires_at: datetime) -> int:
    """Keep the places of a plan until then, those that ran out anew. Whose has been taken gets
    another, or is to be called; gives back what these cost more."""
    keep_until(plan, expires_at)
    more = 0
    for move in lost_places(plan):
        starts_at, who = cast("datetime", move.starts_at), cast("UUID", move.practitioner_id)
        place = Place(0, starts_at, cast("datetime", move.ends_at), who)
        let_go(actor, move)
        if _is_kept(actor.lent(permissions.BOOK), move, place, expires_at):
            continue
        move.state, move.by_hand, move.practitioner_id = MoveState.TO_CALL, False, None
        move.starts_at = move.ends_at = None
        other = place_alone(actor, move, expires_at)
        if other is not None:
            move.state = MoveState.PROPOSED
        keep_move(move)
        more += other.cost if other else NO_PLACE * WEIGHTS[Urgency(move.urgency)]
    return more


def _is_kept(actor: Actor, move: PlannedMove, place: Place, expires_at: datetime) -> bool:
    try:
        # What another took in the meantime costs this one its place, not all of them theirs.
        with transaction.atomic():
            keep_place(actor, move, place.starts_at, place.practitioner_id, expires_at)
    except CANNOT:
        return False
    move.state = MoveState.PROPOSED
    keep_move(move)
    return True


def _end(actor: Actor, plan: Plan, state: PlanState) -> None:
    moves = list(PlannedMove.objects.select_for_update().filter(plan=plan).order_by("pk"))
    let_all_go(actor, plan.site_id, moves)
    for move in moves:
        move.state = MoveState.DROPPED
        move.version += 1
    PlannedMove.objects.bulk_update(moves, ["hold", "state", "version"])
    plan.state = state
    keep(plan)
    timers.cancel(plan.pk, END)
    record(actor, plan, str(state))
    tell(actor, plan, 0)
