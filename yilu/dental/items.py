"""What all deeds about an item of a dental plan share: holding it, moving it on, telling."""

from typing import Any
from uuid import UUID

from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.plans import plan_page, require_released
from yilu.clinical.states import PlanState
from yilu.dental import permissions
from yilu.dental.errors import NotAccepted, WhyMissing
from yilu.dental.events import PlannedToothDone, PlannedToothTakenBack, ToothPlanChanged
from yilu.dental.models import PlanItem
from yilu.dental.selectors.context import teeth_topics
from yilu.dental.states import ItemState, check_item_move
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version
from yilu.platform.decoder import is_readable
from yilu.platform.errors import FieldError, NotFound

Told = ToothPlanChanged | PlannedToothDone | PlannedToothTakenBack


def held_item(actor: Actor, item_id: UUID, version: int | None = None) -> PlanItem:
    """An item, locked, for who may write about its patient. Raises: NotFound, NotAllowed, Stale."""
    row = PlanItem.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.SEE, permissions.WRITE)
    check_version(row, version)
    return row


def move(row: PlanItem, target: ItemState, **facts: Any) -> None:
    """Move an item on and keep what belongs to it."""
    check_item_move(row.state, target)
    row.state = target
    for name, value in facts.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=["state", "version", *(name.removesuffix("_id") for name in facts)])


def require_emergency(actor: Actor, row: PlanItem) -> None:
    """What waits for the patient's word is done only where an emergency released its plan.

    Raises: NotAccepted, PlanOpen.
    """
    if row.plan_id is None:
        raise NotAccepted
    line = plan_page(actor, row.plan_id).line
    if line.state != PlanState.PROPOSED:
        raise NotAccepted
    require_released(line.visit_id)


def reason_of(typed: str) -> str:
    """A reason as it is kept. Raises: WhyMissing."""
    words = typed.strip()[:200]
    if not words or not is_readable(words):
        raise WhyMissing(FieldError("reason", "required", str(WhyMissing.message)))
    return words


def record(actor: Actor, row: PlanItem, what: str, **details: Any) -> None:
    """The line about an item in the record of deeds."""
    audit.record(
        actor, f"dental.planitem.{what}", row,
        site_id=row.site_id, patient_id=row.patient_id, **details,
    )  # fmt: skip


def tell(actor: Actor, row: PlanItem, what: str, visit_id: UUID | None = None) -> None:
    """Let others know that the plan has changed."""
    at = visit_id or row.visit_id
    publish(actor, row, ToothPlanChanged(at, row.patient_id, what), at)


def publish(actor: Actor, row: PlanItem, event: Told, visit_id: UUID) -> None:
    """Tell others, and what of the patient's teeth is out of date now."""
    topics = teeth_topics(row.patient_id, visit_id)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
