"""Dental plans: items on teeth, proposed, accepted, booked, done, charged, and dropped."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from django.urls import reverse

from yilu.billing.models import Charge
from yilu.billing.operations.bills import open_bill
from yilu.billing.states import ChargeState
from yilu.billing.tests.factories import make_cashier
from yilu.clinical.errors import PlanOpen
from yilu.clinical.operations.plans import decline_plan, release_plan
from yilu.clinical.selectors.plans import plan_page
from yilu.clinical.tests.factories import make_second_patient, make_visit
from yilu.clinical.tests.test_pages import PART, browser
from yilu.dental.errors import (
    ItemMoveRefused,
    NotAccepted,
    NothingToPropose,
    NotPlannable,
    NotTheirBooking,
    WhyMissing,
)
from yilu.dental.models import PlanItem, ToothEntry
from yilu.dental.operations.item_deeds import (
    book_item,
    finish_item,
    join_booking,
    take_back_item,
)
from yilu.dental.operations.planning import Wish, drop_item, plan_service
from yilu.dental.rules.plans import steps
from yilu.dental.selectors.chart import chart_part
from yilu.dental.selectors.plans import dental_plan, item_times
from yilu.dental.states import ITEM_MOVES, ItemState
from yilu.dental.tests.factories import Room, charted, sealed
from yilu.dental.tests.planned import (
    accepted,
    dental_service,
    make_dental_room,
    planned,
    proposed,
    state_of,
)
from yilu.facility.tests.factories import make_department
from yilu.platform import actors, clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.testing import drain
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.workforce.models import Practitioner

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C09")]


def state_on_chart(room: Room, tooth: str):
    return chart_part(room.doctor, room.visit_id).states.get(tooth)


def finish(room: Room, item: UUID, **facts):
    finish_item(actor=room.doctor, item_id=item, visit_id=room.visit_id, **facts)


def test_a_service_is_planned_on_each_tooth_with_its_price_and_its_mark():
    room = make_dental_room()

    planned(room, teeth="36,37")
    planned(room, "scaling", teeth="", surfaces="", phase=1)

    plan = dental_plan(room.doctor, room.visit_id)
    assert [(one.phase, one.total) for one in plan.phases] == [
        (1, Decimal("480.00")),
        (2, Decimal("960.00")),
    ]
    assert plan.total == Decimal("1440.00")
    assert {s: m.code for s, m in state_on_chart(room, "36").planned_surfaces.items()} == {
        "M": "filling", "O": "filling",
    }  # fmt: skip
    assert ToothEntry.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"teeth": ["19"]}, {"teeth": ["x" * 400]}, {"teeth": []}, {"surfaces": ""},
        {"surfaces": "X"}, {"phase": 0}, {"phase": 5}, {"note": "\x00"},
        {"service_id": new_id()},
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused_and_leaves_nothing(fields):
    room = make_dental_room()
    usual = {"service_id": dental_service("filling"), "teeth": ["36"], "phase": 2, "surfaces": "O"}

    with pytest.raises(NotPlannable):
        plan_service(actor=room.doctor, visit_id=room.visit_id, wish=Wish(**usual | fields))

    assert not PlanItem.objects.exists()
    assert not ToothEntry.objects.exists()


def test_a_mark_that_stands_already_is_not_charted_again():
    room = make_dental_room()
    charted(room, "38", "extraction", layer="planned")

    item = planned(room, "extraction", "38", "")
    drop_item(actor=room.doctor, item_id=item, reason="患者不同意")

    assert ToothEntry.objects.filter(withdrawn_at=None).count() == 1


def test_what_the_patient_chose_goes_ahead_and_the_rest_waits():
    room = make_dental_room()
    urgent = planned(room, "extraction", "38", "", phase=1)
    later = planned(room, phase=2)

    plan_id = accepted(room, chosen=0)

    page = plan_page(room.doctor, plan_id)
    assert [one.total for one in page.options] == [Decimal("480.00"), Decimal("960.00")]
    assert page.options[1].is_recommended
    assert (state_of(urgent), state_of(later)) == ("accepted", "planned")


@pytest.mark.parametrize(
    ("phases", "until"), [([2], [2]), ([1, 2, 2], [1, 2]), ([1, 2, 3, 4], [1, 2, 4])]
)
def test_options_go_phase_by_phase_and_the_last_holds_everything(phases, until):
    assert steps(phases) == until


def test_nothing_is_done_before_it_is_accepted_but_in_an_emergency():
    room = make_dental_room()
    item = planned(room)
    with pytest.raises(NotAccepted):
        finish(room, item)
    plan_id = proposed(room)
    with pytest.raises(PlanOpen):
        finish(room, item)

    release_plan(actor=room.doctor, plan_id=plan_id, reason="急性疼痛")
    finish(room, item)

    assert state_of(item) == "done"


@pytest.mark.covers("C08")
@pytest.mark.parametrize(
    ("tooth", "surfaces", "is_held"), [("36", "O", True), ("36", "B", False), ("37", "O", False)]
)
def test_what_waits_for_the_patient_is_not_charted_as_done(tooth, surfaces, is_held):
    room = make_dental_room()
    planned(room)
    charted(room, "36", "filling", "O", layer="done")  # Nobody has proposed anything yet.
    plan_id = proposed(room)

    if is_held:
        with pytest.raises(PlanOpen):
            charted(room, tooth, "filling", surfaces, layer="done")
        release_plan(actor=room.doctor, plan_id=plan_id, reason="急性疼痛")
    charted(room, tooth, "filling", surfaces, layer="done")
    charted(room, tooth, "caries", surfaces)

    assert ToothEntry.objects.filter(layer="done").count() == 2


def test_what_was_declined_is_not_done():
    room = make_dental_room()
    item = planned(room)
    plan_id = proposed(room)
    decline_plan(actor=room.doctor, plan_id=plan_id, reason="再考虑")

    with pytest.raises(NotAccepted):
        finish(room, item)
    assert proposed(room) != plan_id


def test_done_it_is_on_the_chart_and_charged_once_and_taken_back_it_is_on_neither():
    room = make_dental_room()
    item = planned(room)
    accepted(room)
    with pytest.raises(Stale):
        finish(room, item, version=1)

    finish(room, item)
    drain()

    state = state_on_chart(room, "36")
    assert state.surfaces["O"].title.startswith("充填")
    assert not state.planned_surfaces
    charge = Charge.objects.get(state=ChargeState.OPEN)
    assert (charge.amount, charge.visit_id) == (Decimal("480.00"), room.visit_id)
    with pytest.raises(ItemMoveRefused):
        finish(room, item)
    with pytest.raises(WhyMissing):
        take_back_item(actor=room.doctor, item_id=item, reason=" ")

    take_back_item(actor=room.doctor, item_id=item, reason="点错")
    drain()

    assert state_of(item) == "accepted"
    assert not state_on_chart(room, "36").surfaces
    assert not Charge.objects.exclude(state=ChargeState.VOID).exists()
    with pytest.raises(ItemMoveRefused):
        take_back_item(actor=room.doctor, item_id=item, reason="x")


def test_what_is_dropped_says_why_and_leaves_the_chart():
    room = make_dental_room()
    item = planned(room)

    with pytest.raises(WhyMissing):
        drop_item(actor=room.doctor, item_id=item, reason="")
    drop_item(actor=room.doctor, item_id=item, reason="改做冠")

    plan = dental_plan(room.doctor, room.visit_id)
    assert (plan.phases, plan.over[0].reason) == ((), "改做冠")
    assert state_on_chart(room, "36") is None
    with pytest.raises(NothingToPropose):
        proposed(room)


def in_a_clinic() -> tuple[Room, UUID]:
    """A patient whose filling was accepted, in a clinic with free time."""
    clinic = make_clinic(service=dental_service("filling"), days=14)
    make_department(clinic.site_id, key="dental", specialty="dental")
    doctor = actors.load(Practitioner.objects.get(pk=clinic.doctors[0]).staff.user)
    patient = clinic.patient()
    visit = make_visit(clinic.site_id, patient)
    room = Room(clinic.site_id, patient, visit, doctor, doctor, doctor)
    item = planned(room)
    accepted(room)
    return room, item


def test_an_accepted_item_is_booked_and_waits_again_when_the_booking_is_cancelled():
    with clock.at(at(9)):
        room, item = in_a_clinic()
        found = item_times(room.doctor, room.visit_id, item, first=None)
        slot = found.slots[0]
        booked = book_item(
            actor=room.doctor, item_id=item, practitioner_id=slot.practitioner_id,
            starts_at=slot.starts_at,
        )  # fmt: skip

        (line,) = dental_plan(room.doctor, room.visit_id).phases[0].items
        assert (line.state, line.booking.id) == ("booked", booked.id)
        assert Booking.objects.get().starts_at == slot.starts_at
        cancel_booking(actor=room.doctor, booking_id=booked.id, reason="临时有事")
        drain()

    assert state_of(item) == "accepted"


def test_an_item_is_done_at_a_booking_there_is_already_but_not_at_somebody_elses():
    with clock.at(at(9)):
        room, item = in_a_clinic()
        slots = item_times(room.doctor, room.visit_id, item, first=None).slots
        first = book_item(
            actor=room.doctor, item_id=item, practitioner_id=slots[0].practitioner_id,
            starts_at=slots[0].starts_at,
        )  # fmt: skip
        second = planned(room, teeth="37")
        accepted(room)
        join_booking(actor=room.doctor, item_id=second, booking_id=first.id)
        other = replace(room, visit_id=make_second_patient(room))
        theirs = planned(other, teeth="11", surfaces="M")
        accepted(other)
        with pytest.raises(NotTheirBooking):
            join_booking(actor=room.doctor, item_id=theirs, booking_id=first.id)

    assert PlanItem.objects.filter(booking_id=first.id).count() == 2


@pytest.mark.parametrize("current", ItemState)
@pytest.mark.parametrize("target", [ItemState.DONE, ItemState.DROPPED])
def test_what_is_over_stays_over(current, target):
    assert (target in ITEM_MOVES[current]) == (
        current in {ItemState.PLANNED, ItemState.ACCEPTED, ItemState.BOOKED}
    )


def test_who_may_not_write_plans_and_does_nothing():
    room = make_dental_room()
    item = planned(room)
    wish = Wish(dental_service("filling"), ["37"], 2, "O")

    with pytest.raises(NotAllowed):
        plan_service(actor=room.nurse, visit_id=room.visit_id, wish=wish)
    with pytest.raises(NotAllowed):
        drop_item(actor=room.nurse, item_id=item, reason="x")
    with pytest.raises(NotFound):
        dental_plan(room.pharmacist, room.visit_id)
    assert state_of(item) == "planned"


def test_the_plan_costs_the_same_for_one_item_and_for_many(
    django_assert_num_queries, django_assert_max_num_queries
):
    room = make_dental_room()
    planned(room)
    with django_assert_max_num_queries(12) as first:
        dental_plan(room.doctor, room.visit_id)
    planned(room, teeth="11,12,13,14,15,16,17", surfaces="M")
    with django_assert_num_queries(len(first.captured_queries)):
        assert dental_plan(room.doctor, room.visit_id).many == 8


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_part_plans_proposes_does_and_prints(language):
    room = make_dental_room()
    client = browser(room.doctor)
    client.cookies["yilu_language"] = language

    def url(name, *more):
        return reverse(f"dental:{name}", args=[room.visit_id, *more])

    fields = {"service": dental_service("filling"), "teeth": "36、37", "surfaces": "O", "phase": 2}
    added = client.post(url("plan-add"), sealed(room, **fields), headers=PART)
    wrong = client.post(url("plan-add"), sealed(room, **fields | {"teeth": "99"}), headers=PART)
    empty = client.post(url("plan-propose"), sealed(room, title=""), headers=PART)
    words = {"title": "t", "explanation": "e", "benefits": "b", "risks": "r"}
    put = client.post(url("plan-propose"), sealed(room, **words), headers=PART)
    item = PlanItem.objects.first()
    early = client.post(url("plan-done", item.pk), sealed(room, version=2), headers=PART)

    assert (added.status_code, put.status_code) == (200, 200)
    assert (wrong.status_code, empty.status_code, early.status_code) == (422, 422, 409)
    assert "/clinical/plan" in put["HX-Redirect"]
    assert PlanItem.objects.count() == 2
    for name in ("plan", "plan-propose"):
        assert client.get(url(name), headers=PART).status_code == 200
    assert client.get(url("plan-times", item.pk), headers=PART).status_code == 200
    assert client.get(url("plan-drop", item.pk), headers=PART).status_code == 200
    paper = client.get(url("plan-paper"))
    assert paper.content.startswith(b"%PDF")
    assert browser(room.pharmacist).get(url("plan")).status_code == 404


def test_the_row_of_what_is_done_says_on_which_bill_it_stands():
    room = make_dental_room()
    item = planned(room)
    accepted(room)
    finish(room, item)
    drain()
    client = browser(room.doctor)
    client.cookies["yilu_language"] = "zh-hans"
    address = reverse("billing:dental-charge", args=[item])

    before = client.get(address, headers=PART)
    open_bill(actor=make_cashier(room.site_id), visit_id=room.visit_id)
    after = client.get(address, headers=PART)

    assert "已计费" in before.text
    assert "账单" in after.text
    assert browser(room.pharmacist).get(address, headers=PART).text.strip() == ""


def test_an_item_of_another_patient_is_not_found_through_this_visit():
    room = make_dental_room()
    other = make_second_patient(room)
    item = planned(room)
    client = browser(room.doctor)

    for name in ("plan-times", "plan-drop"):
        answer = client.get(reverse(f"dental:{name}", args=[other, item]), headers=PART)
        assert answer.status_code == 404
