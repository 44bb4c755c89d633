"""A calendar is read by whoever holds its address, and says no more than it may."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from yilu.interop import permissions
from yilu.interop.errors import NamesNotAllowed
from yilu.interop.models import CalendarFeed
from yilu.interop.operations.feeds import MadeFeed, make_feed, withdraw_feed
from yilu.interop.selectors.calendars import feedable, feeds
from yilu.interop.tests.factories import manager
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.scheduling.tests.test_clock_changes import night_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A16")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def who(clinic: Clinic) -> Actor:
    return manager(clinic.site_id)


def of_doctor(clinic: Clinic, who: Actor, **facts: bool) -> MadeFeed:
    return make_feed(
        actor=who, site_id=clinic.site_id, resource_id=clinic.doctor_resources[0], **facts
    )


def read(made: MadeFeed, **headers: str):
    return Client().get(f"/calendar/{made.reference}.ics", headers=headers)


def events(answer) -> list[str]:
    assert answer.status_code == 200
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return [str(one["summary"]) for one in found]


def test_a_practitioners_bookings_are_read_without_a_name_and_without_sign_in(clinic, who):
    made = of_doctor(clinic, who)
    clinic.book(patient_id=clinic.patient("林晓芳"))
    clinic.book(at(10), practitioner_id=clinic.doctors[1])
    gone = clinic.book(at(11))
    cancel_booking(actor=clinic.actor, booking_id=gone.id, reason="x")

    answer = read(made)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert len(events(answer)) == 1
    assert "林晓芳" not in answer.content.decode()
    assert CalendarFeed.objects.get().last_read_on is not None


def test_a_room_says_with_whom(clinic, who):
    made = make_feed(actor=who, site_id=clinic.site_id, resource_id=clinic.room_resources[0])
    clinic.book()
    clinic.book(practitioner_id=clinic.doctors[1])

    found = events(read(made))

    assert len(found) == 1
    assert " · " in found[0]


def test_with_the_right_to_it_names_are_shown_and_reading_them_is_on_record(clinic, who):
    made = of_doctor(clinic, who, shows_names=True)
    patient = clinic.patient("林晓芳")
    clinic.book(patient_id=patient)

    assert "林晓芳" in events(read(made))[0]
    seen = AuditEntry.objects.filter(action="patients.patient.seen").latest("at")
    assert (seen.patient_ids, seen.details["why"]) == ([patient], "interop.feed")


def test_without_the_right_there_are_no_names(clinic, who):
    lesser = replace(who, grants=who.grants - {(permissions.FEED_NAMES, clinic.site_id)})

    with pytest.raises(NamesNotAllowed):
        of_doctor(clinic, lesser, shows_names=True)
    assert CalendarFeed.objects.count() == 0


def test_what_is_unchanged_is_not_sent_again(clinic, who):
    made = of_doctor(clinic, who)
    clinic.book()
    first = read(made)

    same = read(made, **{"If-None-Match": first.headers["ETag"]})
    clinic.book(at(11))
    changed = read(made, **{"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert len(events(changed)) == 2


def test_a_withdrawn_feed_is_not_there(clinic, who):
    made = of_doctor(clinic, who)
    withdraw_feed(actor=who, feed_id=made.id)

    assert read(made).status_code == 404
    assert read(MadeFeed(made.id, "guessed")).status_code == 404
    assert feeds(who, clinic.site_id) == []


def test_practitioners_give_out_their_own_and_nobody_elses(clinic):
    mine = Actor(
        "staff", "doctor", user_id=new_id(), practitioner_id=clinic.doctors[0],
        grants=frozenset({(permissions.FEED, clinic.site_id)}),
    )  # fmt: skip
    made = of_doctor(clinic, mine)

    assert [one.id for one in feedable(mine, clinic.site_id)] == [clinic.doctor_resources[0]]
    assert [one.id for one in feeds(mine, clinic.site_id)] == [made.id]
    for other in (clinic.doctor_resources[1], clinic.room_resources[0]):
        with pytest.raises(NotAllowed):
            make_feed(actor=mine, site_id=clinic.site_id, resource_id=other)
    stranger = replace(mine, user_id=new_id(), practitioner_id=clinic.doctors[1])
    with pytest.raises(NotAllowed):
        withdraw_feed(actor=stranger, feed_id=made.id)
    assert read(made).status_code == 200


def test_a_room_of_another_site_is_not_there(clinic, who):
    elsewhere = make_clinic()

    with pytest.raises(NotFound):
        make_feed(actor=who, site_id=clinic.site_id, resource_id=elsewhere.room_resources[0])


def test_the_address_is_nowhere_in_clear(clinic, who):
    made = of_doctor(clinic, who)

    assert made.reference.encode() != bytes(CalendarFeed.objects.get().digest)
    assert made.reference not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_reading_costs_as_much_for_many_bookings_as_for_one(clinic, who):
    made = of_doctor(clinic, who, shows_names=True)
    clinic.book()
    read(made)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert read(made).status_code == 200
        return len(seen)

    one = queries()
    for hour in (9, 11, 14, 15, 16):
        clinic.book(at(hour))
    assert queries() == one


def test_whoever_reads_too_often_waits(clinic, who):
    made = of_doctor(clinic, who)

    answers = [read(made).status_code for _ in range(31)]

    assert answers[-2:] == [200, 429]


def test_an_hour_that_the_wall_shows_twice_is_told_apart():
    day = date(2026, 10, 24)
    with clock.at(datetime(2026, 10, 20, 8, tzinfo=UTC)):
        clinic = night_clinic(day)
        second = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)  # 02:00 once more
        for starts_at in (second - timedelta(minutes=30), second):
            clinic.book(starts_at)
        text = read(of_doctor(clinic, manager(clinic.site_id))).content

    found = [(e["dtstart"].dt, e["dtend"].dt) for e in Calendar.from_ical(text).walk("VEVENT")]
    assert sorted(found) == [
        (second - timedelta(minutes=30), second),
        (second, second + timedelta(minutes=30)),
    ]
