"""From the queue to the provider: at least once, at most twice, whatever the provider does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.models import F

from yilu.messaging.models import Message, ProviderHealth
from yilu.messaging.operations import sending
from yilu.messaging.operations.sending import settle, take_next
from yilu.messaging.rules import outcomes
from yilu.messaging.rules.outcomes import FAILURES_TO_OPEN, Outcome, Result
from yilu.messaging.tests.factories import SYSTEM, due_now, send_all, tell
from yilu.messaging.tests.sandboxes import sandboxes
from yilu.patients.tests.factories import make_patient, make_phone, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A10")]


@pytest.fixture
def providers(settings):
    with sandboxes(settings) as running:
        yield running


@pytest.fixture
def site():
    return make_site()


def states():
    return list(Message.objects.order_by("created_at").values_list("channel", "state", "reason"))


def test_an_sms_is_signed_and_taken_once(providers, site):
    tell(site, make_patient(site, phone="12100003482"))

    assert send_all() == 1

    [taken], message = providers.sms.received(), Message.objects.get()
    assert (taken["to"], taken["context"]) == ("+8612100003482", str(message.pk))
    assert taken["template"] == "booking_confirmed.zh-Hans"
    assert taken["parameters"][1:4] == ["张小明", "3月3日 周一 09:30", "口腔科"]
    assert (message.state, message.provider_ref) == ("sent", taken["serial"])
    assert (message.tries, message.unsure) == (1, 0)


def test_a_wrong_key_is_found_out_and_nothing_leaves(providers, site, settings):
    settings.SMS = settings.SMS | {"secret_key": "wrong"}
    tell(site, make_patient(site, phone="12100003482"))

    send_all()

    assert providers.sms.received() == []
    assert states() == [("sms", "waiting", "AuthFailure.SignatureFailure")]


def test_a_wechat_message_shows_its_fields(providers, site):
    tell(site, make_patient(site, wechat="oTest-1"))

    send_all()

    [taken] = providers.wechat.received()
    assert taken["to"] == "oTest-1"
    assert taken["data"]["time2"] == {"value": "3月3日 周一 09:30"}
    assert states() == [("wechat", "sent", "")]


def test_a_token_that_is_over_is_fetched_anew(providers, site):
    tell(site, make_patient(site, wechat="oTest-1"))
    send_all()
    providers.wechat.end_token()

    tell(site, make_patient(site, wechat="oTest-2"), key="k2")
    send_all()

    assert [m["to"] for m in providers.wechat.received()] == ["oTest-1", "oTest-2"]


@pytest.mark.covers("A05")
def test_an_email_carries_the_calendar_file(providers, site):
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    patient = make_patient(site, email="a@example.invalid")
    data = {"service": "检查", "calendar_file": calendar}

    tell(site, patient, channels=("email",), data=data)
    send_all()

    [mail] = providers.mail.received()
    [attached] = mail.iter_attachments()
    assert mail["Subject"].startswith("预约成功")
    assert "张小明您好" in mail.get_body().get_content()
    assert (attached.get_filename(), attached.get_content_type()) == (
        "booking.ics", "text/calendar",
    )  # fmt: skip
    assert "BEGIN:VCALENDAR" in attached.get_content()


@pytest.mark.parametrize(
    ("mode", "sent_by_then"),
    [("hang", 0), ("lost", 1), ("late", 1), ("error", 0), ("garbage", 0)],
)
@pytest.mark.parametrize("service", ["sms", "wechat", "mail"])
def test_whatever_a_provider_does_once_the_message_leaves_once_or_twice(
    providers, site, service, mode, sent_by_then
):
    channel = {"mail": "email"}.get(service, service)
    facts = {"phone": make_phone(), "wechat": "oTest-1", "email": "a@example.invalid"}
    if service == "wechat":  # So that the fault meets the message and not the token.
        tell(site, make_patient(site, **facts), channels=("wechat",), key="warm")
        send_all()
    before = len(getattr(providers, service).received())
    tell(site, make_patient(site, **facts), channels=(channel,))
    providers.order(service, mode, seconds=0.5)

    send_all()
    due_now()
    send_all()

    received = len(getattr(providers, service).received()) - before
    message = Message.objects.get(key=f"k1:{channel}")
    if (service, mode) == ("mail", "error"):
        assert (message.state, received) == ("failed", 0)  # 554 is the provider's last word.
        return
    assert (message.state, message.unsure) == ("sent", 1)
    assert received == 1 + sent_by_then


def test_a_provider_that_loses_every_answer_gets_a_message_twice_and_no_more(providers, site):
    tell(site, make_patient(site, phone="12100003482", wechat="oTest-1"))
    providers.order("sms", "lost", times=10)

    for _ in range(5):
        send_all("sms")
        due_now()
    send_all("wechat")

    assert len(providers.sms.received()) == 2
    assert len(providers.wechat.received()) == 1
    assert states() == [("sms", "dead", "answer_lost"), ("wechat", "sent", "")]


def test_control_without_the_rule_the_table_still_refuses_a_third_unsure_try(
    providers, site, monkeypatch
):
    monkeypatch.setattr(outcomes, "MOST_UNSURE", 99)
    monkeypatch.setattr(sending, "MOST_UNSURE", 99)
    tell(site, make_patient(site, phone="12100003482"))
    providers.order("sms", "lost", times=10)

    for _ in range(2):
        send_all("sms")
        due_now()

    with pytest.raises(IntegrityError, match="messaging_message_at_most_twice"):
        send_all("sms")
    assert len(providers.sms.received()) == 3


@pytest.mark.covers("O02")
def test_no_number_name_or_word_of_a_message_is_logged(providers, site, caplog):
    caplog.set_level("DEBUG")
    tell(site, make_patient(site, phone="12100003482", wechat="oTest-1"))
    for mode in ("lost", "garbage", "error"):
        providers.order("sms", mode)
        send_all()
        due_now()
    send_all()

    for secret in ("12100003482", "张小明", "口腔", "oTest-1", "yilu.example"):
        assert secret not in caplog.text


def test_a_number_that_is_refused_goes_on_over_the_next_channel(providers, site):
    tell(site, make_patient(site, phone="12100000404", wechat="oTest-1"))

    send_all()

    refused = "FailedOperation.PhoneNumberInBlacklist"
    assert states() == [("sms", "failed", refused), ("wechat", "sent", "")]
    assert Message.objects.get(channel="wechat").instead_of.channel == "sms"


def test_a_provider_that_is_away_is_left_alone_and_then_gets_everything(providers, site, settings):
    place = settings.SMS["endpoint"]
    settings.SMS = settings.SMS | {"endpoint": "127.0.0.1:9"}
    for n in range(FAILURES_TO_OPEN + 3):
        tell(site, make_patient(site, phone=make_phone()), key=f"k{n}")

    assert send_all("sms") == FAILURES_TO_OPEN
    settings.SMS = settings.SMS | {"endpoint": place}
    assert send_all("sms") == 0

    ProviderHealth.objects.update(open_until=F("changed_at") - timedelta(seconds=1))
    due_now()
    assert send_all("sms") == FAILURES_TO_OPEN + 3
    assert len(providers.sms.received()) == FAILURES_TO_OPEN + 3
    assert set(Message.objects.values_list("state", "unsure")) == {("sent", 0)}
    assert ProviderHealth.objects.get().failures == 0


def test_who_dies_between_sending_and_keeping_it_is_followed_once(providers, site):
    tell(site, make_patient(site, phone="12100003482"))
    dead = take_next(actor=SYSTEM, channel="sms")
    assert send_all("sms") == 0, "its lease holds"

    Message.objects.update(lease_until=F("lease_until") - timedelta(hours=1))
    assert send_all("sms") == 1

    message = Message.objects.get()
    assert (message.state, message.tries, message.unsure) == ("sent", 2, 1)
    late = Outcome(Result.ACCEPTED, reference="late")
    assert settle(actor=SYSTEM, message_id=message.pk, tries=dead[1], outcome=late) is False
    assert Message.objects.get().provider_ref != "late"


def test_who_dies_twice_is_not_followed_a_third_time(providers, site):
    tell(site, make_patient(site, phone="12100003482"))
    for _ in range(2):
        assert take_next(actor=SYSTEM, channel="sms") is not None
        Message.objects.update(lease_until=F("lease_until") - timedelta(hours=1))

    assert take_next(actor=SYSTEM, channel="sms") is None
    assert states() == [("sms", "dead", "lost_twice")]


def test_a_code_that_is_too_old_is_not_sent(providers, site):
    code = {"key": "otp", "template": "booking_code", "data": {"code": "482911"}}
    tell(site, None, to="+8612100003482", channels=("sms",), **code)
    Message.objects.update(expires_at=F("expires_at") - timedelta(hours=1))

    assert send_all() == 0
    assert states() == [("sms", "dead", "expired")]


def test_a_code_goes_before_everything_else(providers, site):
    tell(site, make_patient(site, phone="12100003482"))
    code = {"key": "otp", "template": "booking_code", "data": {"code": "482911"}}
    tell(site, None, to="+8612100009999", channels=("sms",), **code)

    send_all()

    assert [m["to"] for m in providers.sms.received()] == ["+8612100009999", "+8612100003482"]
