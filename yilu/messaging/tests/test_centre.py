"""What staff see of messages, and what they can do about them."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from yilu.messaging.models import Message, Template
from yilu.messaging.operations.sending import take_receipt
from yilu.messaging.selectors.centre import failed_messages, message_centre, messages_of
from yilu.messaging.tests.factories import BOOKED, SYSTEM, tell
from yilu.patients.tests.factories import make_actor, make_patient, make_phone, make_site
from yilu.platform import clinic_clock
from yilu.platform.actors import Actor
from yilu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
CODE = {"template": "booking_code", "data": {"code": "482911"}, "channels": ("sms",)}


def told(desk, **wish):
    patient = make_patient(desk.site, phone=wish.pop("phone", "12100003482"))
    tell(desk.site, patient, **wish)
    return patient


def test_the_centre_shows_words_but_no_number_code_or_link(desk):
    told(desk)
    tell(desk.site, None, key="otp", to="+8612100003482", **CODE)

    page = desk.get(reverse("messaging:centre"))

    assert "您已成功预约 3月3日 周一 09:30" in page.text
    assert "121****3482" in page.text
    for hidden in ("12100003482", "482911", BOOKED["link"]):
        assert hidden not in page.text


def test_in_a_demonstration_everything_can_be_read(desk, monkeypatch, settings):
    monkeypatch.setenv("YILU_DEMO", "1")
    settings.MAY_BE_DEMONSTRATION = True
    actor = Actor.system("demo", "platform.demo")
    clinic_clock.mark_demonstration(actor, clinic=datetime(2031, 3, 3, tzinfo=UTC), speed=1)
    tell(desk.site, None, key="otp", to="+8612100003482", **CODE)

    assert "482911" in desk.get(reverse("messaging:centre")).text


@pytest.mark.parametrize("typed", ["3482", "12100003482", "小明", "预约成功", "confirmed"])
def test_messages_are_found_by_patient_phone_and_kind(desk, typed):
    told(desk)
    told(desk, key="k2", template="follow_up", phone="12100009999")
    Message.objects.filter(key__startswith="k2").update(patient=None)

    part = desk.part(reverse("messaging:centre"), q=typed)

    assert part.text.count('id="message-') == 1
    assert "您已成功预约" in part.text


def test_the_centre_listens_to_its_site(desk):
    assert f"messages:{desk.site.pk}" in desk.get(reverse("messaging:centre")).text


def test_another_sites_messages_are_not_shown(desk):
    other = make_site()
    tell(other, make_patient(other, phone="12100003482"))

    page = desk.get(reverse("messaging:centre") + f"?site={other.pk}")

    assert "您已成功预约" not in page.text


def test_what_did_not_arrive_says_what_to_do_and_leaves_the_list_when_said_again(desk):
    told(desk)
    message = Message.objects.get()
    Message.objects.update(state="failed", reason="FailedOperation.PhoneNumberInBlacklist")

    page = desk.get(reverse("messaging:failed"))
    assert "call instead" in page.text

    answer = desk.post(reverse("messaging:resend", args=[message.pk]), {"reason": "asked"})
    assert answer.status_code == 200
    assert desk.get(reverse("messaging:failed")).text.count('id="message-') == 0
    again = Message.objects.get(instead_of=message)
    assert (again.state, again.to, again.body) == ("waiting", message.to, message.body)
    assert AuditEntry.objects.get(action="messaging.message.resent").details == {"reason": "asked"}


def test_saying_it_again_needs_a_reason_and_the_right(desk, sign_in):
    told(desk)
    Message.objects.update(state="dead")
    url = reverse("messaging:resend", args=[Message.objects.get().pk])

    assert desk.post(url, {"reason": " "}).status_code == 422
    reader = sign_in(make_actor(desk.site, grants=("messaging.see", "patients.see")))
    assert reader.post(url, {"reason": "x", "request_key": "1"}).status_code == 403
    assert Message.objects.count() == 1


def test_a_message_on_its_way_cannot_be_said_again(desk):
    told(desk)

    url = reverse("messaging:resend", args=[Message.objects.get().pk])

    assert desk.post(url, {"reason": "x"}).status_code == 409
    assert Message.objects.count() == 1


def test_a_call_is_closed_by_the_desk(desk):
    told(desk, channels=("phone_task",))
    message = Message.objects.get()
    assert message.state == "sent"

    desk.post(reverse("messaging:call", args=[message.pk]), {"reached": "0"})

    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", "not_reached")


def test_own_words_come_before_the_shipped_ones(desk):
    url = reverse("messaging:template", args=["follow_up"])
    own = {"chinese": "{patient}，好些了吗？{link}", "english": "Better? {link}", "is_active": "on"}

    assert desk.post(url, own | {"version": "0"}).status_code == 303
    assert desk.post(url, own | {"version": "0"}).status_code == 412
    told(desk, template="follow_up", data={"link": "https://x.example/1"})

    assert Message.objects.get().body == "张小明，好些了吗？https://x.example/1"
    assert Template.objects.get().version == 1


def test_words_that_ask_for_the_unknown_are_refused(desk):
    url = reverse("messaging:template", args=["follow_up"])

    answer = desk.post(url, {"chinese": "{diagnosis}", "english": "x", "version": "0"})

    assert answer.status_code == 409
    assert not Template.objects.exists()


def test_a_template_that_rests_tells_nobody(desk):
    url = reverse("messaging:template", args=["follow_up"])
    desk.post(url, {"chinese": "x", "english": "x", "version": "0"})

    told(desk, template="follow_up")

    assert not Message.objects.exists()


def test_the_patients_page_has_the_history(desk):
    patient = told(desk)

    page = desk.get(reverse("patients:patient", args=[patient]))
    part = desk.part(reverse("messaging:patient", args=[patient]))

    assert reverse("messaging:patient", args=[patient]) in page.text
    assert "您已成功预约" in part.text
    assert f"patient-messages:{patient}" in part.text


def test_a_receipt_says_that_it_arrived_and_again_changes_nothing(client, desk, settings):
    settings.SMS = settings.SMS | {"receipt_secret": "s3cret"}
    told(desk)
    Message.objects.update(state="sent", provider_ref="2640:abc")
    body = '[{"mobile": "12100003482", "report_status": "SUCCESS", "sid": "2640:abc"}]'

    def call_back(secret):
        url = f"/api/v1/messages/receipts/sms/{secret}"
        return client.post(url, body, content_type="application/json")

    assert call_back("wrong").status_code == 404
    assert Message.objects.get().state == "sent"
    assert call_back("s3cret").json() == {"result": 0, "errmsg": "OK"}
    assert call_back("s3cret").status_code == 200
    message = Message.objects.get()
    assert (message.state, message.version) == ("delivered", 2)


@pytest.mark.parametrize("body", ["", "{}", "[1]", "\0", '[{"sid": {}}]'])
def test_a_receipt_that_is_none_is_refused(client, settings, body):
    settings.SMS = settings.SMS | {"receipt_secret": "s3cret"}
    url = "/api/v1/messages/receipts/sms/s3cret"

    assert client.post(url, body, content_type="application/json").status_code in {200, 400}


def test_a_receipt_that_it_did_not_arrive_goes_on_over_the_next_channel(desk):
    patient = make_patient(desk.site, phone="12100003482", wechat="oTest-1")
    tell(desk.site, patient)
    Message.objects.update(state="sent", provider_ref="r1")

    take_receipt(actor=SYSTEM, reference="r1", has_arrived=False, reason="UNDELIV")

    assert list(Message.objects.order_by("created_at").values_list("channel", "state")) == [
        ("sms", "failed"), ("wechat", "waiting"),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 12])
def test_lists_cost_the_same_for_one_and_for_twelve(desk, count, django_assert_num_queries):
    for n in range(count):
        patient = make_patient(desk.site, phone=make_phone())
        tell(desk.site, patient, key=f"k{n}")
    message_centre(desk.actor, desk.site.pk)

    with django_assert_num_queries(4):  # One writes down who was seen.
        assert len(message_centre(desk.actor, desk.site.pk)) == count
    with django_assert_num_queries(1):
        assert failed_messages(desk.actor, desk.site.pk) == []
    with django_assert_num_queries(4):
        assert len(messages_of(desk.actor, patient)) == 1
