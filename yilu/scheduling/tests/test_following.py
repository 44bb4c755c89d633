"""Resources and their time follow who works here, what stands here, and when it is open."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.apps import apps

from yilu.facility.operations.days import close_site, lift_closure
from yilu.facility.operations.hours import set_opening_hours
from yilu.facility.operations.places import (
    DeviceFacts,
    RoomFacts,
    change_place,
    close_place,
    reopen_place,
)
from yilu.facility.tests.factories import (
    BUILDER,
    make_chair,
    make_department,
    make_device,
    make_room,
    make_site,
    open_every_day,
    words,
)
from yilu.platform import clock
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, Event, Timer
from yilu.platform.testing import drain
from yilu.scheduling import permissions
from yilu.scheduling.jobs import begin_everywhere
from yilu.scheduling.models import Booking, Resource, Session
from yilu.scheduling.operations.following import follow_place, follow_practitioner
from yilu.scheduling.operations.resources import retire_resource
from yilu.scheduling.operations.roster import AHEAD
from yilu.scheduling.tests.factories import (
    MONDAY,
    SUNDAY_EVENING,
    Clinic,
    at,
    make_actor,
    make_clinic,
)
from yilu.workforce.models import Practitioner
from yilu.workforce.operations.practitioners import PractitionerFacts, change_practitioner
from yilu.workforce.operations.staff import end_employment, take_back_staff
from yilu.workforce.tests.factories import HIRER, make_doctor

pytestmark = pytest.mark.django_db
TODAY = date(2031, 3, 2)


@pytest.fixture
def site() -> UUID:
    made = make_site()
    open_every_day(made)
    return made


def days_of(resource: Resource) -> list[date]:
    """The days on which a resource may be booked, in order."""
    found = Session.objects.filter(resource=resource, active=True, clinic_day__gte=TODAY)
    return list(found.order_by("during").values_list("clinic_day", flat=True))


def coming(resource: Resource) -> list[date]:
    """The days of those sessions that are not over: on Sunday evening, from Monday on."""
    return [day for day in days_of(resource) if day > TODAY]


def until(last: date) -> list[date]:
    return [TODAY + timedelta(days=n) for n in range((last - TODAY).days + 1)]


@pytest.mark.covers("A03", "O01")
@pytest.mark.parametrize(
    ("kind", "make", "detail"),
    [("room", make_room, "consulting"), ("chair", make_chair, ""), ("device", make_device, "cbct")],
)
def test_what_is_added_can_be_booked_whenever_the_site_is_open(site, kind, make, detail):
    place = make(site, kind="cbct") if kind == "device" else make(site)

    drain()

    resource = Resource.objects.get(kind=kind)
    assert (getattr(resource, f"{kind}_id"), resource.detail) == (place, detail)
    assert days_of(resource) == until(TODAY + AHEAD)


def test_rooms_without_patients_and_rooms_with_chairs_are_not_booked_themselves(site):
    make_room(site, kind="cashier")
    make_chair(site, room_id=make_room(site, kind="treatment"))

    drain()

    assert list(Resource.objects.values_list("kind", flat=True)) == ["chair"]


def test_a_room_that_is_given_a_chair_is_booked_by_its_chair(site):
    room = make_room(site, kind="treatment")
    drain()
    assert Resource.objects.get(kind="room").is_active

    make_chair(site, room_id=room)
    drain()

    assert not Resource.objects.get(kind="room").is_active
    assert Resource.objects.get(kind="chair").is_active


@pytest.mark.covers("A03", "O01")
def test_a_new_practitioner_works_whenever_the_site_is_open(site):
    make_doctor(site, department_id=make_department(site))

    drain()

    resource = Resource.objects.get(kind="practitioner")
    assert resource.site_id == site
    assert days_of(resource) == until(TODAY + AHEAD)


def test_a_practitioner_who_came_before_the_opening_hours_works_once_there_are_some():
    site = make_site()
    make_doctor(site, department_id=make_department(site))
    drain()
    resource = Resource.objects.get(kind="practitioner")
    assert days_of(resource) == []

    open_every_day(site)
    drain()

    assert days_of(resource) == until(TODAY + AHEAD)


@pytest.mark.covers("O01")
def test_somebody_added_by_the_desk_can_be_booked_at_once():
    clinic = make_clinic()
    drain()
    room = make_room(clinic.site_id)
    drain()

    resource = Resource.objects.get(room_id=room)
    assert resource.is_active
    assert not Resource.objects.filter(pk__in=clinic.room_resources, is_active=False).exists()


def test_hearing_of_it_twice_changes_nothing(site):
    room = make_room(site)
    drain()
    before = (Resource.objects.count(), Session.objects.count(), Event.objects.count())

    for _ in range(2):
        follow_place(actor=planner(site), site_id=site, kind="room", place_id=room)

    assert (Resource.objects.count(), Session.objects.count(), Event.objects.count()) == before


def planner(site: UUID) -> object:
    return make_actor(site)


@pytest.mark.covers("A03")
def test_a_place_out_of_use_loses_its_coming_time_and_names_its_bookings():
    clinic = make_clinic(rooms=2)
    booked = clinic.book(at(10))
    room = Resource.objects.get(pk__in=booked.resource_ids, kind="room")

    close_place(actor=BUILDER, kind="room", place_id=room.room_id)
    drain()

    room.refresh_from_db()
    assert (room.is_active, coming(room)) == (False, [])
    told = Event.objects.get(name="ResourceRetired")
    assert told.body["booking_ids"] == [str(booked.id)]
    line = AuditEntry.objects.get(action="scheduling.resource.retired")
    assert line.details["bookings"] == [str(booked.id)]
    assert Booking.objects.get().state == "confirmed"
    assert room.pk not in clinic.book(at(11)).resource_ids


def test_a_place_that_is_used_again_can_be_booked_again():
    clinic = make_clinic()
    room = Resource.objects.get(kind="room")
    close_place(actor=BUILDER, kind="room", place_id=room.room_id)
    drain()

    reopen_place(actor=BUILDER, kind="room", place_id=room.room_id)
    drain()

    room.refresh_from_db()
    assert room.is_active
    assert days_of(room) == until(TODAY + AHEAD)
    assert room.pk in clinic.book(at(10)).resource_ids


def test_a_session_of_the_past_is_not_taken_away():
    clinic = make_clinic()
    (doctor,) = clinic.doctor_resources

    with clock.at(at(13)):
        retire_resource(actor=clinic.actor, resource_id=doctor)

    left = Session.objects.filter(resource_id=doctor, active=True)
    assert [s.during.upper for s in left] == [at(12)]


def test_a_room_that_is_used_otherwise_is_asked_for_by_its_new_use(site):
    room = make_room(site)
    drain()

    change_place(actor=BUILDER, place_id=room, facts=as_room("imaging"))
    drain()
    assert Resource.objects.get().detail == "imaging"

    change_place(actor=BUILDER, place_id=room, facts=as_room("cashier"))
    drain()
    assert not Resource.objects.get().is_active


def as_room(kind: str) -> RoomFacts:
    return RoomFacts(name=words("一诊室", "Room 1"), kind=kind)


def test_a_device_that_turns_out_to_be_of_another_sort_follows(site):
    device = make_device(site)
    drain()

    change_place(
        actor=BUILDER,
        place_id=device,
        facts=DeviceFacts(name=words("全景机", "Panoramic"), kind="cbct"),
    )
    drain()

    assert Resource.objects.get().detail == "cbct"


@pytest.mark.covers("A03")
def test_who_leaves_loses_the_coming_time_and_who_returns_has_it_again():
    clinic = make_clinic()
    booked = clinic.book(at(10))
    doctor = Resource.objects.get(kind="practitioner")
    staff = staff_of(clinic)

    end_employment(actor=HIRER, staff_id=staff)
    drain()
    assert coming(doctor) == []
    assert Event.objects.get(name="ResourceRetired").body["booking_ids"] == [str(booked.id)]

    take_back_staff(actor=HIRER, staff_id=staff)
    drain()
    assert sorted(set(days_of(doctor))) == until(TODAY + AHEAD)


def staff_of(clinic: Clinic) -> UUID:
    return Practitioner.objects.get(pk=clinic.doctors[0]).staff_id


def test_who_may_no_longer_be_booked_is_not():
    clinic = make_clinic()

    change_practitioner(
        actor=HIRER,
        practitioner_id=clinic.doctors[0],
        facts=PractitionerFacts(
            kind="doctor", department_id=clinic.department_id, is_bookable=False
        ),
    )
    drain()

    assert not Resource.objects.get(kind="practitioner").is_active


def test_a_room_is_free_on_no_closed_day_and_again_when_it_opens_after_all(site):
    make_room(site)
    drain()
    resource = Resource.objects.get()

    closure = close_site(
        actor=BUILDER, site_id=site, starts_on=MONDAY, ends_on=MONDAY, reason=words("装修", "Works")
    )
    drain()
    assert MONDAY not in days_of(resource)

    lift_closure(actor=BUILDER, closure_id=closure)
    drain()
    assert days_of(resource) == until(TODAY + AHEAD)


def test_shorter_opening_hours_shorten_what_is_published(site):
    make_room(site)
    drain()

    set_opening_hours(actor=BUILDER, site_id=site, hours=[])
    drain()

    assert days_of(Resource.objects.get()) == []


@pytest.mark.covers("A03")
def test_every_night_one_more_day_is_published(site):
    make_room(site)
    drain()
    assert days_of(Resource.objects.get())[-1] == TODAY + AHEAD

    with clock.at(SUNDAY_EVENING + timedelta(hours=7)):  # 03:00 on Monday.
        drain()
    assert days_of(Resource.objects.get())[-1] == MONDAY + AHEAD

    with clock.at(SUNDAY_EVENING + timedelta(hours=31)):
        drain()
    assert days_of(Resource.objects.get())[-1] == MONDAY + AHEAD + timedelta(days=1)
    assert Timer.objects.filter(handler="scheduling.publish", state="waiting").count() == 1


def test_only_who_may_changes_what_can_be_booked():
    clinic = make_clinic()
    before = AuditEntry.objects.count()
    actor = make_actor(clinic.site_id, permissions.SEE, permissions.BLOCK)

    with pytest.raises(NotAllowed):
        retire_resource(actor=actor, resource_id=clinic.doctor_resources[0])

    follow_practitioner(actor=actor, practitioner_id=clinic.doctors[0])  # Nothing to do.
    assert Resource.objects.filter(is_active=False).count() == 0
    assert AuditEntry.objects.count() == before


def test_a_site_of_before_an_upgrade_is_published_too(site):
    make_room(site)
    drain()
    Timer.objects.filter(handler="scheduling.publish").delete()

    for _ in range(2):
        begin_everywhere(apps=apps)

    assert Timer.objects.get(handler="scheduling.publish").subject_id == site
