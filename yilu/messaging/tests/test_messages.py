"""What is told to whom, in which words, and never twice."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from yilu.messaging.models import Message
from yilu.messaging.operations.messages import send_message
from yilu.patients.tests.factories import make_actor, make_patient, make_site
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
BOOKED = {
    "starts_at": datetime(2031, 3, 3, 1, 30, tzinfo=UTC),
    "service": {"zh-Hans": "口腔检查", "en": "Dental check"},
    "doctor": PersonName("王芳", "Wang Fang"),
    "department": {"zh-Hans": "口腔科", "en": "Dentistry"},
    "number": "20310303-0042",
    "fee": Decimal("50.00"),
    "link": "https://yilu.example/b/abc",
}


def tell(site, patient_id, **wish):
    defaults = {"key": "k1", "template": "booking_confirmed", "data": BOOKED}
    send_message(actor=SYSTEM, site_id=site.pk, patient_id=patient_id, **defaults | wish)


@pytest.mark.covers("A05")
def test_a_confirmation_says_time_doctor_fee_and_place_in_the_patients_language():
    site = make_site()
    tell(site, make_patient(site, phone="12100003482"))
    tell(site, make_patient(site, phone="12100003483", language="en"), key="k2")

    chinese, english = Message.objects.order_by("created_at")
    assert "张小明您好，您已成功预约 3月3日 周一 09:30 口腔科 王芳（口腔检查）" in chinese.body
    assert "预约号 20310303-0042，费用 ¥50.00" in chinese.body
    assert "Zhang Xiaoming, you are booked for Mon 3 Mar 09:30 with Wang Fang" in english.body
    assert (chinese.channel, chinese.to, chinese.to_tail) == ("sms", "+8612100003482", "3482")


def test_the_same_key_tells_nothing_twice():
    site = make_site()
    patient = make_patient(site, phone="12100003482")

    tell(site, patient)
    tell(site, patient)

    assert Message.objects.count() == 1
    assert make_actor(site).kind == "staff"
