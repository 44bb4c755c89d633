"""What happens to a prescription after it was signed: voided, sent back, confirmed, dispensed."""

from datetime import timedelta
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import MoveRefused, NotThePrescriber
from yilu.clinical.events import (
    PrescriptionReturned,
    PrescriptionSigned,
    PrescriptionVoided,
    RecordChanged,
)
from yilu.clinical.models import Prescription
from yilu.clinical.operations.holding import hold_prescriptions
from yilu.clinical.operations.traces import change, record, tell
from yilu.clinical.rules.texts import the_reason
from yilu.clinical.selectors.context import practitioner
from yilu.clinical.selectors.prescriptions import is_owed_besides
from yilu.clinical.states import PrescriptionState, check_prescription_move
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, Invalid, NotFound

MOST_EXTRA_DAYS = 3
S = PrescriptionState


@operation
def void_prescription(
    *, actor: Actor, prescription_id: UUID, reason: str, version: int | None = None
) -> None:
    """Take a prescription out of force before anything was handed over. It stays readable.

    Raises:
        NotThePrescriber, ReasonMissing, Stale.
        MoveRefused: it was dispensed, or is void already.
    """
    row = _allowed(actor, hold_prescriptions(prescription_id), permissions.PRESCRIBE)
    _own(actor, row)
    check_version(row, version)
    text = the_reason(reason, 200)
    _move(row, S.VOID, void_reason=text, voided_at=clock.now())
    record(actor, row, "prescription.voided", reason=text)
    is_last = not is_owed_besides(row.visit_id, row.pk)
    tell(actor, row, PrescriptionVoided(row.pk, row.visit_id, row.patient_id, is_last))


@operation
def return_prescription(*, actor: Actor, prescription_id: UUID, reason: str) -> None:
    """Send a signed prescription back to its doctor, with what is wrong: the pharmacist's deed."""
    row = _hold(actor, prescription_id, permissions.DISPENSE)
    text = the_reason(reason)
    _move(row, S.RETURNED, returned_reason=text, returned_at=clock.now())
    record(actor, row, "prescription.returned", reason=text)
    event = PrescriptionReturned(row.pk, row.visit_id, row.patient_id, row.practitioner_id)
    tell(actor, row, event)


@operation
def confirm_prescription(
    *, actor: Actor, prescription_id: UUID, reason: str, version: int | None = None
) -> None:
    """Sign a prescription that was sent back once more, unchanged, with the reason.

    It goes to the pharmacy again. To change it, void it and write another.
    """
    row = _hold(actor, prescription_id, permissions.PRESCRIBE)
    _own(actor, row)
    check_version(row, version)
    if row.state != S.RETURNED:
        raise MoveRefused(current=S(row.state).label)
    text = the_reason(reason)
    _move(row, S.SIGNED, confirmed_reason=text, confirmed_at=clock.now())
    record(actor, row, "prescription.confirmed", reason=text)
    items = row.items.values_list("drug_id", "quantity")
    event = PrescriptionSigned(
        prescription_id=row.pk,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        number=row.number,
        items=tuple({"drug_id": drug_id, "quantity": quantity} for drug_id, quantity in items),
    )
    tell(actor, row, event)


@operation
def extend_validity(*, actor: Actor, prescription_id: UUID, days: int, reason: str) -> None:
    """Let a prescription be dispensed until up to three days after the day of its signature.

    Raises:
        Invalid: the last day would be more than three days after the signature.
    """
    row = _hold(actor, prescription_id, permissions.PRESCRIBE)
    _own(actor, row)
    if row.state != S.SIGNED:
        raise MoveRefused(current=S(row.state).label)
    if not 1 <= days <= MOST_EXTRA_DAYS:
        raise Invalid(FieldError("days", "implausible_value", str(Invalid.message)))
    text = the_reason(reason, 200)
    row.valid_until = row.clinic_day + timedelta(days=days)
    row.version += 1
    row.save(update_fields=["valid_until", "version"])
    record(actor, row, "prescription.extended", days=days, reason=text)
    tell(actor, row, RecordChanged(row.patient_id, row.visit_id, "prescription"))


@operation
def mark_dispensed(*, actor: Actor, prescription_id: UUID) -> None:
    """Say that the medicines were handed over: the pharmacy's deed."""
    row = _hold(actor, prescription_id, permissions.DISPENSE)
    _move(row, S.DISPENSED)
    record(actor, row, "prescription.dispensed")
    tell(actor, row, RecordChanged(row.patient_id, row.visit_id, "prescription"))


@operation
def unmark_dispensed(*, actor: Actor, prescription_id: UUID) -> None:
    """Take back that the medicines were handed over, when that is undone."""
    row = _hold(actor, prescription_id, permissions.DISPENSE)
    if row.state != S.DISPENSED:
        raise MoveRefused(current=S(row.state).label)
    _move(row, S.SIGNED)
    record(actor, row, "prescription.undispensed")
    tell(actor, row, RecordChanged(row.patient_id, row.visit_id, "prescription"))


def _hold(actor: Actor, prescription_id: UUID, permission: str) -> Prescription:
    row = Prescription.objects.select_for_update().filter(pk=prescription_id).first()
    return _allowed(actor, row, permission)


def _allowed(actor: Actor, row: Prescription | None, permission: str) -> Prescription:
    if row is None or not actor.may(permissions.SEE, row.site_id):
        raise NotFound
    actor.require(permission, row.site_id)
    return row


def _own(actor: Actor, row: Prescription) -> None:
    if row.practitioner_id != practitioner(actor):
        raise NotThePrescriber


def _move(row: Prescription, target: PrescriptionState, **fields: object) -> None:
    check_prescription_move(row.state, target)
    change(row, state=target, **fields)
