"""What belongs to a plan is ordered once the patient has accepted it, or in an emergency."""

from uuid import UUID

import pytest

from yilu.billing.tests.factories import make_price
from yilu.catalogue.selectors.prices import price_list
from yilu.clinical.errors import OrderHeld
from yilu.clinical.models import Prescription
from yilu.clinical.operations.plans import (
    OptionWords,
    choose_option,
    decline_plan,
    hear_back,
    release_plan,
)
from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.operations.readiness import skip_examination
from yilu.clinical.rules.plans import LINK_STANDS, held_back
from yilu.clinical.selectors.plans import require_accepted
from yilu.clinical.tests.consents import patient_actor
from yilu.clinical.tests.factories import (
    Room,
    diagnosed,
    make_drug,
    make_room,
    no_allergies,
    order,
    sheet,
)
from yilu.clinical.tests.test_plans import choice, proposed
from yilu.platform import clock
from yilu.platform.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C08")]


def code_of(item_id: UUID) -> str:
    return next(one.code for one in price_list(clock.now().date()) if one.item_id == item_id)


def two_ways(room: Room) -> tuple[UUID, UUID, UUID]:
    """A plan of two options with one item each."""
    first, second = make_price("10.00"), make_price("20.00")
    plan_id = proposed(
        room,
        OptionWords("冠", "能咬", "磨牙", codes=(code_of(first),)),
        OptionWords("充填", "便宜", "再裂", codes=(code_of(second),)),
    )
    return plan_id, first, second


def accept(room: Room, plan_id: UUID) -> None:
    choose_option(actor=patient_actor(room), plan_id=plan_id, choice=choice(room, plan_id))
    hear_back(actor=room.doctor, plan_id=plan_id, said_back="磨牙做冠", is_understood=True)


def is_held(room: Room, *priced: object) -> bool:
    try:
        require_accepted(room.visit_id, room.patient_id, priced)
    except OrderHeld:
        return True
    return False


def test_an_item_waits_for_the_choice_and_what_was_not_chosen_stays_held():
    room = make_room()
    plan_id, first, second = two_ways(room)

    assert (is_held(room, first), is_held(room, second), is_held(room, new_id())) == (
        True,
        True,
        False,
    )
    accept(room, plan_id)

    assert (is_held(room, first), is_held(room, second)) == (False, True)
    assert is_held(room, code_of(second))


def test_what_was_declined_is_not_ordered():
    room = make_room()
    plan_id, first, _ = two_ways(room)

    decline_plan(actor=room.doctor, plan_id=plan_id, reason="不做")

    assert is_held(room, first)


@pytest.mark.parametrize("how", ["plan", "visit"])
def test_an_emergency_holds_nothing_back(how: str):
    room = make_room()
    plan_id, first, _ = two_ways(room)

    if how == "plan":
        release_plan(actor=room.doctor, plan_id=plan_id, reason="出血")
    else:
        skip_examination(
            actor=room.doctor, visit_id=room.visit_id, reason="出血", is_emergency=True
        )

    assert not is_held(room, first)


def test_a_plan_that_waits_holds_at_the_next_visit_too_until_its_link_ends():
    room = make_room()
    _, first, _ = two_ways(room)
    later = new_id()

    with pytest.raises(OrderHeld, match="诊查费"):
        require_accepted(later, room.patient_id, [first])
    with clock.at(clock.now() + LINK_STANDS):
        require_accepted(later, room.patient_id, [first])
    require_accepted(later, new_id(), [first])


def test_a_drug_of_the_plan_is_not_prescribed_before_it_is_accepted():
    room = make_room()
    item = make_price("12.00", category="09")
    no_allergies(room)
    diagnosed(room)
    plan_id = proposed(room, OptionWords("药物", "止痛", "胃部不适", codes=(code_of(item),)))
    wanted = sheet(order(make_drug(price_item_id=item)))
    draft = write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=wanted)
    about = {"actor": room.doctor, "prescription_id": draft.id, "version": draft.version}

    with pytest.raises(OrderHeld):
        sign_prescription(**about)
    assert Prescription.objects.get().state == "draft"
    accept(room, plan_id)

    assert sign_prescription(**about)


def test_the_rule_reads_ids_and_codes_alike():
    item = {"item_id": "7", "code": "A1", "name": {"en": "Crown"}}
    options = [{"items": [item]}, {"items": []}]

    assert held_back([(options, None)], {"7"}) == [item["name"]]
    assert held_back([(options, 1)], {"A1"}) == [item["name"]]
    assert held_back([(options, None), (options, 0)], {"A1"}) == []


def test_nothing_is_asked_where_nothing_has_a_price(django_assert_num_queries):
    with django_assert_num_queries(0):
        require_accepted(new_id(), new_id(), [None])
    with django_assert_num_queries(1):
        require_accepted(new_id(), new_id(), ["A", "B"])
