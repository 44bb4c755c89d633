"""The one way to get hold of a dispense, and the one way to move it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from yilu.pharmacy import permissions
from yilu.pharmacy.events import (
    DispenseHandedOver,
    DispenseMoved,
    DispenseRejected,
    DispenseReleased,
    MedicinesTakenBack,
)
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.selectors.topics import dispense_topics
from yilu.pharmacy.states import DispenseState, check_move
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound

Event = (
    DispenseReleased | DispenseMoved | DispenseRejected | DispenseHandedOver | MedicinesTakenBack
)


@dataclass(frozen=True, slots=True)
class Move:
    """Where to, under which name in the record, with what changed and what is worth telling."""

    target: DispenseState
    action: str
    fields: dict[str, Any] = field(default_factory=dict)
    details: dict[str, object] = field(default_factory=dict)


@operation
def hold_dispense(
    *, actor: Actor, dispense_id: UUID, permission: str, version: int | None = None
) -> Dispense:
    """The row, locked until the deed ends, if the actor may do this there.

    Raises:
        NotFound, NotAllowed, Stale.
    """
    row = Dispense.objects.select_for_update().filter(pk=dispense_id).first()
    if row is None or not actor.may(permissions.SEE, row.site_id):
        raise NotFound
    actor.require(permission, row.site_id)
    check_version(row, version)
    return row


@operation
def move_dispense(*, actor: Actor, row: Dispense, move: Move) -> None:
    """Make one legal move and leave its trace.

    Raises:
        MoveRefused: `MOVES` does not list it.
    """
    check_move(row.state, move.target)
    before, row.state = row.state, move.target
    row.version += 1
    row.moved_at = clock.now()
    for name, value in move.fields.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "version", "moved_at", *move.fields])
    details = {"before": before, **move.details}
    record(actor=actor, row=row, action=move.action, details=details)
    event = DispenseMoved(
        row.pk, row.prescription_id, row.visit_id, row.patient_id, before, move.target
    )
    tell(actor=actor, row=row, event=event)


@operation
def record(
    *, actor: Actor, row: Dispense, action: str, details: dict[str, Any] | None = None
) -> None:
    """Write the line about a deed."""
    audit.record(
        actor,
        f"pharmacy.dispense.{action}",
        row,
        site_id=row.site_id,
        patient_id=row.patient_id,
        **(details or {}),
    )


@operation
def tell(*, actor: Actor, row: Dispense, event: Event) -> None:
    """Tell others, and the pages that show it."""
    topics = dispense_topics(row.site_id, row.visit_id)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
