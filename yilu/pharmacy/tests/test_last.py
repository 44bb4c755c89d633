"""Which hand-over, or which void prescription, was the last that a visit was owed."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from yilu.clinical.operations.prescribing import write_prescription
from yilu.clinical.operations.prescriptions import void_prescription
from yilu.clinical.tests.factories import make_drug, order, prescribed_besides, sheet
from yilu.pharmacy.operations.dispensing import hand_over, reject
from yilu.pharmacy.operations.opening import open_dispense
from yilu.pharmacy.operations.returning import give_rest, undo_step
from yilu.pharmacy.tests.factories import (
    EXPLAINED,
    RIGHT,
    WORKER,
    Counter,
    batches,
    check,
    checked,
    given,
    make_counter,
    pick,
    row,
)
from yilu.platform import db
from yilu.platform.models import Event
from yilu.platform.testing import until_ended_or_waiting

VITAMIN = ("维生素C片", "Vitamin C tablets")


def vitamin():
    return order(make_drug(VITAMIN, atc="A11GA01"))


def two_counters() -> tuple[Counter, Counter]:
    """Two prescriptions of one visit."""
    first = make_counter()
    prescription = prescribed_besides(first.room, vitamin())
    dispense = open_dispense(actor=WORKER, prescription_id=prescription)
    return first, Counter(first.room, dispense, prescription, first.second)


def handed(counter: Counter) -> None:
    hand_over(
        actor=counter.first,
        dispense_id=counter.dispense_id,
        identifiers=RIGHT,
        counselling=EXPLAINED,
    )


def voided(counter: Counter) -> None:
    void_prescription(
        actor=counter.room.doctor, prescription_id=counter.prescription_id, reason="开错"
    )


def told(name: str) -> list[bool]:
    """What each such event said of being the last, in the order in which they came."""
    return [one.body["is_last"] for one in Event.objects.filter(name=name).order_by("seq")]


@pytest.mark.django_db
def test_of_two_hand_overs_the_second_is_the_last():
    for counter in two_counters():
        given(counter)

    assert told("DispenseHandedOver") == [False, True]


@pytest.mark.django_db
def test_of_two_voided_the_second_is_the_last():
    for counter in two_counters():
        voided(counter)

    assert told("PrescriptionVoided") == [False, True]


@pytest.mark.django_db
def test_what_its_doctor_looks_at_again_is_owed_until_it_is_void():
    first, second = two_counters()
    reject(actor=second.first, dispense_id=second.dispense_id, code="2-5", reason="剂量偏大")

    given(first)
    voided(second)

    assert (told("DispenseHandedOver"), told("PrescriptionVoided")) == ([False], [True])


@pytest.mark.django_db
def test_a_draft_is_owed_to_nobody():
    counter = checked(make_counter())
    room = counter.room
    write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=sheet(vitamin()))

    handed(counter)

    assert told("DispenseHandedOver") == [True]


@pytest.mark.django_db
def test_the_rest_that_is_being_put_together_is_owed_too():
    first, second = two_counters()
    given(first, quantity=Decimal(1), reason="库存不足")
    give_rest(actor=first.first, dispense_id=first.dispense_id)

    given(second)
    rest = batches(first, quantity=Decimal(1))
    pick(actor=first.first, dispense_id=first.dispense_id, batches=rest)
    check(actor=first.second, dispense_id=first.dispense_id)
    handed(first)

    assert told("DispenseHandedOver") == [False, False, True]


@pytest.mark.django_db
def test_what_is_voided_while_the_rest_of_another_is_put_together_is_not_the_last():
    first, second = two_counters()
    given(first, quantity=Decimal(1), reason="库存不足")
    give_rest(actor=first.first, dispense_id=first.dispense_id)

    voided(second)
    rest = batches(first, quantity=Decimal(1))
    pick(actor=first.first, dispense_id=first.dispense_id, batches=rest)
    check(actor=first.second, dispense_id=first.dispense_id)
    handed(first)

    assert told("PrescriptionVoided") == [False]
    assert told("DispenseHandedOver") == [False, True]


def side_by_side(one, other) -> bool:
    """Have one deed done while another is not yet kept. Whether it had to wait for that."""

    def run() -> None:
        try:
            other()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with db.deed():
            one()
            going = pool.submit(run)
            until_ended_or_waiting(going)
            has_waited = not going.done()
        going.result()
    return has_waited


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_handed_over_at_once_one_is_the_last():
    first, second = (checked(counter) for counter in two_counters())

    side_by_side(lambda: handed(first), lambda: handed(second))

    assert sorted(told("DispenseHandedOver")) == [False, True]


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_what_is_voided_while_the_other_is_handed_over_is_the_last():
    first, second = two_counters()
    checked(first)

    side_by_side(lambda: handed(first), lambda: voided(second))

    assert (told("DispenseHandedOver"), told("PrescriptionVoided")) == ([False], [True])


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_what_is_signed_while_another_is_voided_is_told_after_it():
    counter = make_counter()
    wanted = vitamin()

    # Not even its draft was there when the other was held.
    has_waited = side_by_side(
        lambda: voided(counter), lambda: prescribed_besides(counter.room, wanted)
    )

    assert has_waited
    assert told("PrescriptionVoided") == [True]


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["undone", "rest"])
def test_what_is_owed_again_meanwhile_is_seen_by_the_next_hand_over(deed):
    first, second = two_counters()
    checked(second)
    given(first, quantity=Decimal(1), reason="库存不足")

    def again() -> None:
        if deed == "rest":
            give_rest(actor=first.first, dispense_id=first.dispense_id)
        else:
            undo_step(actor=first.first, dispense_id=first.dispense_id, version=row(first).version)

    side_by_side(again, lambda: handed(second))

    assert told("DispenseHandedOver") == [False, False]
