"""The plans by which a site divides treatments into sittings."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.scheduling import permissions
from yilu.scheduling.errors import PlanEmpty
from yilu.scheduling.events import TreatmentPlanSaved
from yilu.scheduling.models import TreatmentPlan
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.topics import series_topic
from yilu.scheduling.sittings import Step

FEWEST, MOST, LONGEST_GAP = 2, 24, 90


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan says: its name, its sittings in order, and whether one doctor does all."""

    name: Localized
    steps: tuple[Step, ...]
    same_doctor: bool = True


@operation
def save_plan(
    *,
    actor: Actor,
    site_id: UUID,
    facts: PlanFacts,
    plan_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Keep a new plan, or change one. What is booked by it already keeps the steps it has.

    Raises:
        NotAllowed, NotFound, Stale.
        PlanEmpty: too few or too many sittings, or a gap that cannot be meant.
        UnknownService: one of them is not offered.
    """
    actor.require(permissions.ROSTER, site_id)
    _check(facts.steps)
    plan = _held(site_id, plan_id, version) if plan_id else TreatmentPlan(site_id=site_id)
    plan.name, plan.same_doctor, plan.is_active = facts.name, facts.same_doctor, True
    plan.version += bool(plan_id)
    plan.steps = [
        {
            "service": str(step.service_id),
            "min_days": step.min_days if n else 0,
            "max_days": step.max_days if n else 0,
        }
        for n, step in enumerate(facts.steps)
    ]
    plan.save()
    _write(actor, plan)
    return plan.pk


@operation
def retire_plan(*, actor: Actor, site_id: UUID, plan_id: UUID, offered: bool = False) -> None:
    """Offer a plan no longer, or again. Treatments in progress go on.

    Raises: NotAllowed, NotFound.
    """
    actor.require(permissions.ROSTER, site_id)
    plan = _held(site_id, plan_id, None)
    plan.is_active = offered
    plan.version += 1
    plan.save(update_fields=["is_active", "version"])
    _write(actor, plan)


def _check(steps: Sequence[Step]) -> None:
    gaps = [(step.min_days, step.max_days) for step in steps[1:]]
    if not FEWEST <= len(steps) <= MOST:
        raise PlanEmpty
    if not all(1 <= least <= most <= LONGEST_GAP for least, most in gaps):
        raise PlanEmpty
    for service_id in {step.service_id for step in steps}:
        service_facts(service_id)


def _held(site_id: UUID, plan_id: UUID, version: int | None) -> TreatmentPlan:
    plan = TreatmentPlan.objects.select_for_update(no_key=True)
    found = plan.filter(pk=plan_id, site_id=site_id).first()
    if found is None:
        raise NotFound
    check_version(found, version)
    return found


def _write(actor: Actor, plan: TreatmentPlan) -> None:
    audit.record(
        actor,
        "scheduling.plan.saved" if plan.is_active else "scheduling.plan.retired",
        plan,
        site_id=plan.site_id,
    )
    outbox.publish(
        TreatmentPlanSaved(plan.pk, plan.is_active),
        actor=actor,
        site_id=plan.site_id,
        subject=plan,
        topics=[series_topic(plan.site_id)],
    )
