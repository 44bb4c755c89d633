"""Requests that were not met at once are counted, outside the refused deed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, User
from yilu.platform.testing import drain
from yilu.scheduling import permissions
from yilu.scheduling.asking import on_way
from yilu.scheduling.errors import (
    NothingSuits,
    OutsideSessions,
    SlotTaken,
    UnknownPatient,
)
from yilu.scheduling.models import Attempt, Booking
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.operations.holds import hold_time, release_hold
from yilu.scheduling.operations.placing import Range, place_booking
from yilu.scheduling.operations.waiting_list import WaitingWish, join_waiting_list
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, Clinic, at
from yilu.scheduling.tests.test_pages import send
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A22")]


@pytest.fixture
def taken(clinic: Clinic) -> None:
    """Ten o'clock on Monday is booked already."""
    clinic.book(at(10))
    drain(timers=False)


def keep(clinic: Clinic, hour: int = 10) -> Any:
    return hold_time(
        actor=Actor.system("portal.time_keeper", permissions.BOOK),
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=clinic.doctors[0],
        starts_at=at(hour),
        channel="web",
    )


def test_a_refusal_is_counted_though_its_deed_is_undone(clinic: Clinic, taken: None):
    patient = clinic.patient()
    lines = AuditEntry.objects.count()
    with pytest.raises(SlotTaken):
        clinic.book(at(10), patient_id=patient, channel="phone")

    one = Attempt.objects.get()
    assert (one.party, one.code, one.channel, one.tries) == (patient, "slot_taken", "phone", 1)
    assert (one.asked_on, one.booking_id) == (MONDAY - timedelta(days=1), None)
    assert Booking.objects.count() == 1
    assert AuditEntry.objects.count() == lines


def test_trying_again_on_one_day_is_one_request_with_the_last_reason(clinic: Clinic, taken: None):
    wish = clinic.wish(at(10))
    with pytest.raises(SlotTaken):
        book_appointment(actor=clinic.actor, wish=wish)
    with pytest.raises(OutsideSessions):
        book_appointment(actor=clinic.actor, wish=replace(wish, starts_at=at(6)))
    with (
        clock.at(SUNDAY_EVENING + timedelta(hours=9)),  # Five in the morning of Monday.
        pytest.raises(SlotTaken),
    ):
        book_appointment(actor=clinic.actor, wish=wish)

    found = Attempt.objects.order_by("asked_on").values_list("asked_on", "code", "tries")
    assert list(found) == [
        (MONDAY - timedelta(days=1), "outside_sessions", 2),
        (MONDAY, "slot_taken", 1),
    ]


def test_wrong_input_and_trouble_of_the_database_are_no_requests(clinic: Clinic):
    with pytest.raises(UnknownPatient):
        clinic.book(at(10), patient_id=new_id())
    assert not Attempt.objects.exists()


def test_a_deed_that_succeeds_pays_no_query_for_it(
    clinic: Clinic, django_assert_max_num_queries: Any
):
    wish = clinic.wish(at(9))
    with django_assert_max_num_queries(9):  # Two of them are the test's own savepoint.
        book_appointment(actor=clinic.actor, wish=wish)
    assert not Attempt.objects.exists()


def test_who_is_booked_after_all_has_been_met(clinic: Clinic, taken: None):
    patient = clinic.patient()
    with pytest.raises(SlotTaken):
        clinic.book(at(10), patient_id=patient)
    booked = clinic.book(at(11), patient_id=patient)
    drain(timers=False)

    assert Attempt.objects.get().booking_id == booked.id


def test_a_booking_a_day_later_or_of_another_service_meets_nothing(clinic: Clinic, taken: None):
    patient = clinic.patient()
    with pytest.raises(SlotTaken):
        clinic.book(at(10), patient_id=patient)
    with clock.at(SUNDAY_EVENING + timedelta(hours=25)):
        clinic.book(at(11, day=2), patient_id=patient)
        drain(timers=False)

    assert Attempt.objects.get().booking_id is None


def test_placing_counts_only_what_it_could_not_place(clinic: Clinic):
    wish = clinic.wish(at(0))
    for hour, minute in [(h, m) for h in (9, 10, 11, 14, 15, 16) for m in (0, 30)]:
        clinic.book(at(hour, minute))
    with pytest.raises(NothingSuits):
        place_booking(actor=clinic.actor, wish=wish, within=Range(MONDAY))
    assert Attempt.objects.get().code == "nothing_suits"
    place_booking(actor=clinic.actor, wish=wish, within=Range(MONDAY + timedelta(days=1)))
    drain(timers=False)
    assert Attempt.objects.get().booking_id is not None


def test_a_time_that_was_kept_and_not_taken_is_counted_and_met_by_the_same_way(clinic: Clinic):
    way = new_id()
    with on_way(way):
        keep(clinic)
    with clock.at(SUNDAY_EVENING + timedelta(minutes=11)):
        drain()
    one = Attempt.objects.get()
    assert (one.party, one.code, one.channel) == (way, "left_untaken", "web")

    with on_way(way):
        booked = clinic.book(at(10), channel="web")
    drain(timers=False)

    one.refresh_from_db()
    assert one.booking_id == booked.id


def test_choosing_another_time_instead_is_no_time_left_untaken(clinic: Clinic):
    able = Actor.system("portal.time_keeper", permissions.BOOK)
    with on_way(new_id()):
        held = keep(clinic)
        assert release_hold(actor=able, hold_id=held.id)
        assert not release_hold(actor=able, hold_id=held.id)
    with clock.at(SUNDAY_EVENING + timedelta(minutes=11)):
        drain()
    assert not Attempt.objects.exists()


def test_who_was_refused_and_joins_the_waiting_list_counts_as_a_wish(clinic: Clinic, taken: None):
    patient = clinic.patient()
    with pytest.raises(SlotTaken):
        clinic.book(at(10), patient_id=patient)
    wish = WaitingWish(
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=None,
        patient_id=patient,
        from_on=MONDAY,
        until_on=MONDAY + timedelta(days=4),
        channel="desk",
    )
    entry_id = join_waiting_list(actor=clinic.actor, wish=wish)
    drain(timers=False)

    assert Attempt.objects.get().waiting_id == entry_id


def test_somebody_new_at_the_desk_is_one_request_however_often_the_dialog_is_sent(
    client: Client, clinic: Clinic, taken: None
):
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    way = new_id()
    facts = {
        "service": clinic.service_id,
        "new_name": "周雨晴",
        "new_phone": "12100000088",
        "channel": "phone",
        "way": str(way),
    }
    who = clinic.doctors[0]
    for _ in range(2):
        refused = send(client, "new", [], **facts, time=f"{at(10).isoformat()}|{who}")
        assert refused.status_code == 422
        assert f'name="way" value="{way}"' in refused.content.decode()
    one = Attempt.objects.get()
    assert (one.party, one.tries) == (way, 2)

    done = send(client, "new", [], **facts, time=f"{at(11).isoformat()}|{who}")
    assert done.status_code == 204
    drain(timers=False)

    one.refresh_from_db()
    assert one.booking_id == Booking.objects.get(starts_at=at(11)).pk


def test_a_busy_database_counts_nothing(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    def fails(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr("yilu.scheduling.operations.booking.claim", fails)
    with pytest.raises(OperationalError):
        clinic.book(at(10))
    assert not Attempt.objects.exists()
