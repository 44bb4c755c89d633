"""Reviewing, picking, checking and handing over: each step by its person, with its proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from yilu.clinical.operations.holding import hold_prescriptions
from yilu.clinical.operations.prescriptions import mark_dispensed, return_prescription
from yilu.clinical.rules.texts import clean_words
from yilu.clinical.selectors.context import today
from yilu.clinical.selectors.prescriptions import PrescriptionFacts, prescription_facts
from yilu.clinical.states import PrescriptionState
from yilu.patients.rules.identity import is_enough, matching
from yilu.patients.selectors.identifying import known_of
from yilu.pharmacy import permissions
from yilu.pharmacy.errors import (
    CounsellingMissing,
    IdentityNotChecked,
    NoLongerValid,
    PrescriberMayNotDispense,
    PrescriptionChanged,
    ReasonMissing,
    ReviewIncomplete,
    SamePerson,
)
from yilu.pharmacy.events import DispenseHandedOver, DispenseRejected
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.operations.moving import Move, hold_dispense, move_dispense, tell
from yilu.pharmacy.rules import batches as packs
from yilu.pharmacy.rules import review as checklist
from yilu.pharmacy.rules.batches import Batch
from yilu.pharmacy.selectors.waiting import is_last_of_visit
from yilu.pharmacy.states import DispenseState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import FieldError

S = DispenseState


@dataclass(frozen=True, slots=True)
class Counselling:
    """What was explained at hand-over, by point, with a remark; and to whom."""

    points: frozenset[str]
    note: str = ""
    receiver: str = ""
    teach_back: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """The verifications that were ticked, and a remark."""

    ticked: frozenset[str] = field(default_factory=frozenset)
    note: str = ""


@operation
def review(*, actor: Actor, dispense_id: UUID, done: Review, version: int | None = None) -> int:
    """Pass a prescription: legality, form, appropriateness, and the ten verifications.

    Returns the version by which the step is taken back.

    Raises:
        ReviewIncomplete: not all were ticked; each is named.
        PrescriberMayNotDispense: who wrote it cannot pass it.
        NoLongerValid, PrescriptionChanged: it may not be dispensed.
    """
    row = hold_dispense(
        actor=actor, dispense_id=dispense_id, permission=permissions.REVIEW, version=version
    )
    _usable(actor, row)
    left = sorted(checklist.verification_keys() - done.ticked)
    if left:
        message = str(ReviewIncomplete.message)
        raise ReviewIncomplete(*(FieldError(key, "not_verified", message) for key in left))
    words = clean_words({"note": 500}, note=done.note)
    kept = {"version": checklist.version(), "ticked": sorted(done.ticked), **words}
    fields = {"review": kept, "reviewed_at": clock.now(), "reviewed_by_id": actor.user_id}
    move_dispense(actor=actor, row=row, move=Move(S.REVIEWED, "reviewed", fields))
    return row.version


@operation
def reject(
    *, actor: Actor, dispense_id: UUID, code: str, reason: str, version: int | None = None
) -> None:
    """Send a prescription back to its doctor, with the code of the fault and a reason.

    Raises:
        ReasonMissing: nothing was said, or the code is unknown.
    """
    row = hold_dispense(
        actor=actor, dispense_id=dispense_id, permission=permissions.REVIEW, version=version
    )
    words = clean_words({"reason": 400}, reason=reason)
    if not words["reason"] or code not in {one.key for one in checklist.reject_codes()}:
        raise ReasonMissing(FieldError("reason", "required", str(ReasonMissing.message)))
    fields = {"reason": words["reason"], "review": {"code": code}}
    move_dispense(actor=actor, row=row, move=Move(S.REJECTED, "rejected", fields, {"code": code}))
    said = f"{code} {words['reason']}"
    return_prescription(actor=actor, prescription_id=row.prescription_id, reason=said)
    event = DispenseRejected(row.pk, row.prescription_id, row.visit_id, row.patient_id)
    tell(actor=actor, row=row, event=event)


@operation
def pick(
    *, actor: Actor, dispense_id: UUID, batches: Iterable[Batch], version: int | None = None
) -> int:
    """Put the medicines together: batch, expiry and quantity of each; less only with a reason.

    Returns the version by which the step is taken back.

    Raises:
        BatchesIncomplete: something is missing or too much; the fields are named.
        Expired: a batch runs out before the course ends.
        PrescriberMayNotDispense, NoLongerValid, PrescriptionChanged.
    """
    row = hold_dispense(
        actor=actor, dispense_id=dispense_id, permission=permissions.PICK, version=version
    )
    facts = _usable(actor, row)
    kept = packs.kept(list(batches), packs.owed(facts.items, row.given), _day(row))
    fields = {"batches": kept, "picked_at": clock.now(), "picked_by_id": actor.user_id}
    move_dispense(actor=actor, row=row, move=Move(S.PICKED, "picked", fields))
    return row.version


@operation
def check(*, actor: Actor, dispense_id: UUID, version: int | None = None) -> int:
    """Confirm, as a second person, what was put together.

    Returns the version by which the step is taken back.

    Raises:
        SamePerson: whoever picked cannot check.
        PrescriberMayNotDispense, NoLongerValid, PrescriptionChanged.
    """
    row = hold_dispense(
        actor=actor, dispense_id=dispense_id, permission=permissions.CHECK, version=version
    )
    _usable(actor, row)
    if row.picked_by_id == actor.user_id:
        raise SamePerson
    fields = {"checked_at": clock.now(), "checked_by_id": actor.user_id}
    with on_violation(pharmacy_dispense_second_person=SamePerson):
        move_dispense(actor=actor, row=row, move=Move(S.CHECKED, "checked", fields))
    return row.version


@operation
def hand_over(
    *,
    actor: Actor,
    dispense_id: UUID,
    identifiers: Mapping[str, str],
    counselling: Counselling,
    version: int | None = None,
) -> int:
    """Give the medicines to the patient, by two identifiers, and record what was explained.

    Returns the version by which the step is taken back.

    Raises:
        IdentityNotChecked: fewer than two identifiers match, or one does not.
        CounsellingMissing: dose, time and cautions were not all explained.
        NoLongerValid, PrescriptionChanged.
    """
    row = hold_dispense(
        actor=actor, dispense_id=dispense_id, permission=permissions.HAND_OVER, version=version
    )
    hold_prescriptions(row.prescription_id)
    facts = _usable(actor, row, own_is_fine=True)
    matched = _identified(actor, row, identifiers)
    left = sorted(checklist.counselling_needed() - counselling.points)
    if left:
        message = str(CounsellingMissing.message)
        raise CounsellingMissing(*(FieldError(key, "not_explained", message) for key in left))
    now = clock.now()
    fields = {
        "identity": {"matched": matched},
        "counselling": _counselled(counselling),
        "handed_over_at": now,
        "handed_over_by_id": actor.user_id,
    }
    move_dispense(actor=actor, row=row, move=Move(S.HANDED_OVER, "handed_over", fields))
    if facts.state == PrescriptionState.SIGNED:
        mark_dispensed(actor=actor, prescription_id=row.prescription_id)
    is_last = is_last_of_visit(row.visit_id, row.prescription_id)
    event = DispenseHandedOver(row.pk, row.prescription_id, row.visit_id, row.patient_id, is_last)
    tell(actor=actor, row=row, event=event)
    return row.version


def _usable(actor: Actor, row: Dispense, *, own_is_fine: bool = False) -> PrescriptionFacts:
    """The prescription, if it is in force today and not the actor's own."""
    facts = prescription_facts([row.prescription_id])[row.prescription_id]
    if not facts.is_in_force:
        raise PrescriptionChanged
    if facts.valid_until is not None and facts.valid_until < _day(row) and not row.given:
        raise NoLongerValid(until=facts.valid_until.isoformat())
    if not own_is_fine and facts.author_id is not None and facts.author_id == actor.user_id:
        raise PrescriberMayNotDispense
    return facts


def _day(row: Dispense) -> date:
    return today(row.site_id)


def _identified(actor: Actor, row: Dispense, given: Mapping[str, str]) -> list[str]:
    known = known_of(actor, row.patient_id, "hand-over")
    if not is_enough(known, given):
        message = str(IdentityNotChecked.message)
        raise IdentityNotChecked(FieldError("identifiers", "not_matching", message))
    return matching(known, given)


def _counselled(said: Counselling) -> dict[str, Any]:
    words = clean_words({"note": 500, "receiver": 60}, note=said.note, receiver=said.receiver)
    return {"points": sorted(said.points), "teach_back": said.teach_back, **words}
