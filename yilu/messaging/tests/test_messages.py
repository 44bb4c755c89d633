"""What is told to whom, in which words, and never twice."""

import pytest

from yilu.messaging.models import Message
from yilu.messaging.tests.factories import tell
from yilu.patients.tests.factories import make_patient, make_site
from yilu.platform.db import operation
from yilu.platform.errors import Conflict

pytestmark = pytest.mark.django_db


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


def test_a_deed_that_is_refused_tells_nobody():
    site = make_site()
    patient = make_patient(site, phone="12100003482")

    @operation
    def refused() -> None:
        tell(site, patient)
        raise Conflict

    with pytest.raises(Conflict):
        refused()

    assert not Message.objects.exists()


@pytest.mark.covers("A10")
def test_a_reminder_goes_over_every_channel_that_reaches_the_patient():
    site = make_site()
    patient = make_patient(site, phone="12100003482", wechat="oTest-1")

    tell(site, patient, template="booking_reminder_day", channels=("sms", "wechat", "email"))

    channels = Message.objects.order_by("channel").values_list("channel", "otherwise")
    assert list(channels) == [("sms", []), ("wechat", [])]


def test_who_cannot_be_reached_stands_in_the_list_of_failures():
    site = make_site()

    tell(site, make_patient(site))

    message = Message.objects.get()
    assert (message.state, message.reason, message.to) == ("failed", "no_contact", "")


@pytest.mark.parametrize("hostile", ["a\0b", "a\u202eb", "a\nb", "{code}", "\U00020bb7" * 3000])
def test_what_is_filled_in_is_shown_literally_on_one_line(hostile):
    site = make_site()

    tell(site, make_patient(site, phone="12100003482"), data={"service": hostile})

    body = Message.objects.get().body
    assert hostile.replace("\0", " ").replace("\u202e", " ").replace("\n", " ") in body
    assert not set(body) & set("\0\u202e\n")
