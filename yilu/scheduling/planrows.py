"""How a plan and its moves are held, checked, written back and told. Only operations call this."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.errors import NotYetPlanned, PlanOver
from yilu.scheduling.events import PlanChanged
from yilu.scheduling.models import Plan, PlannedMove
from yilu.scheduling.selectors.topics import plan_topic, plans_topic
from yilu.scheduling.states import MoveState, PlanState


def locked(plan_id: UUID) -> Plan:
    """The plan, locked until the deed ends. Raises: NotFound."""
    plan = Plan.objects.select_for_update(no_key=True).filter(pk=plan_id).first()
    if plan is None:
        raise NotFound
    return plan


def seen(actor: Actor, plan_id: UUID) -> Plan:
    """The same, if the actor may change it. Raises: NotFound, NotAllowed."""
    plan = locked(plan_id)
    actor.require_to_see(permissions.SEE, plan.site_id)
    actor.require(permissions.CHANGE, plan.site_id)
    return plan


def open_move(actor: Actor, move_id: UUID, version: int | None) -> tuple[Plan, PlannedMove]:
    """A move of a plan that is still looked at; the plan is locked first, as everywhere."""
    plan_id = PlannedMove.objects.filter(pk=move_id).values_list("plan_id", flat=True).first()
    if plan_id is None:
        raise NotFound
    plan = seen(actor, plan_id)
    check_open(plan)
    move = moves_of(plan, [move_id])[move_id]
    check_version(move, version)
    if move.state == MoveState.OVERTAKEN:
        raise PlanOver
    return plan, move


def check_open(plan: Plan) -> None:
    """Whether a plan is still looked at. Raises: NotYetPlanned, PlanOver."""
    if plan.state == PlanState.PLANNING:
        raise NotYetPlanned
    if plan.state != PlanState.PROPOSED or (plan.expires_at or clock.now()) <= clock.now():
        raise PlanOver


def moves_of(plan: Plan, ids: Sequence[UUID]) -> dict[UUID, PlannedMove]:
    """Some moves of a plan with their bookings, locked. One query."""
    found = PlannedMove.objects.select_for_update(no_key=True, of=("self",))
    found = found.filter(plan=plan, pk__in=ids).select_related("booking").order_by("pk")
    return {one.pk: one for one in found}


def keep(plan: Plan) -> None:
    """Write a plan back, with a new version."""
    plan.version += 1
    plan.save()


def keep_move(move: PlannedMove) -> None:
    """Write a move back, with a new version."""
    move.version += 1
    move.save()


def record(actor: Actor, plan: Plan, what: str, **details: Any) -> None:
    """Write a line about a plan."""
    audit.record(actor, f"scheduling.plan.{what}", plan, site_id=plan.site_id, **details)


def tell(actor: Actor, plan: Plan, bookings: int) -> None:
    """Say that a plan changed."""
    topics = [plan_topic(plan.pk), plans_topic(plan.site_id)]
    event = PlanChanged(plan.pk, plan.state, bookings)
    outbox.publish(event, actor=actor, site_id=plan.site_id, subject=plan, topics=topics)
