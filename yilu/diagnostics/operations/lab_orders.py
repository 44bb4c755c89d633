"""Ordering laboratory tests, and taking an order back."""

from dataclasses import dataclass
from uuid import UUID

from yilu.clinical.errors import VisitOver
from yilu.clinical.operations.hearing import note_ordered
from yilu.clinical.selectors.plans import require_accepted
from yilu.diagnostics import permissions
from yilu.diagnostics.errors import (
    LabReasonMissing,
    NothingOrdered,
    OrderedAlready,
    RecentResult,
)
from yilu.diagnostics.events import LabOrderCancelled, LabOrdered
from yilu.diagnostics.models import LabOrder
from yilu.diagnostics.operations.lab_trace import trace
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.selectors.lab_before import known_before
from yilu.diagnostics.selectors.lab_waiting import waits_for_laboratory
from yilu.diagnostics.states import LabState, Urgency, check_lab_move
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.platform.ids import new_id
from yilu.visits.selectors.visits import VisitInfo, visit_info
from yilu.visits.states import UNSEEN


@dataclass(frozen=True, slots=True)
class LabWish:
    """What a doctor orders at a visit; `again`: why, although there is a recent result."""

    visit_id: UUID
    tests: tuple[str, ...]
    urgency: str = Urgency.USUAL
    reason: str = ""
    again: str = ""


@operation
def order_tests(*, actor: Actor, wish: LabWish) -> list[UUID]:
    """Order tests for a visit's patient; all of them, or none.

    Raises:
        NotFound, NotAllowed, VisitOver.
        NothingOrdered: none was chosen, or one that is not offered.
        RecentResult: there is a recent result, or an order elsewhere, and no reason was given.
        OrderedAlready: one of them is under way for this visit.
        OrderHeld: one belongs to a treatment plan that the patient has not accepted.
    """
    visit = visit_info(wish.visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.ASK, visit.site_id)
    if visit.state in UNSEEN:
        raise VisitOver
    tests, known = tuple(dict.fromkeys(wish.tests)), lab_table().tests
    if not tests or set(tests) - known.keys() or wish.urgency not in Urgency.values:
        raise NothingOrdered(FieldError("tests", "required", str(NothingOrdered.message)))
    require_accepted(visit.id, visit.patient_id, [known[one].price for one in tests])
    again = wish.again.strip()[:200]
    if not again and known_before(visit.patient_id, tests, but_for=visit.id):
        raise RecentResult(FieldError("again", "required", str(RecentResult.message)))
    rows = [_order(actor, visit, wish, test, again) for test in tests]
    sending = new_id()
    for row in rows:
        row.sending = sending
        with on_violation(diagnostics_order_once=OrderedAlready):
            row.save(force_insert=True)
        price = known[row.test].price
        event = LabOrdered(row.pk, row.visit_id, row.patient_id, row.test, price, row.urgency)
        details = {"test": row.test}
        trace(actor=actor, row=row, action="laborder.ordered", event=event, details=details)
    note_ordered(visit.id)
    return [row.pk for row in rows]


@operation
def cancel_order(*, actor: Actor, order_id: UUID, reason: str, version: int | None = None) -> None:
    """Take back a test that was not collected yet; what was charged for it goes with it.

    Raises:
        NotFound, NotAllowed, Stale.
        LabReasonMissing: no reason was given.
        LabMoved: it is collected, reported or cancelled.
    """
    row = LabOrder.objects.select_for_update(no_key=True).filter(pk=order_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permissions.ASK, row.site_id)
    check_version(row, version)
    if not reason.strip():
        raise LabReasonMissing(FieldError("reason", "required", str(LabReasonMissing.message)))
    check_lab_move(row.state, LabState.CANCELLED)
    row.state, row.ended_at = LabState.CANCELLED, clock.now()
    row.cancel_reason = reason.strip()[:200]
    row.version += 1
    row.save(update_fields=["state", "ended_at", "cancel_reason", "version"])
    is_last = not waits_for_laboratory(row.visit_id)
    event = LabOrderCancelled(row.pk, row.visit_id, row.patient_id, is_last)
    details = {"test": row.test}
    trace(actor=actor, row=row, action="laborder.cancelled", event=event, details=details)


def _order(actor: Actor, visit: VisitInfo, wish: LabWish, test: str, again: str) -> LabOrder:
    return LabOrder(
        site_id=visit.site_id,
        patient_id=visit.patient_id,
        visit_id=visit.id,
        clinic_day=visit.clinic_day,
        test=test,
        table_version=lab_table().version,
        practitioner_id=actor.practitioner_id,
        ordered_by_id=actor.user_id,
        ordered_at=clock.now(),
        urgency=wish.urgency,
        reason=wish.reason.strip()[:500],
        again=again,
    )
