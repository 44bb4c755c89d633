"""How a prescription comes to the pharmacy, is released when paid, and is called off."""

from collections.abc import Iterable
from uuid import UUID

from yilu.clinical.selectors.prescriptions import (
    PrescriptionFacts,
    prescription_facts,
    prescriptions_of_visits,
)
from yilu.pharmacy import permissions
from yilu.pharmacy.events import DispenseReleased
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.operations.moving import Move, move_dispense, record, tell
from yilu.pharmacy.states import DispenseState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.visits.selectors.visits import visit_info

S = DispenseState
CALLED_OFF = (S.CANCELLED, S.HANDED_OVER)


@operation
def open_dispense(*, actor: Actor, prescription_id: UUID) -> UUID:
    """Put a signed prescription on the pharmacy's road. Doing it twice changes nothing.

    One that had been rejected and was confirmed by its doctor goes back to be reviewed.

    Raises:
        NotFound: there is no such prescription.
    """
    row = _row_of(actor, prescription_id)
    if row.version == 0:
        _open(actor, row)
    else:
        _reopen(actor, row)
    return row.pk


@operation
def release_dispenses(
    *, actor: Actor, visit_id: UUID, prescription_ids: Iterable[UUID] | None = None
) -> int:
    """Let the medicines of a visit go ahead: they are paid. How many were released.

    Without `prescription_ids` all of the visit. Doing it twice changes nothing; a
    prescription that has not reached the pharmacy yet is brought there first, and one that
    its doctor has confirmed is brought back.
    """
    visit = visit_info(visit_id)
    actor.require(permissions.RELEASE, visit.site_id)
    wanted = None if prescription_ids is None else set(prescription_ids)
    signed = [one for one in prescriptions_of_visits([visit_id]) if one.is_in_force]
    released = 0
    for facts in signed:
        if wanted is None or facts.id in wanted:
            released += _release(actor, _row(facts))
    return released


@operation
def cancel_dispense(*, actor: Actor, prescription_id: UUID) -> None:
    """Call off what a void prescription asked for. No-op when it is over already.

    What has not reached the pharmacy yet is brought there and called off: it may be on its way.

    Raises:
        NotFound: there is no such prescription.
    """
    row = _row_of(actor, prescription_id)
    if row.state not in CALLED_OFF:
        move_dispense(actor=actor, row=row, move=Move(S.CANCELLED, "cancelled"))


def _row_of(actor: Actor, prescription_id: UUID) -> Dispense:
    """The dispense of a prescription that the actor may release or call off, locked."""
    facts = prescription_facts([prescription_id]).get(prescription_id)
    if facts is None:
        raise NotFound
    actor.require(permissions.RELEASE, facts.site_id)
    return _row(facts)


def _row(facts: PrescriptionFacts) -> Dispense:
    """The dispense of a prescription, locked; made when there is none."""
    held = Dispense.objects.select_for_update().filter(prescription_id=facts.id)
    row = held.first()
    if row is not None:
        return row
    fresh = Dispense(
        prescription_id=facts.id,
        visit_id=facts.visit_id,
        patient_id=facts.patient_id,
        site_id=facts.site_id,
        clinic_day=facts.clinic_day,
        version=0,
    )
    # Both the worker and the cashier may be first: whoever is second finds the row.
    Dispense.objects.bulk_create([fresh], ignore_conflicts=True)
    return held.get()


def _open(actor: Actor, row: Dispense) -> None:
    row.version = 1
    row.save(update_fields=["version"])
    record(actor=actor, row=row, action="opened")


def _reopen(actor: Actor, row: Dispense) -> None:
    """Have a rejected prescription reviewed again once its doctor has confirmed it."""
    if row.state != S.REJECTED:
        return
    # Read now that the row is held: it may have been rejected only a moment ago.
    if prescription_facts([row.prescription_id])[row.prescription_id].is_in_force:
        target = S.WAITING if row.released_at else S.WAITING_PAYMENT
        move = Move(target, "reopened", {"reason": "", "review": {}})
        move_dispense(actor=actor, row=row, move=move)


def _release(actor: Actor, row: Dispense) -> int:
    if row.version == 0:
        _open(actor, row)
    else:
        _reopen(actor, row)
    if row.state != S.WAITING_PAYMENT:
        return 0
    move = Move(S.WAITING, "released", {"released_at": clock.now()})
    move_dispense(actor=actor, row=row, move=move)
    event = DispenseReleased(row.pk, row.prescription_id, row.visit_id, row.patient_id)
    tell(actor=actor, row=row, event=event)
    return 1
