"""Going back: undoing a step, giving the rest of a part, and taking medicines back."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.clinical.operations.holding import hold_prescriptions
from yilu.clinical.operations.prescriptions import unmark_dispensed
from yilu.clinical.rules.texts import clean_words
from yilu.clinical.selectors.prescriptions import prescription_facts
from yilu.pharmacy import permissions
from yilu.pharmacy.errors import (
    BuiltUpon,
    MoveRefused,
    ReasonMissing,
    TooLateToUndo,
    TooMuchTakenBack,
)
from yilu.pharmacy.events import MedicinesTakenBack
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.operations.moving import Move, hold_dispense, move_dispense, record, tell
from yilu.pharmacy.rules.batches import owed
from yilu.pharmacy.states import BACK, DispenseState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import FieldError

S = DispenseState
UNDO = timedelta(minutes=10)
DOES = {
    S.REVIEWED: permissions.REVIEW,
    S.PICKED: permissions.PICK,
    S.CHECKED: permissions.CHECK,
    S.HANDED_OVER: permissions.HAND_OVER,
}
LEFT_BY: dict[DispenseState, dict[str, Any]] = {
    S.REVIEWED: {"review": {}, "reviewed_at": None, "reviewed_by_id": None},
    S.PICKED: {"batches": [], "picked_at": None, "picked_by_id": None},
    S.CHECKED: {"checked_at": None, "checked_by_id": None},
    S.HANDED_OVER: {
        "identity": {},
        "counselling": {},
        "handed_over_at": None,
        "handed_over_by_id": None,
    },
}


@operation
def undo_step(*, actor: Actor, dispense_id: UUID, version: int) -> None:
    """Take back the step that left this version, within ten minutes.

    Raises:
        BuiltUpon: something was done since.
        MoveRefused: there is no step that can be taken back.
        TooLateToUndo: more than ten minutes ago, or medicines came back since.
    """
    row = hold_dispense(actor=actor, dispense_id=dispense_id, permission=permissions.SEE)
    state = S(row.state)
    if row.version != version:
        raise BuiltUpon(current=state.label)
    if state not in BACK:
        raise MoveRefused(current=state.label)
    actor.require(DOES[state], row.site_id)
    if clock.now() - row.moved_at > UNDO or row.taken_back:
        raise TooLateToUndo
    if state == S.HANDED_OVER:
        # Owed again: nobody else's hand-over may be told as the last meanwhile.
        hold_prescriptions(row.prescription_id)
    move = Move(BACK[state], "undone", LEFT_BY[state], {"step": str(state)})
    move_dispense(actor=actor, row=row, move=move)
    if state == S.HANDED_OVER and not row.given:
        unmark_dispensed(actor=actor, prescription_id=row.prescription_id)


@operation
def give_rest(*, actor: Actor, dispense_id: UUID, version: int | None = None) -> None:
    """Begin the next part of a prescription of which less was handed over than was ordered.

    Raises:
        MoveRefused: nothing is owed.
    """
    row = hold_dispense(
        actor=actor, dispense_id=dispense_id, permission=permissions.PICK, version=version
    )
    hold_prescriptions(row.prescription_id)
    part = _part(row)
    facts = prescription_facts([row.prescription_id])[row.prescription_id]
    if row.state != S.HANDED_OVER or not owed(facts.items, [*row.given, part]):
        raise MoveRefused(current=S(row.state).label)
    fields = {
        "given": [*row.given, part],
        **LEFT_BY[S.PICKED],
        **LEFT_BY[S.CHECKED],
        **LEFT_BY[S.HANDED_OVER],
    }
    move_dispense(actor=actor, row=row, move=Move(S.REVIEWED, "rest_begun", fields))


@operation
def take_back(
    *, actor: Actor, dispense_id: UUID, quantities: Mapping[UUID, Decimal], reason: str
) -> None:
    """Take medicines back from the patient: how much of which drug, and why.

    Raises:
        MoveRefused: nothing was handed over.
        TooMuchTakenBack: more than was given, or nothing.
        ReasonMissing: nothing was said.
    """
    row = hold_dispense(actor=actor, dispense_id=dispense_id, permission=permissions.HAND_OVER)
    if row.state != S.HANDED_OVER:
        raise MoveRefused(current=S(row.state).label)
    words = clean_words({"reason": 200}, reason=reason)
    if not words["reason"]:
        raise ReasonMissing(FieldError("reason", "required", str(ReasonMissing.message)))
    facts = prescription_facts([row.prescription_id])[row.prescription_id]
    drugs = {one.id: one.drug_id for one in facts.items}
    back = {item: quantity for item, quantity in quantities.items() if quantity}
    had = _had(row)
    if not back or any(not 0 < q <= had.get(item, Decimal(0)) for item, q in back.items()):
        message = str(TooMuchTakenBack.message)
        raise TooMuchTakenBack(FieldError("quantities", "too_much", message))
    items = [{"item_id": str(item), "quantity": str(q)} for item, q in sorted(back.items())]
    entry = {"at": clock.now().isoformat(), "by": str(actor.user_id), "items": items, **words}
    row.taken_back = [*row.taken_back, entry]
    row.version += 1
    row.save(update_fields=["taken_back", "version"])
    record(actor=actor, row=row, action="taken_back", details={"items": items, **words})
    told = tuple({"drug_id": str(drugs[i]), "quantity": str(q)} for i, q in sorted(back.items()))
    event = MedicinesTakenBack(row.pk, row.prescription_id, row.visit_id, row.patient_id, told)
    tell(actor=actor, row=row, event=event)


def _part(row: Dispense) -> dict[str, Any]:
    return {
        "batches": row.batches,
        "picked_by": str(row.picked_by_id),
        "checked_by": str(row.checked_by_id),
        "handed_over_by": str(row.handed_over_by_id),
        "handed_over_at": row.handed_over_at.isoformat() if row.handed_over_at else "",
        "counselling": row.counselling,
    }


def _had(row: Dispense) -> dict[UUID, Decimal]:
    """How much of each drug the patient has now."""
    had: dict[UUID, Decimal] = {}
    for part in [*row.given, {"batches": row.batches}]:
        for one in part["batches"]:
            item = UUID(one["item_id"])
            had[item] = had.get(item, Decimal(0)) + Decimal(one["quantity"])
    for entry in row.taken_back:
        for one in entry["items"]:
            had[UUID(one["item_id"])] -= Decimal(one["quantity"])
    return had
