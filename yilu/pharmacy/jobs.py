"""What the pharmacy does when a prescription is signed or voided."""

from uuid import UUID

from yilu.clinical.selectors.prescriptions import also_owed
from yilu.pharmacy import permissions
from yilu.pharmacy.operations.opening import cancel_dispense, open_dispense
from yilu.pharmacy.selectors.waiting import is_rest_owed_besides
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber

also_owed("pharmacy.rests", is_rest_owed_besides)


@subscriber("pharmacy.open_dispense", "PrescriptionSigned")
def on_signed(told: Told) -> None:
    """Put the prescription on the pharmacy's road."""
    actor = Actor.system("pharmacy.open_dispense", permissions.RELEASE)
    open_dispense(actor=actor, prescription_id=UUID(told.body["prescription_id"]))


@subscriber("pharmacy.cancel_dispense", "PrescriptionVoided")
def on_voided(told: Told) -> None:
    """Call it off."""
    actor = Actor.system("pharmacy.cancel_dispense", permissions.RELEASE)
    cancel_dispense(actor=actor, prescription_id=UUID(told.body["prescription_id"]))
