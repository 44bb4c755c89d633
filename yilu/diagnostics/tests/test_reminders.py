"""What a patient with several examinations is sent: one message of each kind, not one of each."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.diagnostics import jobs as diagnostics
from yilu.diagnostics.models import ExamRequest
from yilu.diagnostics.operations.requests import follow_booking
from yilu.diagnostics.operations.telling import remind_of_trip
from yilu.diagnostics.tests.factories import Centre, make_centre
from yilu.diagnostics.tests.test_requests import JOB
from yilu.intake import jobs as intake
from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.models import Event
from yilu.platform.outbox import Told
from yilu.scheduling import jobs as scheduling
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.telling import remind_patient
from yilu.scheduling.selectors.telling import telling
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A15")]
DAY, HOURS = "booking_reminder_day", "booking_reminder_hours"


@pytest.fixture
def place() -> Centre:
    return make_centre()


def book(place: Centre) -> tuple[UUID, dict[str, UUID]]:
    """A trip of three on Wednesday morning; its bookings by examination."""
    patient, (blood, scan, ecg) = place.asked("blood_fasting", "ultrasound_abdomen", "ecg")
    times = {blood: at(9, day=2), scan: at(9, 30, day=2), ecg: at(10, day=2)}
    trip = place.book(patient, times)
    held = {one.pk: one.booking_id for one in ExamRequest.objects.all()}
    return trip, {"blood": held[blood], "scan": held[scan], "ecg": held[ecg]}


def remind(booking_ids: Iterable[UUID], template: str, *, before: timedelta) -> None:
    """The timers of these bookings go off, each at its own time."""
    for booking_id in booking_ids:
        starts_at = Booking.objects.get(pk=booking_id).starts_at
        with clock.at(starts_at - before):
            remind_patient(actor=JOB, booking_id=booking_id, template=template)


def follow_all() -> None:
    for booking in Booking.objects.all():
        follow_booking(actor=JOB, booking_id=booking.pk)


def sent(template: str) -> list[str]:
    """The words of each message of a template, by whichever way it first went."""
    found: dict[str, str] = {}
    for one in Message.objects.filter(template=template).order_by("created_at", "id"):
        found.setdefault(one.key.rsplit(":", 1)[0], one.body)
    return list(found.values())


def hear_all() -> None:
    """Every event of a booking and a trip reaches those who tell of it."""
    names = [one.name for one in fields(Told)]
    for row in Event.objects.filter(name__in=("BookingMade", "TripBooked")).order_by("seq"):
        told = Told(**{one: getattr(row, one) for one in names})
        if row.name == "TripBooked":
            diagnostics.tell(told)
        else:
            intake.ask(told)
            scheduling.tell(told)


def test_a_trip_is_reminded_of_once_a_day_before_with_all_that_is_to_be_prepared(place: Centre):
    _trip, bookings = book(place)

    remind(bookings.values(), DAY, before=timedelta(days=1))

    [words] = sent("exam_trip_reminder_day")
    assert "09:00 空腹抽血; 09:30 腹部超声; 10:00 心电图" in words
    assert words.count("检查前 8 小时不吃东西") == 1
    assert "/t/" in words
    assert sent(DAY) == []


def test_a_trip_is_reminded_of_once_two_hours_before_its_first_examination(place: Centre):
    _trip, bookings = book(place)
    remind(bookings.values(), HOURS, before=timedelta(hours=2))
    [words] = sent("exam_trip_reminder_hours")
    assert "09:00" in words
    assert sent(HOURS) == []


def test_who_is_examined_already_is_not_reminded_of_the_rest(place: Centre):
    _trip, bookings = book(place)
    remind([bookings["blood"]], HOURS, before=timedelta(hours=2))
    Booking.objects.filter(pk=bookings["blood"]).update(state="finished")
    follow_all()
    remind([bookings["scan"], bookings["ecg"]], HOURS, before=timedelta(hours=2))
    assert len(sent("exam_trip_reminder_hours")) == 1


def test_the_reminder_names_only_what_still_stands(place: Centre):
    _trip, bookings = book(place)
    cancel_booking(actor=place.clinic.actor, booking_id=bookings["blood"], reason="x")
    follow_all()

    remind(bookings.values(), DAY, before=timedelta(days=1))

    [words] = sent("exam_trip_reminder_day")
    assert "空腹抽血" not in words
    assert "09:30 腹部超声; 10:00 心电图" in words


def test_examinations_on_two_days_are_reminded_of_on_each(place: Centre):
    _trip, bookings = book(place)
    reschedule_booking(
        actor=place.clinic.actor,
        booking_id=bookings["ecg"],
        starts_at=at(14, day=4),
        practitioner_id=place.who,
    )
    follow_all()

    remind(bookings.values(), DAY, before=timedelta(days=1))

    first, second = sent("exam_trip_reminder_day")
    assert "心电图" not in first
    assert "14:00 心电图" in second
    assert "空腹抽血" not in second


def test_other_bookings_are_reminded_of_as_ever(place: Centre):
    booked = place.clinic.book(at(14, day=2)).id
    remind([booked], DAY, before=timedelta(days=1))
    assert len(sent(DAY)) == 1
    assert sent("exam_trip_reminder_day") == []


def test_asking_whether_a_booking_is_of_a_trip_costs_one_query(place: Centre):
    told = telling(place.clinic.book(at(14, day=2)).id)
    with CaptureQueriesContext(connection) as seen:
        assert remind_of_trip(actor=JOB, told=told, template=DAY) is False
    assert [one["sql"][:6] for one in seen if "SAVEPOINT" not in one["sql"]] == ["SELECT"]


@pytest.mark.covers("A23")
def test_from_booking_to_the_morning_a_trip_of_three_sends_three_messages(place: Centre):
    _trip, bookings = book(place)
    hear_all()
    hear_all()
    remind(bookings.values(), DAY, before=timedelta(days=1))
    remind(bookings.values(), HOURS, before=timedelta(hours=2))

    keys = {one.rsplit(":", 1)[0] for one in Message.objects.values_list("key", flat=True)}
    assert len(keys) == 3
    [booked] = sent("exam_trip_booked")
    [day_before] = sent("exam_trip_reminder_day")
    assert booked.count("/q/") == 1
    assert day_before.count("/q/") == 1
