"""What others wrote down of what was said during a procedure waits for who leads it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from yilu.clinical.operations.procedures import note_said, plan_procedure, read_said
from yilu.clinical.selectors.communications import KEPT_FOR, communications
from yilu.clinical.tests.factories import Room, another_doctor, make_room, make_second_patient
from yilu.clinical.tests.test_pages import PART, browser, sealed
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C20")]


def planned(room: Room, visit_id: UUID | None = None) -> UUID:
    visit = visit_id or room.visit_id
    return plan_procedure(
        actor=room.doctor, visit_id=visit, kind="tooth_extraction", what="36 拔除"
    )


def say(room: Room, procedure_id: UUID, text: str, *, by: object = None) -> None:
    note_said(actor=by or room.nurse, procedure_id=procedure_id, speaker="patient", text=text)


def unread(room: Room, who: object = None) -> list[list[str]]:
    found = communications(who or room.doctor, room.site_id)
    return [[entry.text for entry in one.entries] for one in found]


def test_it_waits_for_who_leads_until_they_have_read_it_and_again_after_more_is_said():
    room = make_room()
    procedure_id = planned(room)
    say(room, procedure_id, "有点麻")
    say(room, procedure_id, "我自己记的", by=room.doctor)

    assert unread(room) == [["有点麻"]]
    [line] = communications(room.doctor, room.site_id)
    assert (line.entries[0].speaker, line.patient.name.written) == ("患者", "林半夏")
    assert unread(room, another_doctor(room).actor()) == []
    read_said(actor=room.doctor, procedure_id=procedure_id)
    assert unread(room) == []
    say(room, procedure_id, "疼")
    assert unread(room) == [["疼"]]
    with clock.at(clock.now() + KEPT_FOR + timedelta(seconds=1)):
        assert unread(room) == []


def test_elsewhere_nobody_learns_of_it():
    room = make_room()
    procedure_id = planned(room)
    stranger = make_staff("doctor", site_id=make_room().site_id).actor()

    with pytest.raises(NotFound):
        communications(stranger, room.site_id)
    with pytest.raises(NotFound):
        read_said(actor=stranger, procedure_id=procedure_id)


@pytest.mark.parametrize("many", [1, 5])
def test_it_costs_the_same_however_much_was_said(many: int, django_assert_num_queries):
    room = make_room()
    site_zone(room.site_id)
    for _ in range(many):
        say(room, planned(room, make_second_patient(room)), "好")

    with django_assert_num_queries(4):
        assert len(communications(room.doctor, room.site_id)) == many


def test_the_page_lists_it_and_a_press_says_that_it_is_read():
    room = make_room()
    procedure_id = planned(room)
    say(room, procedure_id, "有点麻")
    doctor = browser(room.doctor)

    assert "有点麻" in doctor.get(reverse("clinical:work", args=[room.site_id])).text
    address = reverse("clinical:said-read", args=[room.site_id, procedure_id])
    answer = doctor.post(address, sealed(room, request_key=str(new_id())), headers=PART)

    assert (answer.status_code, "有点麻" in answer.text) == (200, False)
