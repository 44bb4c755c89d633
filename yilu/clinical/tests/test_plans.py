"""Treatment plans: proposed in plain words, said back, chosen, and only then released."""

from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.billing.tests.factories import make_price
from yilu.catalogue.selectors.prices import price_list
from yilu.clinical.errors import (
    ConsentChanged,
    MoveRefused,
    NotSignedByHand,
    PlanOpen,
    PlanOver,
    ReasonMissing,
)
from yilu.clinical.models import TreatmentPlan
from yilu.clinical.operations.plans import (
    Choice,
    OptionWords,
    Proposal,
    choose_option,
    decline_plan,
    hear_back,
    make_plan_link,
    propose_plan,
    release_plan,
)
from yilu.clinical.selectors.plans import patient_plans, plan_page, require_released, visit_plans
from yilu.clinical.states import PLAN_MOVES, PlanState, check_plan_move
from yilu.clinical.tests.consents import DRAWN, patient_actor
from yilu.clinical.tests.factories import Room, make_room, make_second_patient
from yilu.clinical.tests.test_pages import PART, browser, sealed, url
from yilu.clinical.tests.test_races import together
from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.errors import Invalid, NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C08")]
CROWN = OptionWords("全瓷冠", "恢复咀嚼", "需磨除部分牙体", "两次，相隔一周")
FILLING = OptionWords("充填", "费用低", "可能再次折裂", "一次")


def proposal(*options: OptionWords, **facts: object) -> Proposal:
    usual = {"title": "36 牙体缺损", "explanation": "牙齿缺了一块，不治会疼。", "recommended": 0}
    return Proposal(options=options or (CROWN, FILLING), **usual | facts)


def proposed(room: Room, *options: OptionWords, **facts: object) -> UUID:
    plan = proposal(*options, **facts)
    return propose_plan(actor=room.doctor, visit_id=room.visit_id, proposal=plan)


def choice(room: Room, plan_id: UUID, **facts: object) -> Choice:
    usual = {"digest": plan_page(room.doctor, plan_id).digest, "chosen": 0, "strokes": DRAWN}
    return Choice(**usual | facts)


def accepted(room: Room) -> UUID:
    plan_id = proposed(room)
    choose_option(actor=patient_actor(room), plan_id=plan_id, choice=choice(room, plan_id))
    hear_back(actor=room.doctor, plan_id=plan_id, said_back="磨牙做冠", is_understood=True)
    return plan_id


def test_a_choice_counts_once_it_was_said_back_and_releases_what_belongs_to_it():
    room = make_room()
    item_id = make_price("880.00")
    code = next(one.code for one in price_list(clock.now().date()) if one.item_id == item_id)
    plan_id = proposed(room, OptionWords("冠", "能咬", "磨牙", codes=(code,)))

    with pytest.raises(PlanOpen):
        require_released(room.visit_id)
    choose_option(actor=patient_actor(room), plan_id=plan_id, choice=choice(room, plan_id))
    hear_back(actor=room.doctor, plan_id=plan_id, said_back="不太清楚", is_understood=False)
    assert TreatmentPlan.objects.get().state == PlanState.PROPOSED
    hear_back(actor=room.doctor, plan_id=plan_id, said_back="磨牙做冠", is_understood=True)

    require_released(room.visit_id)
    page = plan_page(room.doctor, plan_id)
    assert (page.line.state, page.way, page.options[0].total) == ("accepted", "phone", 880)
    event = Event.objects.get(name="PlanAccepted")
    assert (event.body["chosen"], event.body["items"]) == (0, [str(item_id)])


def test_the_order_of_hearing_and_choosing_does_not_matter():
    room = make_room()
    plan_id = proposed(room)
    hear_back(actor=room.doctor, plan_id=plan_id, said_back="磨牙", is_understood=True)

    word = choice(room, plan_id, chosen=1, strokes="", witness="王立春")
    choose_option(actor=room.nurse, plan_id=plan_id, choice=word)

    row = TreatmentPlan.objects.get()
    assert (row.state, row.chosen, row.way, row.witness) == ("accepted", 1, "word", "王立春")


def test_an_emergency_goes_ahead_with_a_reason():
    room = make_room()
    plan_id = proposed(room)

    with pytest.raises(ReasonMissing):
        release_plan(actor=room.doctor, plan_id=plan_id, reason=" ")
    with pytest.raises(NotAllowed):
        release_plan(actor=room.nurse, plan_id=plan_id, reason="出血")
    release_plan(actor=room.doctor, plan_id=plan_id, reason="出血")

    require_released(room.visit_id)
    assert Event.objects.filter(name="PlanReleased").count() == 1
    with pytest.raises(PlanOver):
        release_plan(actor=room.doctor, plan_id=plan_id, reason="again")


def test_a_new_plan_replaces_the_one_before_and_ends_its_link():
    room = make_room()
    before = proposed(room)
    link = make_plan_link(actor=room.doctor, plan_id=before)
    old = choice(room, before)

    after = proposed(room, FILLING)

    assert [line.state for line in visit_plans(room.doctor, room.visit_id)] == [
        "proposed",
        "replaced",
    ]
    with pytest.raises(links.LinkOver):
        links.open("plan", link)
    with pytest.raises(PlanOver):
        choose_option(actor=room.nurse, plan_id=before, choice=old)
    with pytest.raises(ConsentChanged):
        choose_option(actor=room.nurse, plan_id=after, choice=old)
    assert [line.id for line in patient_plans(patient_actor(room), [room.patient_id])] == [after]


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"title": " "}, {"title"}),
        ({"explanation": ""}, {"explanation"}),
        ({"recommended": 5}, {"recommended"}),
    ],
)
def test_a_plan_that_says_too_little_is_refused(facts, fields):
    room = make_room()

    with pytest.raises(Invalid) as refused:
        proposed(room, **facts)

    assert {one.field for one in refused.value.errors} == fields
    assert not TreatmentPlan.objects.exists()


def test_an_option_needs_words_and_items_of_the_list():
    room = make_room()

    with pytest.raises(Invalid) as refused:
        proposed(room, OptionWords("冠", codes=("no-such",)))

    fields = {one.field for one in refused.value.errors}
    assert fields == {"benefits-1", "risks-1", "items-1"}


def test_what_is_no_choice_is_refused():
    room = make_room()
    plan_id = proposed(room)

    with pytest.raises(Invalid):
        choose_option(actor=room.nurse, plan_id=plan_id, choice=choice(room, plan_id, chosen=2))
    with pytest.raises(Invalid):
        choose_option(actor=room.nurse, plan_id=plan_id, choice=choice(room, plan_id, chosen=None))
    with pytest.raises(NotSignedByHand):
        choose_option(actor=room.nurse, plan_id=plan_id, choice=choice(room, plan_id, strokes=""))
    said = choice(room, plan_id, strokes="", witness="王立春")
    with pytest.raises(NotSignedByHand):
        choose_option(actor=patient_actor(room), plan_id=plan_id, choice=said)
    with pytest.raises(ConsentChanged):
        choose_option(
            actor=room.nurse, plan_id=plan_id, choice=choice(room, plan_id, digest="0" * 64)
        )
    assert TreatmentPlan.objects.get().chosen is None


def test_a_patient_declines_and_says_why():
    room = make_room()
    plan_id = proposed(room)

    with pytest.raises(ReasonMissing):
        decline_plan(actor=patient_actor(room), plan_id=plan_id, reason="")
    decline_plan(actor=patient_actor(room), plan_id=plan_id, reason="再考虑")

    assert TreatmentPlan.objects.get().state == PlanState.DECLINED
    require_released(room.visit_id)
    with pytest.raises(MoveRefused):
        decline_plan(actor=room.doctor, plan_id=plan_id, reason="again")


def test_the_database_refuses_to_change_what_was_proposed_or_chosen():
    room = make_room()
    accepted(room)

    for change in ({"content": {}}, {"digest": "0" * 64}, {"chosen": 1}, {"decided_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            TreatmentPlan.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        TreatmentPlan.objects.all().delete()


def test_strangers_and_other_patients_find_nothing():
    room = make_room()
    plan_id = proposed(room)
    other = Actor(kind="patient", name="account", owns=frozenset({make_second_patient(room)}))

    for actor in (other, make_room().doctor, Actor.nobody()):
        with pytest.raises(NotFound):
            plan_page(actor, plan_id)
        with pytest.raises(NotFound):
            decline_plan(actor=actor, plan_id=plan_id, reason="x")
    assert patient_plans(other, [room.patient_id]) == []


@pytest.mark.parametrize("many", [1, 4])
def test_the_list_costs_the_same_for_one_and_for_many(many, django_assert_num_queries):
    room = make_room()
    for _n in range(many):
        proposed(room)

    with django_assert_num_queries(5):
        assert len(visit_plans(room.doctor, room.visit_id)) == many


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_lead_from_the_proposal_to_what_counts(language):
    room = make_room()
    doctor = browser(room.doctor)
    doctor.cookies["yilu_language"] = language
    fields = {
        "title": "36", "explanation": "x", "recommended": "1",
        "name-1": "A", "benefits-1": "b", "risks-1": "r",
    }  # fmt: skip

    listed = doctor.get(url("plans", room), headers=PART)
    blank = doctor.get(url("propose-plan", room), headers=PART)
    lacking = doctor.post(url("propose-plan", room), sent(room, title="36"), headers=PART)
    made = doctor.post(url("propose-plan", room), sent(room, **fields), headers=PART)
    plan_id = TreatmentPlan.objects.get().pk
    codes = [one.status_code for one in (listed, blank, lacking, made)]
    assert codes == [200, 200, 422, 200]
    hand = reverse("clinical:plan-hand", args=[plan_id])
    assert "data-pad" in doctor.get(hand).text
    chosen = sent(
        room, digest=plan_page(room.doctor, plan_id).digest, chosen="0", strokes=DRAWN,
        decision="accept",
    )  # fmt: skip
    assert doctor.post(hand, chosen).status_code == 303
    assert doctor.post(hand, chosen | {"request_key": str(new_id())}).status_code == 409
    heard = doctor.post(
        reverse("clinical:plan-heard", args=[plan_id]),
        sent(room, said_back="ok", is_understood="1"),
        headers=PART,
    )
    assert heard.status_code == 200
    assert TreatmentPlan.objects.get().state == PlanState.ACCEPTED
    assert doctor.get(reverse("clinical:plan", args=[plan_id])).status_code == 200


def test_a_form_of_another_patient_decides_nothing():
    room = make_room()
    plan_id = proposed(room)
    other = Room(room.site_id, None, make_second_patient(room), room.nurse, room.doctor, None)

    for name in ("plan-heard", "plan-link", "decline-plan", "release-plan"):
        answer = browser(room.doctor).post(
            reverse(f"clinical:{name}", args=[plan_id]),
            sent(other, reason="x", said_back="x", is_understood="1"),
            headers=PART,
        )
        assert answer.status_code == 409
    assert TreatmentPlan.objects.get().version == 1


@pytest.mark.parametrize("current", PlanState)
@pytest.mark.parametrize("target", PlanState)
def test_only_listed_moves_are_legal(current, target):
    if target in PLAN_MOVES[current]:
        check_plan_move(current, target)
    else:
        with pytest.raises(MoveRefused):
            check_plan_move(current, target)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_choices_at_once_one_counts():
    room = make_room()
    plan_id = proposed(room)
    first, second = choice(room, plan_id), choice(room, plan_id, chosen=1)

    found = together(
        lambda: choose_option(actor=room.nurse, plan_id=plan_id, choice=first),
        lambda: choose_option(actor=patient_actor(room), plan_id=plan_id, choice=second),
    )

    assert found.count(PlanOver) == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_plans_at_once_one_stands():
    room = make_room()

    together(lambda: proposed(room), lambda: proposed(room, FILLING))

    assert TreatmentPlan.objects.filter(state=PlanState.PROPOSED).count() == 1


def sent(room: Room, **fields: str) -> dict:
    return sealed(room, request_key=str(new_id())) | fields
