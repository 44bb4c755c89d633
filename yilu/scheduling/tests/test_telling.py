"""What patients are told, and what time itself does."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from yilu.facility.models import Site
from yilu.facility.tests.factories import words
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock, links
from yilu.platform.models import Timer, TimerState
from yilu.platform.testing import drain
from yilu.scheduling.models import Allocation, Booking, Hold
from yilu.scheduling.operations.arrivals import mark_arrived
from yilu.scheduling.operations.blocks import block_resource, lift_block
from yilu.scheduling.operations.changing import (
    cancel_booking,
    reschedule_booking,
    undo_cancel_booking,
)
from yilu.scheduling.operations.holds import hold_time
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.telling import calendar_file
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic, make_service

pytestmark = pytest.mark.django_db


def reachable(clinic: Clinic) -> UUID:
    """A patient with a phone."""
    return make_patient(Site.objects.get(pk=clinic.site_id), phone=make_phone())


def told() -> list[str]:
    """The templates of all messages about bookings so far, by name."""
    ours = Message.objects.filter(template__startswith="booking_")
    return sorted(ours.values_list("template", flat=True))


def book(clinic: Clinic, **facts: Any) -> Booked:
    """Book for a patient with a phone, and let follow what follows."""
    booked = clinic.book(**{"patient_id": reachable(clinic)} | facts)
    drain(timers=False)
    return booked


def due() -> dict[str, Any]:
    """When the waiting timers go off, by their name."""
    ours = Timer.objects.filter(state=TimerState.WAITING, handler__startswith="scheduling.")
    nightly = ["scheduling.publish", "scheduling.archive", "scheduling.count_days"]
    waiting = ours.exclude(handler__in=nightly)
    return dict(waiting.values_list("handler", "due_at"))


@pytest.mark.covers("A05")
def test_a_booking_is_confirmed_to_the_patient_with_all_that_matters():
    clinic = make_clinic()

    booked = book(clinic)

    message = Message.objects.get(template="booking_confirmed")
    assert message.patient_id == Booking.objects.get(pk=booked.id).patient_id
    assert "3月3日 周一 10:00" in message.body
    assert booked.number in message.body
    reference = message.body.split("/v/")[1][:22]
    assert links.open("visit", reference) == booked.id


def test_nothing_is_told_twice():
    clinic = make_clinic()
    booked = book(clinic)

    drain(timers=False)

    assert told() == ["booking_confirmed"]
    assert booked.version == 1


def test_who_walked_in_gets_no_confirmation():
    book(make_clinic(), channel="walk_in")

    assert told() == []


@pytest.mark.covers("A08", "A10")
def test_a_move_is_told_and_moves_the_reminders():
    clinic = make_clinic()
    booked = book(clinic)

    reschedule_booking(
        actor=clinic.actor,
        booking_id=booked.id,
        starts_at=at(15, day=3),
        practitioner_id=clinic.doctors[0],
    )
    drain(timers=False)

    assert told() == ["booking_changed", "booking_confirmed"]
    assert due() == {
        "scheduling.remind_day": at(15, day=2),
        "scheduling.remind_hours": at(13, day=3),
        "scheduling.no_show": at(16, day=3),
    }


@pytest.mark.covers("A10")
def test_reminders_go_out_a_day_and_two_hours_before():
    clinic = make_clinic()
    book(clinic, starts_at=at(10, day=2))

    with clock.at(at(10, day=1)):
        drain()
        assert told() == ["booking_confirmed", "booking_reminder_day"]
    with clock.at(at(8, day=2)):
        drain()
        assert told()[2:] == ["booking_reminder_hours"]


@pytest.mark.covers("A10")
@pytest.mark.parametrize(("mode", "times"), [({}, 1), ({"mode": "telephone", "needs": []}, 0)])
def test_a_newcomer_reads_the_day_before_what_to_bring_and_how_to_find_us(
    mode: dict[str, Any], times: int
):
    clinic = make_clinic(service=make_service(**mode))
    key = Site.objects.get(pk=clinic.site_id).key
    Site.objects.filter(pk=clinic.site_id).update(directions=words("地下停车场 B1", "Car park B1"))
    book(clinic, starts_at=at(10, day=2), is_first_visit=True)
    book(clinic, starts_at=at(11, day=2))

    with clock.at(at(11, day=1)):
        drain()

    bodies = Message.objects.order_by("created_at").values_list("body", flat=True)
    told_more = [one for one in bodies if "首次就诊请带证件和医保卡" in one]
    assert len(told_more) == times
    assert all("地下停车场 B1" in one and f"/guide/{key}/" in one for one in told_more)


@pytest.mark.covers("A10")
def test_a_newcomer_of_tomorrow_reads_it_in_the_confirmation():
    clinic = make_clinic()
    with clock.at(at(11, day=-1)):
        book(clinic, is_first_visit=True)

    assert "首次就诊请带证件和医保卡" in Message.objects.get().body


@pytest.mark.covers("A10", "A14")
def test_nobody_is_reminded_of_a_doctor_who_is_ill_until_they_are_back():
    clinic = make_clinic()
    booked = book(clinic, starts_at=at(10, day=2))
    away = block_resource(
        actor=clinic.actor, resource_id=clinic.doctor_resources[0], starts_at=at(8, day=2),
        ends_at=at(18, day=2), kind="absence",
    )  # fmt: skip

    with clock.at(at(10, day=1)):
        drain()
        assert told() == ["booking_confirmed"]
        assert due()["scheduling.remind_day"] == at(10, 15, day=1)
        lift_block(actor=clinic.actor, block_id=away.block_ids[0])
    with clock.at(at(10, 15, day=1)):
        drain()
        assert told() == ["booking_confirmed", "booking_reminder_day"]
    assert Booking.objects.get(pk=booked.id).state == "confirmed"


def test_a_reminder_whose_time_is_over_is_not_sent():
    clinic = make_clinic()

    with clock.at(SUNDAY_EVENING + timedelta(hours=1)):
        book(clinic)

    assert set(due()) == {"scheduling.remind_hours", "scheduling.no_show"}


@pytest.mark.covers("A08")
def test_a_cancellation_is_told_and_ends_the_reminders():
    clinic = make_clinic()
    booked = book(clinic)

    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    drain(timers=False)

    assert told() == ["booking_cancelled", "booking_confirmed"]
    assert due() == {}


def test_a_cancellation_taken_back_is_told_and_brings_the_reminders_back():
    clinic = make_clinic()
    booked = book(clinic)
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")

    undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)
    drain(timers=False)

    assert told() == ["booking_cancelled", "booking_confirmed", "booking_confirmed"]
    assert set(due()) == {"scheduling.remind_hours", "scheduling.no_show"}


def test_who_never_came_is_marked_after_a_while():
    clinic = make_clinic()
    booked = book(clinic)

    with clock.at(at(11)):
        drain()

    assert Booking.objects.get(pk=booked.id).state == "no_show"


def test_who_came_is_not_marked():
    clinic = make_clinic()
    booked = book(clinic)

    with clock.at(at(10)):
        mark_arrived(actor=clinic.actor, booking_id=booked.id)
        drain()
    with clock.at(at(12)):
        drain()

    assert Booking.objects.get(pk=booked.id).state == "arrived"


def test_kept_time_is_released_when_it_is_over():
    clinic = make_clinic()
    held = hold_time(
        actor=clinic.actor,
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=None,
        starts_at=at(10),
    )

    with clock.at(held.expires_at):
        drain()

    assert Hold.objects.get(pk=held.id).state == "released"
    assert not Allocation.objects.filter(active=True).exists()


@pytest.mark.covers("A05")
@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "预约号"), ("en", "Booking number")])
def test_the_calendar_file_carries_its_time_zone(language: str, words: str):
    clinic = make_clinic()
    booked = clinic.book()

    file = Calendar.from_ical(calendar_file(booked.id, language))

    (event,) = file.walk("VEVENT")
    (zone,) = file.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    assert event.decoded("DTSTART") == at(10).astimezone(ZoneInfo("Asia/Shanghai"))
    assert (event["UID"], event["STATUS"]) == (f"{booked.id}@yilu", "CONFIRMED")
    assert event["DESCRIPTION"].startswith(f"{words} 20310303-0001")


def test_the_calendar_file_of_a_cancelled_booking_takes_itself_away():
    clinic = make_clinic()
    booked = clinic.book()
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")

    file = Calendar.from_ical(calendar_file(booked.id))

    assert file["METHOD"] == "CANCEL"
    assert file.walk("VEVENT")[0]["SEQUENCE"] == 2
