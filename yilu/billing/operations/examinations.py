"""Charging examinations that are done at the visit at which they were asked for."""

from decimal import Decimal
from uuid import UUID

from yilu.billing.operations.charges import add_charge, void_charges_of
from yilu.catalogue.selectors.services import service_infos
from yilu.diagnostics.selectors.study_waiting import charged_requests
from yilu.platform.actors import Actor
from yilu.platform.db import operation

SOURCE = "diagnostics.examrequest"


@operation
def charge_examinations(*, actor: Actor, visit_id: UUID) -> None:
    """Charge what is examined at a visit without a booking; done twice, it is once.

    What is booked has a visit and a fee of its own. Two queries, and five for each new charge.

    Raises: NotAllowed, NoPrice.
    """
    requests = charged_requests(visit_id)
    services = service_infos(service_id for _request_id, service_id in requests)
    for request_id, service_id in requests:
        item_id = services[service_id].fee_item_id
        if item_id is not None:
            add_charge(
                actor=actor,
                visit_id=visit_id,
                item_id=item_id,
                quantity=Decimal(1),
                source_type=SOURCE,
                source_id=request_id,
            )


def void_examination_charge(*, actor: Actor, request_id: UUID) -> None:
    """Take an examination that was withdrawn off the visit again.

    Raises:
        AlreadyBilled: it was paid; refund it instead.
    """
    void_charges_of(actor=actor, source_type=SOURCE, source_id=request_id, reason="cancelled")
