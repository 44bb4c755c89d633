"""Release plans: templates that say what each kind of channel may sell of sessions, and when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyRuled, ShareIncomplete
from yilu.scheduling.events import ReleasePlanSet
from yilu.scheduling.models import ChannelShare, PlanUse, ReleasePlan, Resource
from yilu.scheduling.selectors.shares import shared_sessions
from yilu.scheduling.selectors.topics import roster_topic
from yilu.scheduling.shares import Share, Shared
from yilu.scheduling.states import ResourceKind, ShareUnit

LOOKS_AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan says, and whose sessions it rules; no weekday means every day."""

    name: str
    shares: tuple[Share, ...]
    resource_ids: tuple[UUID, ...] = ()
    weekdays: tuple[int, ...] = ()
    unit: str = ShareUnit.BOOKINGS
    falls_hours: int = 24
    per_person: int = 1
    has_draw: bool = False
    needs_id: bool = False


@operation
def set_plan(
    *,
    actor: Actor,
    site_id: UUID,
    facts: PlanFacts,
    plan_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Make a release plan, or change one; it holds for what is sold from now on.

    What was sold stays sold, also where a share is now smaller. Twelve queries at most.

    Raises:
        NotAllowed: the actor may not change rosters here.
        NotFound, Stale.
        ShareIncomplete: a release lacks its day or its time.
        AlreadyRuled: another plan rules a resource's sessions.
    """
    actor.require(permissions.ROSTER, site_id)
    if any((one.days_ahead is None) != (one.released_at is None) for one in facts.shares):
        raise ShareIncomplete
    plan = _hold(site_id, plan_id) if plan_id else ReleasePlan(site_id=site_id)
    check_version(plan, version)
    _write(plan, facts)
    _share_out(plan, facts.shares)
    resource_ids = _rule(plan, facts.resource_ids, facts.weekdays)
    audit.record(
        actor,
        "scheduling.plan.set",
        plan,
        site_id=site_id,
        name=plan.name,
        resources=resource_ids,
        shares=[[s.group, s.amount, s.days_ahead, str(s.released_at or "")] for s in facts.shares],
    )
    _tell(actor, plan, resource_ids)
    return plan.pk


@operation
def retire_plan(*, actor: Actor, site_id: UUID, plan_id: UUID, version: int | None = None) -> None:
    """Let a plan rule nothing any more: its sessions are sold by every channel at once.

    Raises: NotAllowed, NotFound, Stale.
    """
    actor.require(permissions.ROSTER, site_id)
    plan = _hold(site_id, plan_id)
    check_version(plan, version)
    resource_ids = _rule(plan, (), ())
    plan.is_active = False
    plan.version += 1
    plan.save(update_fields=["is_active", "version"])
    audit.record(actor, "scheduling.plan.retired", plan, site_id=site_id, name=plan.name)
    _tell(actor, plan, resource_ids)


class _TriedOut(Exception):
    """Carries what was seen out of a deed that is undone."""

    def __init__(self, seen: list[Shared]) -> None:
        self.seen = seen


def foresee_plan(*, actor: Actor, site_id: UUID, try_out: Callable[[], UUID]) -> list[Shared]:
    """The sessions of the next 31 days as a plan would rule them; nothing of it stays.

    Raises: NotAllowed, and what the deed raises.
    """
    actor.require(permissions.SEE, site_id)
    now = clock.now()
    try:
        with transaction.atomic():
            made = try_out()
            found = shared_sessions(
                site_id=site_id, first=now, until=now + LOOKS_AHEAD, plan_id=made
            )
            raise _TriedOut([one for one in found if one.ends_at > now])
    except _TriedOut as tried:
        return tried.seen


def _hold(site_id: UUID, plan_id: UUID) -> ReleasePlan:
    plan = (
        ReleasePlan.objects.select_for_update(no_key=True)
        .filter(pk=plan_id, site_id=site_id, is_active=True)
        .first()
    )
    if plan is None:
        raise NotFound
    return plan


def _write(plan: ReleasePlan, facts: PlanFacts) -> None:
    plan.name, plan.unit = facts.name.strip(), facts.unit
    plan.falls_hours, plan.per_person = facts.falls_hours, facts.per_person
    plan.has_draw, plan.needs_id = facts.has_draw, facts.needs_id
    if plan._state.adding:  # noqa: SLF001 (Django documents _state)
        plan.save(force_insert=True)
        return
    plan.version += 1
    plan.save()


def _share_out(plan: ReleasePlan, shares: Iterable[Share]) -> None:
    ChannelShare.objects.filter(plan=plan).delete()
    ChannelShare.objects.bulk_create(
        ChannelShare(
            plan=plan,
            group=one.group,
            amount=one.amount,
            days_ahead=one.days_ahead,
            released_at=one.released_at,
        )
        for one in shares
    )


def _rule(
    plan: ReleasePlan, resource_ids: Iterable[UUID], weekdays: Iterable[int]
) -> tuple[UUID, ...]:
    """Let the plan rule just these; gives back whom it rules or ruled."""
    people = Resource.objects.filter(pk__in=set(resource_ids), kind=ResourceKind.PRACTITIONER)
    wanted = set(people.values_list("pk", flat=True))
    had = set(PlanUse.objects.filter(plan=plan).values_list("resource_id", flat=True))
    PlanUse.objects.filter(plan=plan).delete()
    days = sorted(set(weekdays))
    with on_violation(scheduling_plan_one_of_resource=AlreadyRuled):
        PlanUse.objects.bulk_create(
            PlanUse(plan=plan, site_id=plan.site_id, resource_id=one, weekdays=days)
            for one in sorted(wanted)
        )
    Resource.objects.filter(pk__in=wanted).update(is_shared=True)
    ruled = PlanUse.objects.filter(resource_id__in=had - wanted).values("resource_id")
    Resource.objects.filter(pk__in=had - wanted).exclude(pk__in=ruled).update(is_shared=False)
    return tuple(sorted(wanted | had))


def _tell(actor: Actor, plan: ReleasePlan, resource_ids: tuple[UUID, ...]) -> None:
    outbox.publish(
        ReleasePlanSet(plan.pk, resource_ids),
        actor=actor,
        site_id=plan.site_id,
        subject=plan,
        topics=[roster_topic(plan.site_id)],
    )
