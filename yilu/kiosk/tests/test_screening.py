"""The entry questions at a kiosk, while the clinic is in outbreak mode."""

import pytest

from yilu.facility.operations.places import RoomFacts, add_place
from yilu.facility.selectors.places import rooms
from yilu.facility.tests.factories import BUILDER, words
from yilu.outbreak.models import Screening
from yilu.outbreak.operations.plans import PlanFacts, set_plan
from yilu.outbreak.operations.switching import switch_on
from yilu.outbreak.tests.factories import ROUTE, answers
from yilu.platform.names import Localized
from yilu.queueing.models import Ticket
from yilu.scheduling.models import Booking
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


@pytest.fixture
def boss(hall):
    opened, _machine, _guest = hall
    facts = RoomFacts(name=words("9 号室", "Room 9"), kind="consulting")
    add_place(actor=BUILDER, site_id=opened.site_id, key="room-for-one", facts=facts)
    room = next(one for one in rooms(opened.site_id) if one.key == "room-for-one")
    manager = make_staff("manager", site_id=opened.site_id).actor()
    plan = PlanFacts(route=Localized(ROUTE), room_id=room.id)
    set_plan(actor=manager, site_id=opened.site_id, facts=plan)
    return manager


def on(boss, hall, *, drill=False):
    switch_on(
        actor=boss, site_id=hall[0].site_id, illness="respiratory", reason="通知", is_drill=drill
    )


def known(hall):
    """The guest has shown the phone and the birth date."""
    _opened, machine, guest = hall
    machine.post("who", number=guest.phone, born_on="19880412")
    return machine, guest


def text(answer) -> str:
    return answer.content.decode()


def said(*yes):
    return {f"q-{key}": word for key, word in answers(*yes).items()}


def test_who_checks_in_is_asked_first_and_then_told_the_way(hall, boss):
    on(boss, hall)
    machine, guest = known(hall)

    asked = machine.post("check-in", booking=str(guest.booking_id), needs="wheelchair")
    assert (asked.status_code, "先回答几个问题" in text(asked)) == (200, True)
    assert 'name="needs" value="wheelchair"' in text(asked)
    assert Booking.objects.get().state == "confirmed"
    none = machine.post("check-in", booking=str(guest.booking_id), asked="1")
    assert (none.status_code, "请回答每一个问题" in text(none)) == (422, True)
    fever = {"asked": "1", "q-fever": "no"}
    some = machine.post("check-in", booking=str(guest.booking_id), **fever)
    assert (some.status_code, "请回答每一个问题" in text(some)) == (422, True)

    done = machine.post("check-in", booking=str(guest.booking_id), **said("fever"))

    assert done.status_code == 303
    row = Screening.objects.get()
    assert (row.via, row.outcome) == ("kiosk", "positive")
    page = text(machine.get("me"))
    assert ROUTE["zh-Hans"] in page
    assert "发热" not in page
    assert Ticket.objects.get().queue.key == "apart"


def test_who_has_nothing_waits_as_ever(hall, boss):
    on(boss, hall)
    machine, guest = known(hall)
    assert machine.post("check-in", booking=str(guest.booking_id), **said()).status_code == 303
    assert Ticket.objects.get().queue.key != "apart"
    assert ROUTE["zh-Hans"] not in text(machine.get("me"))


def test_in_a_drill_nobody_at_a_kiosk_notices(hall, boss):
    on(boss, hall, drill=True)
    machine, guest = known(hall)
    assert machine.post("check-in", booking=str(guest.booking_id)).status_code == 303
    assert not Screening.objects.exists()
