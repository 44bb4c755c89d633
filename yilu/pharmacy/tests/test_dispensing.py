"""The road of a prescription: paid, reviewed, picked, checked by a second person, handed over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from yilu.clinical.operations.prescriptions import confirm_prescription, void_prescription
from yilu.clinical.selectors.prescriptions import prescription_facts
from yilu.clinical.tests.factories import make_room, prescribed
from yilu.patients.rules.identity import Known, is_enough
from yilu.pharmacy import errors
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.operations.dispensing import (
    Counselling,
    Review,
    check,
    hand_over,
    pick,
    reject,
    review,
)
from yilu.pharmacy.operations.opening import cancel_dispense, open_dispense, release_dispenses
from yilu.pharmacy.operations.returning import give_rest, take_back, undo_step
from yilu.pharmacy.rules.review import verification_keys
from yilu.pharmacy.states import MOVES, DispenseState, check_move
from yilu.pharmacy.tests.factories import (
    ALL,
    CASHIER,
    EXPLAINED,
    RIGHT,
    WORKER,
    batches,
    checked,
    given,
    make_counter,
    picked,
    released,
    reviewed,
    row,
)
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.django_db
S = DispenseState


def undone(counter, who=None) -> None:
    version = row(counter).version
    undo_step(actor=who or counter.first, dispense_id=counter.dispense_id, version=version)


def test_a_signed_prescription_waits_for_payment_once():
    counter = make_counter()

    open_dispense(actor=WORKER, prescription_id=counter.prescription_id)

    assert (row(counter).state, Dispense.objects.count()) == (S.WAITING_PAYMENT, 1)


def test_payment_releases_it_once():
    counter = make_counter()

    first = release_dispenses(actor=CASHIER, visit_id=counter.room.visit_id)
    again = release_dispenses(actor=CASHIER, visit_id=counter.room.visit_id)

    assert (first, again, row(counter).state) == (1, 0, S.WAITING)
    told = Event.objects.get(name="DispenseReleased")
    assert told.body["visit_id"] == str(counter.room.visit_id)


def test_payment_may_come_before_the_worker_brought_the_prescription():
    room = make_room()
    prescription_id = prescribed(room)

    released_now = release_dispenses(actor=CASHIER, visit_id=room.visit_id)
    open_dispense(actor=WORKER, prescription_id=prescription_id)

    assert (released_now, Dispense.objects.get().state) == (1, S.WAITING)


def test_only_what_was_paid_is_released():
    counter = make_counter()

    assert (
        release_dispenses(actor=CASHIER, visit_id=counter.room.visit_id, prescription_ids=[]) == 0
    )
    assert row(counter).state == S.WAITING_PAYMENT


@pytest.mark.covers("E01")
def test_the_whole_road():
    counter = given(make_counter())

    kept = row(counter)
    assert kept.state == S.HANDED_OVER
    assert (kept.picked_by_id, kept.checked_by_id) == (
        counter.first.user_id,
        counter.second.user_id,
    )
    assert kept.identity == {"matched": ["born_on", "name"]}
    facts = prescription_facts([counter.prescription_id])[counter.prescription_id]
    assert facts.state == "dispensed"
    assert Event.objects.get(name="DispenseHandedOver").body["prescription_id"] == str(
        counter.prescription_id
    )
    actions = AuditEntry.objects.filter(subject_id=counter.dispense_id).order_by("id")
    assert [one.action.split(".")[-1] for one in actions] == [
        "opened", "released", "reviewed", "picked", "checked", "handed_over",
    ]  # fmt: skip


def test_every_verification_must_be_ticked():
    counter = released(make_counter())
    some = Review(ticked=verification_keys() - {"age"})

    with pytest.raises(errors.ReviewIncomplete) as refused:
        review(actor=counter.first, dispense_id=counter.dispense_id, done=some)

    assert [error.field for error in refused.value.errors] == ["age"]
    assert row(counter).state == S.WAITING
    assert len([k for k in verification_keys() if not k.startswith("layer-")]) == 10


def test_a_rejection_goes_back_to_the_doctor_and_returns_when_confirmed():
    counter = released(make_counter())

    reject(actor=counter.first, dispense_id=counter.dispense_id, code="2-5", reason="剂量偏大")
    back = prescription_facts([counter.prescription_id])[counter.prescription_id]
    confirm_prescription(
        actor=counter.room.doctor, prescription_id=counter.prescription_id, reason="已核"
    )
    open_dispense(actor=WORKER, prescription_id=counter.prescription_id)

    assert (back.state, back.returned_reason) == ("returned", "2-5 剂量偏大")
    assert row(counter).state == S.WAITING


@pytest.mark.parametrize(("code", "reason"), [("2-5", " "), ("9-9", "x")])
def test_a_rejection_says_what_is_wrong(code, reason):
    counter = released(make_counter())

    with pytest.raises(errors.ReasonMissing):
        reject(actor=counter.first, dispense_id=counter.dispense_id, code=code, reason=reason)

    assert row(counter).state == S.WAITING


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"batch": " "}, "batch-1"),
        ({"expires_on": None}, "batch-1"),
        ({"quantity": Decimal(3)}, "quantity-1"),
        ({"quantity": Decimal(-1)}, "quantity-1"),
        ({"quantity": Decimal(1)}, "reason-1"),
    ],
)
def test_batches_are_whole(wrong, field):
    counter = reviewed(make_counter())

    with pytest.raises(errors.BatchesIncomplete) as refused:
        pick(
            actor=counter.first,
            dispense_id=counter.dispense_id,
            batches=batches(counter, **wrong),
        )

    assert [error.field for error in refused.value.errors] == [field]
    assert row(counter).state == S.REVIEWED


@pytest.mark.parametrize(("days", "right"), [(4, False), (6, True)])
def test_a_batch_lasts_as_long_as_the_course(days, right):
    counter = reviewed(make_counter())
    soon = batches(counter, expires_on=clock.now().date() + timedelta(days=days))

    if right:
        pick(actor=counter.first, dispense_id=counter.dispense_id, batches=soon)
    else:
        with pytest.raises(errors.Expired):
            pick(actor=counter.first, dispense_id=counter.dispense_id, batches=soon)


@pytest.mark.covers("E01")
def test_nobody_checks_what_they_picked():
    counter = picked(make_counter())

    with pytest.raises(errors.SamePerson):
        check(actor=counter.first, dispense_id=counter.dispense_id)

    assert row(counter).state == S.PICKED


def test_the_database_refuses_one_person_for_both_steps():
    counter = checked(make_counter())
    mine = Dispense.objects.filter(pk=counter.dispense_id)

    with pytest.raises(DatabaseError, match="second_person"), transaction.atomic():
        mine.update(checked_by_id=counter.first.user_id)


@pytest.mark.covers("E02")
@pytest.mark.parametrize(
    "given_by",
    [
        {"name": "林半夏"},
        {"name": "林半夏", "born_on": "1986-05-05"},
        {"name": "何茯苓", "born_on": "1986-05-04"},
        {},
    ],
)
def test_two_identifiers_must_match(given_by):
    counter = checked(make_counter())

    with pytest.raises(errors.IdentityNotChecked):
        hand_over(
            actor=counter.first,
            dispense_id=counter.dispense_id,
            identifiers=given_by,
            counselling=EXPLAINED,
        )

    assert row(counter).state == S.CHECKED


def test_what_was_explained_is_recorded():
    counter = checked(make_counter())
    little = Counselling(points=frozenset({"use"}))

    with pytest.raises(errors.CounsellingMissing) as refused:
        hand_over(
            actor=counter.first,
            dispense_id=counter.dispense_id,
            identifiers=RIGHT,
            counselling=little,
        )

    assert [error.field for error in refused.value.errors] == ["cautions", "time"]


@pytest.mark.parametrize(
    ("typed", "enough"),
    [
        ({"name": "林半夏", "phone_tail": "3482"}, True),
        ({"name": "lin banxia", "record_no": "Y-0010"}, True),
        ({"name": " 林 半夏 ", "born_on": "19680229"}, True),
        ({"phone_tail": "3482", "record_no": "y-0010"}, True),
        ({"name": "林半夏", "phone_tail": "3483"}, False),
        ({"phone_tail": "3482"}, False),
        ({"name": "林半夏", "shoe": "42"}, False),
    ],
)
def test_what_counts_as_an_identifier(typed, enough):
    known = Known("林半夏", "Lin Banxia", "1968-02-29", "121****3482", "Y-0010")

    assert is_enough(known, typed) is enough


def test_less_is_given_with_a_reason_and_the_rest_later():
    counter = given(make_counter(), quantity=Decimal(1), reason="库存不足")

    give_rest(actor=counter.first, dispense_id=counter.dispense_id)
    rest = batches(counter, quantity=Decimal(1))
    pick(actor=counter.first, dispense_id=counter.dispense_id, batches=rest)

    assert row(counter).state == S.PICKED
    undone(counter)
    too_much = batches(counter, quantity=Decimal(2))
    with pytest.raises(errors.BatchesIncomplete):
        pick(actor=counter.first, dispense_id=counter.dispense_id, batches=too_much)


def test_nothing_more_is_given_than_was_ordered():
    counter = given(make_counter())

    with pytest.raises(errors.MoveRefused):
        give_rest(actor=counter.first, dispense_id=counter.dispense_id)


def test_medicines_are_taken_back_as_far_as_they_were_given():
    counter = given(make_counter())
    [item] = prescription_facts([counter.prescription_id])[counter.prescription_id].items

    def back(quantity: int) -> None:
        take_back(
            actor=counter.first,
            dispense_id=counter.dispense_id,
            quantities={item.id: Decimal(quantity)},
            reason="未开封",
        )

    back(1)
    with pytest.raises(errors.TooMuchTakenBack):
        back(2)
    back(1)

    assert len(row(counter).taken_back) == 2
    assert Event.objects.filter(name="MedicinesTakenBack").count() == 2


@pytest.mark.parametrize("step", [reviewed, picked, checked, given])
def test_each_step_is_undone_within_ten_minutes(step):
    counter = step(make_counter())
    state = S(row(counter).state)
    who = counter.second if state == S.CHECKED else counter.first

    undone(counter, who)

    before = {S.REVIEWED: S.WAITING, S.PICKED: S.REVIEWED, S.CHECKED: S.PICKED,
              S.HANDED_OVER: S.CHECKED}[state]  # fmt: skip
    assert row(counter).state == before


def test_after_ten_minutes_nothing_is_undone():
    counter = given(make_counter())

    with clock.at(clock.now() + timedelta(minutes=11)), pytest.raises(errors.TooLateToUndo):
        undone(counter)

    assert row(counter).state == S.HANDED_OVER


def test_what_the_doctor_voided_is_not_handed_over():
    counter = checked(make_counter())
    void_prescription(
        actor=counter.room.doctor, prescription_id=counter.prescription_id, reason="开错"
    )

    with pytest.raises(errors.PrescriptionChanged):
        hand_over(
            actor=counter.first,
            dispense_id=counter.dispense_id,
            identifiers=RIGHT,
            counselling=EXPLAINED,
        )
    cancel_dispense(actor=WORKER, prescription_id=counter.prescription_id)
    cancel_dispense(actor=WORKER, prescription_id=counter.prescription_id)

    assert row(counter).state == S.CANCELLED


def test_yesterdays_prescription_is_no_longer_valid():
    counter = released(make_counter())

    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(errors.NoLongerValid):
        review(actor=counter.first, dispense_id=counter.dispense_id, done=ALL)


def test_the_pharmacy_is_for_pharmacists_of_the_site():
    counter, elsewhere = released(make_counter()), make_counter()

    with pytest.raises(NotAllowed):
        review(actor=counter.room.doctor, dispense_id=counter.dispense_id, done=ALL)
    with pytest.raises(NotFound):
        review(actor=elsewhere.first, dispense_id=counter.dispense_id, done=ALL)
    with pytest.raises(Stale):
        review(actor=counter.first, dispense_id=counter.dispense_id, done=ALL, version=99)
    assert row(counter).state == S.WAITING


@pytest.mark.parametrize("current", S)
@pytest.mark.parametrize("target", S)
def test_only_the_listed_moves_are_made(current, target):
    if target in MOVES[current]:
        check_move(current, target)
    else:
        with pytest.raises(errors.MoveRefused):
            check_move(current, target)
