"""A booking that takes place otherwise: by telephone instead of at the clinic, and back."""

import pytest
from django.urls import reverse

from yilu.catalogue.models import Performs, Service
from yilu.catalogue.modes import Mode
from yilu.facility.models import Site
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.scheduling.errors import SlotTaken
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations.changing import reschedule_booking, undo_reschedule_booking
from yilu.scheduling.selectors.bookings import booking_detail
from yilu.scheduling.selectors.ways import other_ways
from yilu.scheduling.tests.factories import (
    SUNDAY_EVENING,
    add_doctor,
    at,
    make_clinic,
    make_service,
    publish,
)
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A18")]


@pytest.fixture
def clinic():
    with clock.at(SUNDAY_EVENING):
        made = make_clinic()
        other = make_service(mode=Mode.TELEPHONE, needs=[], minutes=30)
        Performs.objects.create(practitioner_id=made.doctors[0], service_id=other)
        made.by_phone = other
        yield made


def held(booking_id) -> int:
    return Allocation.objects.filter(booking_id=booking_id, active=True).count()


def test_a_booking_becomes_a_telephone_visit_tells_the_patient_and_comes_back(clinic):
    patient = make_patient(Site.objects.get(pk=clinic.site_id), phone=make_phone())
    made = clinic.book(patient_id=patient)
    drain(timers=False)

    reschedule_booking(
        actor=clinic.actor, booking_id=made.id, starts_at=at(10),
        practitioner_id=clinic.doctors[0], service_id=clinic.by_phone,
    )  # fmt: skip
    drain(timers=False)

    assert Booking.objects.get().mode == Mode.TELEPHONE
    assert held(made.id) == 1
    assert Message.objects.filter(template="booking_changed_remote").count() == 1
    undo_reschedule_booking(actor=clinic.actor, booking_id=made.id)
    drain(timers=False)
    assert Booking.objects.get().mode == Mode.IN_PERSON
    assert held(made.id) == 2
    assert Message.objects.filter(template="booking_changed").count() == 1


def test_the_room_is_looked_at_anew_when_a_call_becomes_a_visit(clinic):
    made = clinic.book(service_id=clinic.by_phone)
    # The only room is taken by the doctor of nobody: a second doctor's patient sits in it.
    from_other = make_clinic_doctor(clinic)
    clinic.book(practitioner_id=from_other)

    with pytest.raises(SlotTaken):
        reschedule_booking(
            actor=clinic.actor, booking_id=made.id, starts_at=at(10),
            practitioner_id=clinic.doctors[0], service_id=clinic.service_id,
        )  # fmt: skip

    assert Booking.objects.get(pk=made.id).mode == Mode.TELEPHONE


def make_clinic_doctor(clinic):
    doctor = add_doctor(clinic)
    publish(clinic)
    return doctor


def test_only_ways_that_the_doctor_performs_are_offered(clinic, django_assert_num_queries):
    made = clinic.book()
    Service.objects.filter(pk=make_service(mode=Mode.TELEPHONE, needs=[])).exists()
    line = booking_detail(clinic.actor, made.id).line

    with django_assert_num_queries(4):
        ways = other_ways(line)

    assert [one.service_id for one in ways] == [clinic.by_phone]


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "电话就诊"), ("en", "By telephone")])
def test_the_desk_changes_it_on_a_page(clinic, client, language, words):
    made = clinic.book()
    desk = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=desk.user_id))
    client.cookies["yilu_language"] = language
    url = reverse("scheduling:other-way", args=[made.id])

    page = client.get(url)
    sent = client.post(
        url, {"service": str(clinic.by_phone), "version": 1, "request_key": new_id()}
    )
    wrong = client.post(
        url, {"service": str(clinic.by_phone), "version": 2, "request_key": new_id()}
    )

    assert words in page.content.decode()
    assert sent.status_code == 204, sent.content.decode()
    assert wrong.status_code == 422
    assert Booking.objects.get().mode == Mode.TELEPHONE
