"""Two pharmacists, one prescription: with real commits, in threads that start together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from yilu.clinical.operations.prescriptions import void_prescription
from yilu.clinical.selectors.prescriptions import prescription_facts
from yilu.clinical.tests.factories import make_room, prescribed
from yilu.clinical.tests.test_races import together
from yilu.pharmacy.errors import MoveRefused
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.operations.dispensing import check, hand_over, reject
from yilu.pharmacy.operations.opening import cancel_dispense, open_dispense, release_dispenses
from yilu.pharmacy.states import DispenseState
from yilu.pharmacy.tests.factories import (
    CASHIER,
    EXPLAINED,
    RIGHT,
    WORKER,
    checked,
    make_counter,
    picked,
    row,
)
from yilu.platform import db
from yilu.platform.models import Event
from yilu.platform.testing import beside, until_ended_or_waiting
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
S = DispenseState


def test_of_two_who_check_at_once_one_has_checked():
    counter = picked(make_counter())
    third = make_staff("pharmacist", site_id=counter.room.site_id, name="李药师").actor()

    def by(actor) -> Callable[[], object]:
        return lambda: check(actor=actor, dispense_id=counter.dispense_id)

    found = together(by(counter.second), by(third))

    assert found.count(MoveRefused) == 1
    assert row(counter).checked_by_id in {counter.second.user_id, third.user_id}


def test_the_worker_and_the_cashier_bring_one_prescription_once():
    room = make_room()
    prescription_id = prescribed(room)

    together(
        lambda: open_dispense(actor=WORKER, prescription_id=prescription_id),
        lambda: release_dispenses(actor=CASHIER, visit_id=room.visit_id),
        lambda: release_dispenses(actor=CASHIER, visit_id=room.visit_id),
    )

    assert [one.state for one in Dispense.objects.all()] == [S.WAITING]
    assert Event.objects.filter(name="DispenseReleased").count() == 1


def test_what_is_voided_on_its_way_to_the_pharmacy_is_called_off_there():
    """Two subscribers hear of the two: the second may be done before the first is kept."""
    room = make_room()
    prescription_id = prescribed(room)

    def voided() -> None:
        void_prescription(actor=room.doctor, prescription_id=prescription_id, reason="开错")
        cancel_dispense(actor=WORKER, prescription_id=prescription_id)

    beside(lambda: open_dispense(actor=WORKER, prescription_id=prescription_id), voided)

    assert [one.state for one in Dispense.objects.all()] == [S.CANCELLED]


def test_what_is_heard_of_after_it_was_voided_waits_for_no_payment():
    room = make_room()
    prescription_id = prescribed(room)
    void_prescription(actor=room.doctor, prescription_id=prescription_id, reason="开错")

    cancel_dispense(actor=WORKER, prescription_id=prescription_id)
    open_dispense(actor=WORKER, prescription_id=prescription_id)
    release_dispenses(actor=CASHIER, visit_id=room.visit_id)

    assert [one.state for one in Dispense.objects.all()] == [S.CANCELLED]


def test_what_is_voided_while_it_is_handed_over_ends_as_one_of_the_two():
    counter = checked(make_counter())

    found = together(
        lambda: void_prescription(
            actor=counter.room.doctor, prescription_id=counter.prescription_id, reason="开错"
        ),
        lambda: hand_over(
            actor=counter.first,
            dispense_id=counter.dispense_id,
            identifiers=RIGHT,
            counselling=EXPLAINED,
        ),
    )

    state = prescription_facts([counter.prescription_id])[counter.prescription_id].state
    given = row(counter).state == S.HANDED_OVER
    assert (state, given) in {("dispensed", True), ("void", False)}
    assert sum(isinstance(one, type) for one in found) == 1, "one of the two is refused"


def test_what_is_rejected_while_it_is_paid_stays_with_its_doctor():
    counter = make_counter()

    def paid() -> None:
        try:
            release_dispenses(actor=CASHIER, visit_id=counter.room.visit_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with db.deed():
            reject(actor=counter.first, dispense_id=counter.dispense_id, code="2-5", reason="剂量")
            paying = pool.submit(paid)
            until_ended_or_waiting(paying)
        paying.result()

    assert row(counter).state == S.REJECTED
