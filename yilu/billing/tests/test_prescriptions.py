"""Which medicines go ahead, and when: with the bill that they are on, or free at once."""

from decimal import Decimal
from uuid import UUID

import pytest

from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.prescriptions import charge_prescriptions, follow_prescriptions
from yilu.billing.selectors.prescriptions import paid_prescriptions
from yilu.billing.tests.factories import make_cashier, make_price
from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.operations.prescriptions import confirm_prescription
from yilu.clinical.tests.factories import Room, make_drug, make_room, order, prescribed, sheet
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.operations.dispensing import reject
from yilu.pharmacy.operations.opening import open_dispense
from yilu.pharmacy.states import DispenseState
from yilu.pharmacy.tests.factories import WORKER
from yilu.platform.actors import Actor
from yilu.platform.testing import drain

pytestmark = [pytest.mark.django_db, pytest.mark.covers("E01", "F02")]
S = DispenseState


def priced(amount: str = "12.00"):
    return order(make_drug(price_item_id=make_price(amount)))


def one_more(room: Room, wanted) -> UUID:
    """The doctor signs another prescription of the same visit."""
    written = write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=sheet(wanted))
    reasons = {one.key: "已核实" for one in written.alerts}
    sign_prescription(actor=room.doctor, prescription_id=written.id, reasons=reasons)
    return written.id


def billed(room: Room) -> tuple[Actor, UUID]:
    cashier = make_cashier(room.site_id)
    bill_id = open_bill(actor=cashier, visit_id=room.visit_id)
    assert bill_id is not None
    return cashier, bill_id


def paid(room: Room) -> None:
    cashier, bill_id = billed(room)
    pay_cash(actor=cashier, bill_id=bill_id, tendered=Decimal(500))


def going_ahead() -> set[UUID]:
    released = Dispense.objects.exclude(state=S.WAITING_PAYMENT)
    return set(released.values_list("prescription_id", flat=True))


@pytest.mark.parametrize("is_charged", [False, True])
def test_what_was_prescribed_after_the_bill_is_not_released_by_paying_it(is_charged):
    room = make_room()
    first = prescribed(room, priced())
    cashier, bill_id = billed(room)
    second = one_more(room, priced())
    if is_charged:  # By the worker, who may also come later.
        charge_prescriptions(actor=cashier, visit_id=room.visit_id)

    pay_cash(actor=cashier, bill_id=bill_id, tendered=Decimal(500))

    assert going_ahead() == {first}
    paid(room)
    assert going_ahead() == {first, second}


def test_medicines_that_cost_nothing_go_ahead_with_the_others():
    room = make_room()
    first = prescribed(room, priced())
    free = one_more(room, order(make_drug()))

    paid(room)

    assert going_ahead() == {first, free}


def test_who_has_nothing_to_pay_gets_free_medicines_without_a_bill():
    room = make_room()
    free = prescribed(room, order(make_drug()))

    bill_id = open_bill(actor=make_cashier(room.site_id), visit_id=room.visit_id)

    assert (bill_id, going_ahead()) == (None, {free})


def test_the_worker_lets_free_medicines_go_ahead_and_no_others():
    room = make_room()
    prescribed(room, priced())
    free = one_more(room, order(make_drug()))

    follow_prescriptions(actor=make_cashier(room.site_id), visit_id=room.visit_id)

    assert going_ahead() == {free}
    drain(timers=False)
    assert going_ahead() == {free}


def test_free_medicines_do_not_wait_for_an_open_bill():
    room = make_room()
    priced_one = prescribed(room, priced())
    billed(room)
    free = one_more(room, order(make_drug()))

    billed(room)  # Nothing new is charged: the bill stays as it is.
    assert going_ahead() == {free}
    paid(room)
    assert going_ahead() == {free, priced_one}


@pytest.mark.parametrize("is_free", [False, True])
@pytest.mark.parametrize("is_pharmacy_first", [False, True])
def test_what_was_confirmed_after_the_payment_goes_ahead(is_free, is_pharmacy_first):
    room = make_room()
    cashier = make_cashier(room.site_id)
    prescribed(room, priced())
    mine = one_more(room, order(make_drug()) if is_free else priced())
    charge_prescriptions(actor=cashier, visit_id=room.visit_id)
    dispense = open_dispense(actor=WORKER, prescription_id=mine)
    reject(actor=room.pharmacist, dispense_id=dispense, code="2-5", reason="剂量偏大")
    paid(room)
    assert Dispense.objects.get(pk=dispense).state == S.REJECTED

    confirm_prescription(actor=room.doctor, prescription_id=mine, reason="已核")
    heard = [
        lambda: open_dispense(actor=WORKER, prescription_id=mine),
        lambda: follow_prescriptions(actor=cashier, visit_id=room.visit_id),
    ]
    for hear in heard if is_pharmacy_first else reversed(heard):  # The worker keeps no order.
        hear()

    assert Dispense.objects.get(pk=dispense).state == S.WAITING


@pytest.mark.parametrize(("more", "queries"), [(0, 3), (1, 4), (5, 4)])
def test_what_is_paid_costs_four_queries_at_most(more, queries, django_assert_num_queries):
    room = make_room()
    first = prescribed(room, priced())
    paid(room)
    for _ in range(more):
        one_more(room, priced())

    with django_assert_num_queries(queries):
        assert paid_prescriptions(room.visit_id) == [first]
