"""What waits for a post, and for the person who looks: by due time, nothing left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from yilu.facility.selectors.sites import site_zone
from yilu.pathways import permissions
from yilu.pathways.models import Notice, Step
from yilu.pathways.rules.plan import StepPlan
from yilu.pathways.selectors.definitions import plan_by_id
from yilu.pathways.states import CaseState, StepState
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.platform.slots import Slot, slots
from yilu.workforce.selectors.staff import PostInfo, posts, posts_of, staff_names, working_here


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A step in somebody's worklist. Times are on the site's wall clock."""

    step_id: UUID
    case_id: UUID
    pathway: Localized
    step: str
    title: Localized
    place: Localized
    role: str
    role_name: Localized
    subject_type: str
    subject_id: UUID
    patient_id: UUID | None
    patient: PatientBrief | None
    opened_at: datetime
    due_at: datetime | None
    minutes: int
    is_late: bool
    level: int
    is_escalated: bool
    owner_id: UUID | None
    owner: PersonName | None
    is_mine: bool
    has_fallen_back: bool
    by_hand: bool
    version: int

    @property
    def opens(self) -> Slot | None:
        """What the app that owns the thing offers to do about it, in a dialog."""
        return next(iter(slots(f"pathways.{self.subject_type}")), None)

    @property
    def opens_url(self) -> str:
        return self.opens.url(self.subject_id) if self.opens else ""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Word that a step is late, which nobody of the post has seen yet."""

    id: UUID
    at: datetime
    action: str
    post: str
    title: Localized
    patient: PatientBrief | None
    due_at: datetime | None


def posts_at(actor: Actor, site_id: UUID) -> list[PostInfo]:
    """The posts whose worklists the actor may read at a site: their own, or all. Two queries."""
    actor.require_to_see(permissions.WORK, site_id)
    own = (
        {post.key for post in posts_of(actor.user_id, site_id=site_id)} if actor.user_id else set()
    )
    everything = posts()
    if actor.may(permissions.REASSIGN, site_id):
        return everything
    return [post for post in everything if post.key in own]


def worklist(actor: Actor, site_id: UUID, posts_wanted: Iterable[str]) -> list[WorkItem]:
    """The open steps of these posts at a site, and those escalated to them, by due time.

    A step that somebody took stays in it, with their name; when they hold no post here any
    more, it is the post's again. Seven queries, however many steps.
    """
    readable = {post.key: post for post in posts_at(actor, site_id)}
    wanted = [key for key in posts_wanted if key in readable]
    steps = list(_open_steps(site_id, wanted)) if wanted else []
    day = clock.now().astimezone(site_zone(site_id)).date()
    owners = [step.owner_id for step in steps]
    around = _Around(
        actor.user_id,
        readable,
        working_here(owners, site_id, day),
        staff_names(owners),
        _briefs(actor, steps),
    )
    return [_item(step, around) for step in steps]


def notices(actor: Actor, site_id: UUID, posts_wanted: Iterable[str]) -> list[NoticeLine]:
    """What these posts have been told about late steps and nobody has seen. Four queries."""
    readable = {post.key for post in posts_at(actor, site_id)}
    found = list(
        Notice.objects.filter(site_id=site_id, seen_at=None, post__in=readable & set(posts_wanted))
        .filter(step__state=StepState.OPEN)
        .select_related("step__case")
        .order_by("-at")[:100]
    )
    briefs = _briefs(actor, [one.step for one in found])
    zone = site_zone(site_id)
    return [
        NoticeLine(
            one.pk,
            one.at.astimezone(zone),
            one.action,
            one.post,
            one.step.title,
            briefs.get(one.step.case.patient_id) if one.step.case.patient_id else None,
            one.step.due_at.astimezone(zone) if one.step.due_at else None,
        )
        for one in found
    ]


def _open_steps(site_id: UUID, wanted: list[str]) -> Iterable[Step]:
    steps = Step.objects.filter(
        Q(role__in=wanted) | Q(escalated_to__overlap=wanted),
        site_id=site_id,
        state=StepState.OPEN,
        case__state=CaseState.OPEN,
    )
    return steps.select_related("case").order_by("due_at", "opened_at", "id")


def _briefs(actor: Actor, steps: Iterable[Step]) -> dict[UUID, PatientBrief]:
    ids = [step.case.patient_id for step in steps if step.case.patient_id]
    return patient_briefs(actor, ids, "worklist")


@dataclass(frozen=True, slots=True)
class _Around:
    """What was read about the people in a worklist."""

    reader_id: UUID | None
    posts: dict[str, PostInfo]
    here: frozenset[UUID]
    names: dict[UUID, PersonName]
    briefs: dict[UUID, PatientBrief]


def _item(step: Step, around: _Around) -> WorkItem:
    case, zone = step.case, site_zone(step.site_id)
    plan = plan_by_id(case.definition_id)
    opened_at = step.opened_at or case.started_at
    is_held = step.owner_id in around.here
    post = around.posts.get(step.role)
    return WorkItem(
        step_id=step.pk,
        case_id=case.pk,
        pathway=plan.title,
        step=step.key,
        title=step.title,
        place=step.place,
        role=step.role,
        role_name=post.name if post else Localized(),
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        patient_id=case.patient_id,
        patient=around.briefs.get(case.patient_id) if case.patient_id else None,
        opened_at=opened_at.astimezone(zone),
        due_at=step.due_at.astimezone(zone) if step.due_at else None,
        minutes=_minutes(step, opened_at),
        is_late=step.due_at is not None and step.due_at < clock.now(),
        level=step.level,
        is_escalated=step.role not in around.posts or bool(step.escalated_to),
        owner_id=step.owner_id if is_held else None,
        owner=around.names.get(step.owner_id) if is_held and step.owner_id else None,
        is_mine=is_held and step.owner_id == around.reader_id,
        has_fallen_back=step.owner_id is not None and not is_held,
        by_hand=_by_hand(plan.step(step.key)),
        version=step.version,
    )


def _minutes(step: Step, opened_at: datetime) -> int:
    """The time allowed, in minutes, as a timer shows it."""
    return int((step.due_at - opened_at).total_seconds() // 60) if step.due_at else 0


def _by_hand(plan: StepPlan | None) -> bool:
    return plan is not None and plan.by_hand
