"""A session that runs late: desk and doctor are shown new times, and one press applies them."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, Stale
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.scheduling import permissions
from yilu.scheduling.errors import SessionOnTime
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.arrivals import mark_arrived, mark_in_consultation
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.retiming import retime_session
from yilu.scheduling.retiming import Due, free_from, retimed
from yilu.scheduling.selectors.overruns import Overrun, overruns
from yilu.scheduling.tests.factories import Clinic, at, make_actor, make_clinic
from yilu.scheduling.tests.test_pages import send, toast
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A24")]
HALF = timedelta(minutes=30)
NOW = at(9, 55)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=3)


@pytest.fixture
def late(clinic: Clinic) -> list[UUID]:
    """At five to ten the first is still inside and the second waits; others come until noon."""
    starts = [at(9), at(9, 30), at(10), at(10, 30), at(11, 30)]
    booked = [clinic.book(start).id for start in starts]
    with clock.at(at(9)):
        mark_arrived(actor=clinic.actor, booking_id=booked[0])
        mark_in_consultation(actor=clinic.actor, booking_id=booked[0])
    with clock.at(at(9, 20)):
        mark_arrived(actor=clinic.actor, booking_id=booked[1])
    return booked


def found(clinic: Clinic) -> Overrun:
    (one,) = overruns(clinic.actor, clinic.site_id)
    return one


def starts(ids: list[UUID]) -> list[datetime]:
    return [Booking.objects.get(pk=one).starts_at for one in ids]


def press(clinic: Clinic, seen: str) -> tuple[int, int]:
    made = retime_session(
        actor=clinic.actor, site_id=clinic.site_id, practitioner_id=clinic.doctors[0], seen=seen
    )
    return made.moved, made.left


def test_nobody_is_prompted_below_the_set_minutes(clinic: Clinic, late: list[UUID]):
    with clock.at(at(9, 49)):
        assert overruns(clinic.actor, clinic.site_id) == []


def test_who_waits_comes_first_and_a_gap_takes_the_delay_up(clinic: Clinic, late: list[UUID]):
    with clock.at(NOW):
        shown = found(clinic)

    assert (shown.practitioner_id, shown.minutes, shown.movable) == (clinic.doctors[0], 25, 2)
    assert [(one.line.id, one.starts_at) for one in shown.changes] == [
        (late[2], at(10, 30)),
        (late[3], at(11)),
    ]


def test_one_press_moves_them_and_everybody_is_told(clinic: Clinic, late: list[UUID]):
    with clock.at(NOW):
        assert press(clinic, found(clinic).seen) == (2, 0)
        drain()
        with pytest.raises(SessionOnTime):
            press(clinic, "again")

    assert starts(late) == [at(9), at(9, 30), at(10, 30), at(11), at(11, 30)]
    assert Message.objects.filter(template="booking_changed", channel="sms").count() == 2


def test_what_was_shown_is_what_is_done_or_nothing(clinic: Clinic, late: list[UUID]):
    with clock.at(NOW):
        seen = found(clinic).seen
        cancel_booking(actor=clinic.actor, booking_id=late[3], reason="ill")
        with pytest.raises(Stale):
            press(clinic, seen)

    assert starts(late)[2] == at(10)


def test_who_finds_no_time_any_more_gets_another_doctor(clinic: Clinic, late: list[UUID]):
    eleven = clinic.book(at(11)).id

    with clock.at(NOW):
        shown = found(clinic)
        last = next(one for one in shown.changes if one.line.id == late[4])
        assert (last.starts_at, last.practitioner_id) == (at(11, 30), clinic.doctors[1])
        assert press(clinic, shown.seen) == (4, 0)

    assert Booking.objects.get(pk=late[4]).practitioner_id == clinic.doctors[1]
    assert starts([late[2], late[3], eleven]) == [at(10, 30), at(11), at(11, 30)]


def test_only_who_may_change_bookings_applies_it(clinic: Clinic, late: list[UUID]):
    looker = make_actor(clinic.site_id, permissions.SEE)
    with clock.at(NOW), pytest.raises(NotAllowed):
        retime_session(
            actor=looker, site_id=clinic.site_id, practitioner_id=clinic.doctors[0], seen=""
        )
    assert starts(late)[2] == at(10)


def test_the_desk_is_prompted_and_presses(client: Client, clinic: Clinic, late: list[UUID]):
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    with clock.at(NOW):
        prompt = client.get(reverse("scheduling:attention")).content.decode()
        assert "已延误 25 分钟" in prompt
        assert "调整并通知 2 位患者" in prompt
        done = send(
            client, "retime", [clinic.doctors[0]], site=clinic.site_id, seen=found(clinic).seen
        )

    assert toast(done)["text"] == "已通知 2 位患者新的时间。"
    assert starts(late)[2:4] == [at(10, 30), at(11)]


def test_a_prompt_that_is_put_off_comes_back_when_it_has_grown(
    client: Client, clinic: Clinic, late: list[UUID]
):
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))

    def minutes_shown(hour: int, minute: int) -> bool:
        with clock.at(at(hour, minute)):
            return "已延误" in client.get(reverse("scheduling:attention")).content.decode()

    with clock.at(NOW):
        answer = send(client, "put-off", [clinic.doctors[0]], site=clinic.site_id)

    assert "已延误" not in answer.content.decode()
    assert not minutes_shown(10, 4)
    assert minutes_shown(10, 5)
    assert starts(late)[2] == at(10)
    # A colleague is prompted all the while.
    other = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=other.user_id))
    assert minutes_shown(9, 56)


def test_looking_costs_one_query_when_nobody_is_late(clinic: Clinic, django_assert_num_queries):
    clinic.book(at(10))
    with clock.at(at(9)), django_assert_num_queries(1):
        assert overruns(clinic.actor, clinic.site_id) == []


def test_times_are_worked_out_from_who_is_inside_and_who_is_here():
    assert free_from(at(10, 2), at(9, 30), []) == at(10, 7)
    assert free_from(at(10, 2), at(10, 30), [HALF]) == at(11)
    due = [Due(UUID(int=n), UUID(int=0), one, one + HALF) for n, one in enumerate((at(10), at(11)))]

    moved = retimed(due, at(10, 22), [(at(9), at(12))])

    # The second has a gap before it: five minutes are nothing to tell anybody.
    assert [(one.booking_id.int, start) for one, start in moved] == [(0, at(10, 25))]
