"""How much patients may book by themselves, and what follows from missed visits (爽约)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yilu.messaging.models import Message
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError, NotAllowed
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.scheduling.errors import (
    OnlineBlocked,
    ReasonMissing,
    TooManyInDepartment,
    TooManyOpen,
    TooManyThatDay,
    TooManyWithDoctor,
)
from yilu.scheduling.models import Allocation, Booking, PatientRules, PaymentTerms
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.operations.patient_rules import forgive_patient, set_patient_rules
from yilu.scheduling.patient_rules import MONTH, RuleBook, bar_of
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic, make_service
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A08")]
NOW = SUNDAY_EVENING


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(service=make_service(online=True))


@pytest.fixture
def patient(clinic: Clinic) -> UUID:
    return clinic.patient()


def online(clinic: Clinic, patient_id: UUID, hour: int, *, day: int = 0, **facts: Any) -> str:
    who = Actor(kind="patient", name="patient", user_id=new_id(), owns=frozenset({patient_id}))
    usual = {"patient_id": patient_id, "channel": "web"}
    return book_appointment(actor=who, wish=clinic.wish(at(hour, day=day), **usual | facts)).state


def rules(**facts: Any) -> None:
    PatientRules.objects.create(**{"per_doctor": 20, "per_department": 20, "per_day": 20} | facts)


def missed(clinic: Clinic, patient_id: UUID, *days_ago: int) -> None:
    for n in days_ago:
        booked = clinic.book(at(9, day=6), patient_id=patient_id)
        at_that_time = NOW - timedelta(days=n)
        Booking.objects.filter(pk=booked.id).update(
            state="no_show", starts_at=at_that_time, ends_at=at_that_time + timedelta(minutes=30)
        )
        Allocation.objects.filter(booking_id=booked.id).update(active=False)


def test_by_default_a_doctor_is_booked_twice_a_day_and_no_third_time(clinic, patient):
    assert [online(clinic, patient, hour) for hour in (9, 10)] == ["confirmed"] * 2
    with pytest.raises(TooManyWithDoctor):
        online(clinic, patient, 11)
    assert online(clinic, patient, 11, day=1) == "confirmed"
    assert Booking.objects.count() == 3


@pytest.mark.parametrize(
    ("limit", "refusal"),
    [
        ({"per_day": 1}, TooManyThatDay),
        ({"per_department": 1}, TooManyInDepartment),
        ({"open_most": 1}, TooManyOpen),
    ],
)
def test_each_limit_refuses_one_more_and_changes_nothing(clinic, patient, limit, refusal):
    rules(**limit)
    online(clinic, patient, 9)
    with pytest.raises(refusal):
        online(clinic, patient, 10)
    assert Booking.objects.count() == 1
    # The desk is never bound, and neither is another patient.
    assert clinic.book(at(10), patient_id=patient).state == "confirmed"
    assert online(clinic, clinic.patient("李华"), 11) == "confirmed"


def test_the_plain_way_of_the_desk_asks_nothing_more(clinic, patient):
    wish = clinic.wish(at(10), patient_id=patient)
    with CaptureQueriesContext(connection) as asked:
        book_appointment(actor=clinic.actor, wish=wish)
    assert not [one for one in asked.captured_queries if "patientrules" in str(one["sql"])]


def test_three_missed_visits_let_the_clinic_confirm_what_is_booked_online(clinic, patient):
    missed(clinic, patient, 40, 20, 3)
    assert online(clinic, patient, 10) == "requested"
    drain()
    assert Message.objects.filter(template="booking_requested").count() == 1


def test_who_missed_too_many_pays_first_where_the_service_knows_a_deposit(clinic, patient):
    PaymentTerms.objects.create(
        service_id=clinic.service_id, kind="deposit", amount=50, online=False
    )
    assert online(clinic, patient, 9) == "confirmed"
    missed(clinic, patient, 40, 20, 3)
    assert online(clinic, patient, 10) == "requested"


def test_a_block_says_what_why_until_when_and_how_to_object(clinic, patient):
    rules(consequence="block", days=30)
    missed(clinic, patient, 40, 20, 3)
    with pytest.raises(OnlineBlocked) as refused:
        online(clinic, patient, 10)
    assert "2031-03-29" in str(refused.value)
    assert clinic.book(at(10), patient_id=patient).state == "confirmed"


def test_urgent_services_are_never_bound(clinic, patient):
    rules(consequence="block", per_day=1, urgent_ids=[clinic.service_id])
    missed(clinic, patient, 40, 20, 3)
    assert [online(clinic, patient, hour) for hour in (9, 10)] == ["confirmed"] * 2


def test_what_follows_ends_by_itself():
    book = RuleBook(misses=3, months=6, days=30)
    days = [NOW - timedelta(days=n) for n in (40, 20, 3)]
    bar = bar_of(book, days, None, NOW)
    assert bar is not None
    assert bar.until == NOW - timedelta(days=3) + timedelta(days=30)
    assert bar_of(book, days, None, bar.until) is None
    # Too long ago counts no more.
    assert bar_of(book, [NOW - 6 * MONTH, *days[1:]], None, NOW) is None
    assert bar_of(book, days, NOW - timedelta(days=10), NOW) is None


def test_forgiving_needs_the_right_and_a_reason_and_works_at_once(clinic, patient):
    rules(consequence="block")
    missed(clinic, patient, 40, 20, 3)
    manager = Actor(
        kind="staff",
        name="m",
        user_id=new_id(),
        grants=frozenset({("scheduling.forgive", clinic.site_id)}),
    )
    with pytest.raises(NotAllowed):
        forgive_patient(actor=clinic.actor, site_id=clinic.site_id, patient_id=patient, reason="x")
    with pytest.raises(ReasonMissing):
        forgive_patient(actor=manager, site_id=clinic.site_id, patient_id=patient, reason=" ")
    forgive_patient(actor=manager, site_id=clinic.site_id, patient_id=patient, reason="误计")
    assert online(clinic, patient, 10) == "confirmed"


def test_managers_set_the_rules_on_their_page(client: Client, clinic):
    person = make_staff("manager", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    url = reverse("scheduling:patient-rules")
    assert client.get(url).status_code == 200
    typed = {
        "request_key": str(new_id()),
        "site": str(clinic.site_id),
        "per_day": 2,
        "per_department": 2,
        "per_doctor": 1,
        "open_most": 5,
        "misses": 2,
        "months": 3,
        "consequence": "block",
        "days": 10,
        "version": 0,
    }
    answer = client.post(url, typed)
    assert answer.status_code in {204, 302, 303}, answer.content.decode()[-600:]
    assert PatientRules.objects.get().per_doctor == 1
    assert client.post(url, typed | {"request_key": str(new_id()), "months": 99}).status_code == 422


def test_only_who_may_sets_the_rules(clinic):
    with pytest.raises(DomainError):
        set_patient_rules(actor=clinic.actor, site_id=clinic.site_id, book=RuleBook())
    assert PatientRules.objects.count() == 0
