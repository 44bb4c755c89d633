"""Push: sealed for one browser, over a push service that checks who speaks."""

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection

from yilu.messaging.adapters.push import is_push_service
from yilu.messaging.errors import BadSubscription
from yilu.messaging.models import Message, PushSubscription
from yilu.messaging.operations.messages import send_test_push
from yilu.messaging.operations.subscriptions import (
    Browser,
    remove_device,
    renew,
    subscribe,
    unsubscribe,
)
from yilu.messaging.rules.devices import device_name
from yilu.messaging.selectors.subscriptions import device_at, devices_of
from yilu.messaging.tests.factories import due_now, send_all, tell
from yilu.messaging.tests.sandboxes import sandboxes
from yilu.patients.models import Account
from yilu.patients.operations.accounts import ensure_account
from yilu.patients.states import LinkHow
from yilu.patients.tests.factories import make_actor, make_patient, make_phone, make_site
from yilu.platform import actors
from yilu.platform.actors import Actor
from yilu.platform.errors import NotSignedIn
from yilu.platform.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A01")]
MOVED = {"template": "booking_changed"}
OFF_CURVE = base64.urlsafe_b64encode(b"\x04" + bytes(64)).decode()


@dataclass
class Phone:
    """A browser with its own keys, which alone open what is pushed to it."""

    name: str
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = bytes(range(16))

    def at(self, address: str) -> Browser:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Browser(f"{address}/{self.name}", _written(point), _written(self.auth))

    def opened(self, body: str) -> dict[str, str]:
        sealed = base64.b64decode(body)
        plain = http_ece.decrypt(
            sealed, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return dict(json.loads(plain))


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def providers(settings):
    with sandboxes(settings) as running:
        yield running


@pytest.fixture
def site():
    return make_site()


def account(patient_id: Any = None) -> Actor:
    """Somebody's account, which acts for a patient."""
    user = User.objects.get(pk=ensure_account(actor=Actor.system("test"), phone=make_phone()).pk)
    if patient_id:
        Account.objects.create(user=user, patient_id=patient_id, how=LinkHow.DESK)
    return actors.load(user)


def pushed() -> list[tuple[str, str]]:
    return list(Message.objects.filter(channel="push").values_list("state", "reason"))


def test_what_is_pushed_is_read_by_that_browser_alone_and_holds_nothing_of_the_visit(
    providers, site
):
    patient = make_patient(site, name="李明", phone="12100003482")
    phone = Phone("a")
    subscribe(actor=account(patient), browser=phone.at(providers.push_address))

    tell(site, patient, **MOVED)
    send_all("push")

    [came] = providers.push.received()
    assert (came["browser"], came["ttl"], came["urgency"]) == ("a", "14400", "high")
    assert "预约" not in base64.b64decode(came["body"]).decode("utf-8", "replace")
    said = phone.opened(came["body"])
    assert said["text"] == "您的预约时间有变更，请点开查看。"
    assert said["url"] == "/my"
    assert said["title"] == str(site.short_name["zh-Hans"])
    assert not [one for one in ("李明", "口腔", "王芳") if one in said["text"] + said["url"]]
    with pytest.raises(http_ece.ECEException):
        Phone("b").opened(came["body"])
    assert pushed() == [("sent", "")]


def test_the_same_twice_tells_once_and_the_sms_goes_as_ever(providers, site):
    patient = make_patient(site, phone="12100003482")
    subscribe(actor=account(patient), browser=Phone("a").at(providers.push_address))

    tell(site, patient, **MOVED)
    tell(site, patient, **MOVED)
    send_all("push", "sms")

    assert len(providers.push.received()) == len(providers.sms.received()) == 1


def test_words_without_push_are_not_pushed(providers, site):
    patient = make_patient(site, phone="12100003482")
    subscribe(actor=account(patient), browser=Phone("a").at(providers.push_address))

    tell(site, patient)

    assert pushed() == []


def test_a_browser_that_is_gone_is_forgotten(providers, site):
    patient = make_patient(site, phone="12100003482")
    subscribe(actor=account(patient), browser=Phone("gone-1").at(providers.push_address))

    tell(site, patient, **MOVED)
    send_all("push")

    assert pushed() == [("failed", "push_gone")]
    assert not PushSubscription.objects.exists()


def test_a_busy_service_is_tried_again_later_and_a_wrong_key_never(providers, site, settings):
    patient = make_patient(site, phone="12100003482")
    subscribe(actor=account(patient), browser=Phone("full-1").at(providers.push_address))
    tell(site, patient, **MOVED)
    send_all("push")
    assert pushed() == [("waiting", "push_429")]
    due_now()
    send_all("push")
    assert Message.objects.get(channel="push").tries == 2

    settings.PUSH = settings.PUSH | {"key": "07" * 32}
    PushSubscription.objects.all().delete()
    subscribe(actor=account(patient), browser=Phone("a").at(providers.push_address))
    tell(site, patient, key="k2", **MOVED)
    send_all("push")
    assert ("failed", "push_403") in pushed()
    assert providers.push.received() == []


@pytest.mark.parametrize("mode", ["error", "lost"])
def test_a_service_in_trouble_is_asked_at_most_twice_when_it_may_have_told(providers, site, mode):
    patient = make_patient(site, phone="12100003482")
    subscribe(actor=account(patient), browser=Phone("a").at(providers.push_address))
    providers.order("push", mode, times=5)
    tell(site, patient, **MOVED)
    for _ in range(4):
        send_all("push")
        due_now()

    [(state, _reason)] = pushed()
    assert state == "dead"
    assert len(providers.push.received()) == (2 if mode == "lost" else 0)


def test_who_turns_it_off_is_told_nothing_any_more_what_waits_included(providers, site):
    patient = make_patient(site, phone="12100003482")
    who = account(patient)
    browser = Phone("a").at(providers.push_address)
    subscribe(actor=who, browser=browser)
    tell(site, patient, **MOVED)

    assert not unsubscribe(actor=account(), endpoint=browser.endpoint)
    assert unsubscribe(actor=who, endpoint=browser.endpoint)
    send_all("push")
    tell(site, patient, key="k2", **MOVED)

    assert providers.push.received() == []
    assert pushed() == [("failed", "push_gone")]


def test_a_browser_belongs_to_the_account_that_signed_in_there_last(providers, site):
    first, second = account(), account()
    browser = Phone("a").at(providers.push_address)
    subscribe(actor=first, browser=browser)
    subscribe(actor=second, browser=browser)
    subscribe(actor=second, browser=browser)

    assert PushSubscription.objects.get().user_id == second.user_id
    assert browser.endpoint.encode() not in bytes(_stored())


def _stored() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT endpoint FROM messaging_pushsubscription")
        return cursor.fetchone()[0]


def test_a_test_push_goes_to_the_accounts_own_browsers(providers, site):
    who, phone = account(), Phone("a")
    subscribe(actor=who, browser=phone.at(providers.push_address))
    subscribe(actor=account(), browser=Phone("b").at(providers.push_address))

    assert send_test_push(actor=who, site_id=site.pk) == 1
    send_all("push")

    [came] = providers.push.received()
    assert phone.opened(came["body"])["text"].startswith("推送已开启")


def test_only_known_push_services_and_real_keys_are_taken(providers, site):
    good = Phone("a").at(providers.push_address)
    who = account()
    wrong = [
        Browser("https://evil.example/push", good.p256dh, good.auth),
        Browser("http://127.0.0.1:22/push", good.p256dh, good.auth),
        Browser("https://10.0.0.7/push", good.p256dh, good.auth),
        Browser("https://169.254.169.254/latest", good.p256dh, good.auth),
        Browser("https://fcm.googleapis.com:8443/x", good.p256dh, good.auth),
        Browser(good.endpoint, "AAAA", good.auth),
        Browser(good.endpoint, OFF_CURVE, good.auth),
        Browser(good.endpoint, good.p256dh, "not base64!"),
    ]
    for one in wrong:
        with pytest.raises(BadSubscription):
            subscribe(actor=who, browser=one)
    with pytest.raises(NotSignedIn):
        subscribe(actor=make_actor(site), browser=good)
    assert not PushSubscription.objects.exists()
    assert is_push_service("https://fcm.googleapis.com/fcm/send/abc")
    assert not is_push_service("https://fcm.googleapis.com.evil.example/x")
    assert not is_push_service("https://a@fcm.googleapis.com/x")
    assert not is_push_service("http://fcm.googleapis.com/x")


def test_an_account_sees_its_devices_and_takes_one_away_from_any_of_them(providers):
    who, stranger = account(), account()
    for name in ("Chrome · Android", "Safari · iPhone"):
        browser = Phone(name[:4]).at(providers.push_address)
        subscribe(actor=who, browser=replace(browser, device=name))
    newest, oldest = devices_of(who)
    assert (newest.name, oldest.name) == ("Safari · iPhone", "Chrome · Android")

    assert not remove_device(actor=stranger, subscription_id=oldest.id)
    assert remove_device(actor=who, subscription_id=oldest.id)
    assert not remove_device(actor=who, subscription_id=oldest.id)
    assert devices_of(who) == [newest]
    assert devices_of(stranger) == []


@pytest.mark.parametrize("how_many", [1, 9])
def test_devices_cost_one_query_however_many_they_are(
    providers, django_assert_num_queries, how_many
):
    who = account()
    for n in range(how_many):
        subscribe(actor=who, browser=Phone(str(n)).at(providers.push_address))
    with django_assert_num_queries(1):
        assert len(devices_of(who)) == how_many
    with django_assert_num_queries(1):
        assert device_at(who, f"{providers.push_address}/0") is not None


def test_a_browser_whose_address_changes_is_still_told_and_no_second_time(providers, site):
    patient = make_patient(site, phone="12100003482")
    who, old, new = account(patient), Phone("old"), Phone("new")
    before = old.at(providers.push_address)
    subscribe(actor=who, browser=replace(before, device="Chrome · Android"))

    nobody = Actor.nobody()
    assert renew(actor=nobody, before=before.endpoint, browser=new.at(providers.push_address))
    tell(site, patient, **MOVED)
    send_all("push")

    [came] = providers.push.received()
    assert came["browser"] == "new"
    assert new.opened(came["body"])["url"] == "/my"
    [device] = devices_of(who)
    assert device.name == "Chrome · Android"


def test_an_address_that_nobody_knew_renews_nothing(providers):
    who, mine = account(), Phone("a").at(providers.push_address)
    subscribe(actor=who, browser=mine)
    other = Phone("b").at(providers.push_address)

    guess = f"{providers.push_address}/guess"
    assert not renew(actor=Actor.nobody(), before=guess, browser=other)
    with pytest.raises(BadSubscription):
        renew(
            actor=Actor.nobody(), before=mine.endpoint,
            browser=replace(other, endpoint="https://10.0.0.7/push"),
        )  # fmt: skip
    assert device_at(who, mine.endpoint) is not None
    assert PushSubscription.objects.count() == 1


def test_a_change_that_the_page_told_already_leaves_one(providers):
    who = account()
    old, new = Phone("old").at(providers.push_address), Phone("new").at(providers.push_address)
    subscribe(actor=who, browser=old)
    subscribe(actor=who, browser=new)

    assert renew(actor=Actor.nobody(), before=old.endpoint, browser=new)
    assert renew(actor=Actor.nobody(), before=new.endpoint, browser=new)
    assert [device_at(who, one.endpoint) is not None for one in (old, new)] == [False, True]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("(Linux; Android 15) Chrome/141.0 Mobile Safari/537.36", "Chrome · Android"),
        ("(iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("(Windows NT 10.0; Win64) Chrome/141 Safari/537.36 Edg/141", "Edge · Windows"),
        ("(Linux; Android 14) Chrome/107 Mobile MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8.5", ""),
    ],
)
def test_a_device_is_called_as_its_owner_would(user_agent, name):
    assert device_name(user_agent) == name
