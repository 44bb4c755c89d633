"""Whom a suspected patient met."""

import pytest

from yilu.outbreak.operations.suspecting import mark_suspected
from yilu.outbreak.selectors.contacts import contacts
from yilu.outbreak.selectors.screenings import suspects
from yilu.outbreak.tests.factories import answers, comes, planned, turn_on
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.models import AuditEntry
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_next, finish_ticket
from yilu.queueing.selectors.points import stations
from yilu.reception.operations.arrivals import check_in
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


def found_by(ready, actor=None):
    one = suspects(ready.nurse, ready.site_id)[0]
    return contacts(actor or ready.nurse, one.id)


def test_who_waited_at_the_same_time_is_a_contact_and_who_came_later_is_not(ready):
    turn_on(ready)
    with clock.at(at(9, 40)):
        near = comes(ready, name="同时候诊")
    with clock.at(at(9, 50)):
        ill = comes(ready, name="后来疑似")
    with clock.at(at(10, 0)):
        mark_suspected(actor=ready.nurse, visit_id=ill.visit_id, why="发热")
    with clock.at(at(10, 20)):
        soon = comes(ready, name="窗口期内")
    with clock.at(at(10, 45)):
        comes(ready, name="之后才来")
        found = found_by(ready)

    met = {str(one.patient.name): one.minutes for one in found.patients}
    assert met == {"同时候诊": 10, "窗口期内": 0}
    assert found.window_minutes == 30
    assert [(one.is_station, one.from_at, one.until_at) for one in found.places] == [
        (False, at(9, 50), at(10, 0)),
        (False, at(10, 0), at(10, 45)),
    ]
    assert near.visit_id != soon.visit_id
    assert "吴护士" in {str(one.name) for one in found.staff}


def test_another_area_is_no_contact_and_the_window_can_be_narrowed(ready):
    planned(ready, window_minutes=0, version=1)
    turn_on(ready)
    with clock.at(at(9, 40)):
        comes(ready, name="同时候诊")
    with clock.at(at(9, 50)):
        comes(ready, "fever", name="入口疑似")
    with clock.at(at(10, 30)):
        found = found_by(ready)
    assert found.patients == ()


def test_staff_of_the_room_companions_and_who_was_called_there_are_named(ready):
    turn_on(ready)
    booked = ready.clinic.book(at(10), companion="女儿 陈玲")
    with clock.at(at(9, 50)):
        mine = check_in(actor=ready.desk, booking_id=booked.id, screening=answers())
        other = comes(ready, name="前一位")
    kind = Ticket.objects.get(pk=mine.ticket_id).queue.kind
    room = stations(ready.site_id, kind=kind)[0]
    with clock.at(at(10)):
        called = call_next(actor=ready.doctor, station_id=room.id)
    with clock.at(at(10, 10)):
        finish_ticket(actor=ready.doctor, ticket_id=called.id)
    with clock.at(at(10, 12)):
        call_next(actor=ready.doctor, station_id=room.id)
        mark_suspected(actor=ready.nurse, visit_id=mine.visit_id, why="皮疹")
        found = found_by(ready)

    assert {str(one.patient.name) for one in found.patients} == {"前一位"}
    assert any(one.is_station for one in found.places)
    names = {str(one.name) for one in found.staff}
    assert {"吴护士"} < names
    assert found.companions == ("女儿 陈玲",)
    assert other.visit_id != mine.visit_id


@pytest.mark.parametrize("many", [1, 12])
def test_it_costs_the_same_whoever_came_and_the_read_is_on_record(
    ready, django_assert_max_num_queries, many
):
    turn_on(ready)
    for n in range(many):
        comes(ready, name=f"患者{n}")
    mark_suspected(actor=ready.nurse, visit_id=comes(ready).visit_id, why="发热")
    one = suspects(ready.nurse, ready.site_id)[0]
    before = AuditEntry.objects.filter(action="patients.patient.seen").count()
    with django_assert_max_num_queries(21):
        contacts(ready.nurse, one.id)
    reads = AuditEntry.objects.filter(action="patients.patient.seen")
    assert reads.count() > before
    assert any("contact list" in line.details["why"] for line in reads)


def test_the_desk_may_not_trace(ready):
    turn_on(ready)
    comes(ready, "fever")
    with pytest.raises(NotFound):
        found_by(ready, ready.desk)
