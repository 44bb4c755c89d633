"""The installed app: its manifest and worker, push in the account's browsers, and its channel."""

import json
import re

import pytest
from django.test import Client

from yilu.messaging.models import PushSubscription
from yilu.messaging.selectors.subscriptions import devices_of
from yilu.messaging.tests.factories import send_all
from yilu.messaging.tests.sandboxes import sandboxes
from yilu.messaging.tests.test_push import OFF_CURVE, Phone
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.portal.tests.factories import Front, Someone, details
from yilu.portal.web import app
from yilu.scheduling.models import Booking, Hold, WaitingEntry
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A01")]
ANDROID = "(Linux; Android 15) Chrome/141.0 Mobile Safari/537.36"


@pytest.fixture
def someone(db: None) -> Someone:
    """Somebody whose phone has proved itself."""
    return signed_in(Someone())


def signed_in(who: Someone) -> Someone:
    """The same, let in to their account."""
    who.client.force_login(User.objects.get(pk=who.account().user_id))
    return who


@pytest.fixture
def push(settings):
    """A push service on loopback."""
    with sandboxes(settings) as running:
        yield running


def sent(phone: Phone, address: str) -> dict[str, str]:
    """A subscription as the page of a browser sends it."""
    browser = phone.at(address)
    return {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth}


def turn_on(who: Someone, phone: Phone, push, **more: str):
    """Press the button of the card."""
    fields = sent(phone, push.push_address) | more
    return who.client.post("/my/me/app/on", fields, headers={"User-Agent": ANDROID})


def test_the_manifest_speaks_the_readers_language_and_is_asked_for_without_cookies(front: Front):
    stranger = Client()
    zh = stranger.get("/app/zh-hans.webmanifest")
    en = stranger.get("/app/en.webmanifest")
    assert zh["Content-Type"] == "application/manifest+json; charset=utf-8"
    assert zh["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in zh
    zh, en = zh.json(), en.json()
    assert (zh["lang"], en["lang"]) == ("zh-Hans", "en")
    assert [one["name"] for one in zh["shortcuts"]] == ["预约", "我的预约", "账单"]
    assert [one["name"] for one in en["shortcuts"]] == ["Book", "Bookings", "Bills"]
    for one in (zh, en):
        assert (one["id"], one["start_url"], one["scope"]) == ("/my", "/my?app=1", "/")
        assert one["display"] == "standalone"
        kinds = [(icon["sizes"], icon.get("purpose")) for icon in one["icons"]]
        assert ("512x512", "any") in kinds
        assert ("512x512", "maskable") in kinds
    assert stranger.get("/app/fr.webmanifest").status_code == 404


def test_the_worker_is_for_all_our_pages_strict_and_asked_for_each_time():
    answer = Client().get("/app/worker.js")
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert (
        answer["Content-Security-Policy"]
        == "default-src 'none'; connect-src 'self'; img-src 'self'"
    )
    again = Client().get("/app/worker.js", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    told = re.search(r"^const BUILD = (.*);$", answer.content.decode(), re.MULTILINE)
    assert told is not None
    build = json.loads(told[1])
    assert f'"{build["version"]}"' == answer["ETag"]
    assert build["offline"] == "/app/offline"
    assert not [url for url in build["files"] if not url.startswith("/static/")]


def test_another_build_is_another_version(monkeypatch):
    before = app.build()["version"]
    app.build.cache_clear()
    monkeypatch.setattr(app, "SHEETS", (*app.SHEETS, "wall"))
    after = app.build()["version"]
    app.build.cache_clear()
    assert before != after


def test_the_offline_page_says_the_same_in_both_languages_and_nothing_of_anybody():
    page = Client().get("/app/offline").content.decode()
    assert "没有网络" in page
    assert "No network" in page
    assert "csrf" not in page
    assert page.count("data-put=") == 8


def test_the_pages_name_the_manifest_the_worker_and_the_icon(front: Front, someone: Someone):
    page = someone.client.get(f"/book/{front.site_key}/").content.decode()
    assert '<link rel="manifest" href="/app/zh-hans.webmanifest">' in page
    assert 'data-worker="/app/worker.js"' in page
    assert "icons/app-touch-180.png" in page
    someone.client.cookies["yilu_language"] = "en"
    assert "/app/en.webmanifest" in someone.client.get("/my").content.decode()


def test_push_is_turned_on_tested_and_off_in_one_browser(push, front: Front, someone: Someone):
    phone = Phone("mine")
    assert turn_on(someone, phone, push).status_code == 204
    assert turn_on(someone, phone, push).status_code == 204
    [device] = devices_of(someone.account())
    assert device.name == "Chrome · Android"
    page = someone.client.get("/my/me/app").content.decode()
    assert "Chrome · Android" in page
    assert "本机" in page

    tried = someone.client.post("/my/me/app/test", {"request_key": str(new_id())})
    assert tried.status_code == 303
    send_all("push")
    [came] = push.push.received()
    assert phone.opened(came["body"])["text"].startswith("推送已开启")

    assert someone.client.post("/my/me/app/off", {}).status_code == 204
    assert someone.client.post("/my/me/app/off", {}).status_code == 204
    assert devices_of(someone.account()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": ""},
        {"endpoint": "https://evil.example/push"},
        {"endpoint": "https://127.0.0.1/push"},
        {"endpoint": "https://10.0.0.7/push"},
        {"endpoint": "https://[::1]/push"},
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 1000},
        {"endpoint": "file:///etc/passwd"},
        {"p256dh": "AAAA"},
        {"p256dh": OFF_CURVE},
        {"auth": "not base64!"},
        {"auth": ""},
    ],
)
def test_a_subscription_that_cannot_be_is_refused_and_keeps_nothing(push, someone, wrong):
    assert turn_on(someone, Phone("mine"), push, **wrong).status_code == 422
    assert not PushSubscription.objects.exists()


def test_what_cannot_be_kept_is_refused(push, someone):
    answer = turn_on(someone, Phone("mine"), push, endpoint="https://fcm.googleapis.com/\x00")
    assert answer.status_code == 400
    assert not PushSubscription.objects.exists()


def test_strangers_subscribe_to_nothing(push, front):
    stranger = Client()
    fields = sent(Phone("mine"), push.push_address)
    for deed in ("on", "off", "known"):
        assert stranger.post(f"/my/me/app/{deed}", fields).status_code == 303
    assert stranger.get("/my/me/app").status_code == 303
    assert not PushSubscription.objects.exists()


def test_without_a_key_of_the_clinic_nobody_is_subscribed(push, someone, settings):
    settings.PUSH = settings.PUSH | {"key": ""}
    assert turn_on(someone, Phone("mine"), push).status_code == 422
    assert 'data-key=""' in someone.client.get("/my/me/app").content.decode()


def test_a_device_is_removed_by_its_account_alone(push, someone):
    turn_on(someone, Phone("mine"), push)
    [device] = devices_of(someone.account())
    other = signed_in(Someone())
    for who, left in ((other, 1), (someone, 0), (someone, 0)):
        key = {"request_key": str(new_id())}
        assert who.client.post(f"/my/me/app/{device.id}/remove", key).status_code == 303
        assert len(devices_of(someone.account())) == left


def test_signing_out_ends_push_in_this_browser_and_no_other(push, someone):
    tablet = signed_in(Someone(phone=someone.phone))
    turn_on(someone, Phone("mine"), push)
    turn_on(tablet, Phone("tablet"), push)

    assert someone.client.post("/my/sign-out", {"endpoint": ""}).status_code == 303
    [left] = PushSubscription.objects.all()
    assert left.endpoint.endswith("/tablet")
    # A session that learnt nothing of the browser's subscription is told of it by the page.
    other = signed_in(Someone(phone=someone.phone))
    other.client.post("/my/sign-out", {"endpoint": left.endpoint})
    assert not PushSubscription.objects.exists()


def test_whoever_signs_in_next_is_not_told_what_was_for_the_one_before(push, someone):
    turn_on(someone, Phone("mine"), push)
    endpoint = f"{push.push_address}/mine"
    next_one = signed_in(Someone())
    seen = next_one.client.post("/my/me/app/known", {"endpoint": endpoint})
    assert seen.json() == {"known": False}
    assert someone.client.post("/my/me/app/known", {"endpoint": endpoint}).json() == {"known": True}


def test_a_worker_renews_an_address_without_being_signed_in(push, someone):
    turn_on(someone, Phone("mine"), push)
    fields = sent(Phone("next"), push.push_address)
    before = sent(Phone("mine"), push.push_address)["endpoint"]
    worker = Client(enforce_csrf_checks=True)
    ours = {"Origin": "http://testserver"}

    strange = worker.post(
        "/app/renew", fields | {"before": before}, headers={"Origin": "https://evil.example"}
    )
    assert strange.status_code == 403
    assert worker.post("/app/renew", fields | {"before": before}).status_code == 403
    guessed = worker.post("/app/renew", fields | {"before": before + "x"}, headers=ours)
    assert guessed.status_code == 404
    bad = fields | {"before": before, "endpoint": "https://10.0.0.7/push"}
    assert worker.post("/app/renew", bad, headers=ours).status_code == 422
    assert worker.post("/app/renew", {"before": before}, headers=ours).status_code == 400
    [kept] = PushSubscription.objects.all()
    assert kept.endpoint == before

    done = worker.post("/app/renew", fields | {"before": before}, headers=ours)
    assert done.status_code == 204
    [kept] = PushSubscription.objects.all()
    assert kept.endpoint == fields["endpoint"]


def test_what_is_booked_in_the_installed_app_says_so(front: Front, someone: Someone):
    assert someone.client.get("/my?app=1").status_code == 200
    front.choose(someone, 10)
    assert Hold.objects.get().channel == "app"
    assert someone.client.post("/book/details", details()).status_code == 303
    assert Booking.objects.get().channel == "app"


def test_who_signs_in_on_the_way_is_still_in_the_app(front: Front):
    who = Someone()
    away = who.client.get("/my?app=1")
    assert away["Location"] == "/my/sign-in?next=%2Fmy%3Fapp%3D1"
    assert who.client.post("/my/window", {"window": "app"}).status_code == 204
    front.choose(who, 10)
    who.sign_in("/book/details")
    who.client.post("/book/details", details())
    assert Booking.objects.get().channel == "app"


def test_the_same_browser_beside_the_app_books_on_the_website(front: Front, someone: Someone):
    someone.client.get("/my?app=1")
    assert '<meta name="app" content="app"' in someone.client.get("/my").content.decode()
    assert someone.client.post("/my/window", {"window": "browser"}).status_code == 204
    front.choose(someone, 10)
    someone.client.post("/book/details", details())
    assert Booking.objects.get().channel == "web"
    assert someone.client.post("/my/window", {"window": "app"}).status_code == 204
    assert '<meta name="app" content="app"' in someone.client.get("/my").content.decode()


def test_a_window_that_nobody_signed_is_the_browsers(front: Front, someone: Someone):
    someone.client.cookies["yilu_window"] = "app"
    front.choose(someone, 10)
    someone.client.post("/book/details", details())
    assert Booking.objects.get().channel == "web"


@pytest.mark.parametrize("said", ["", "0", "2", "true", "1 "])
def test_a_start_that_is_not_the_apps_is_refused(someone: Someone, said: str):
    assert someone.client.get("/my", {"app": said}).status_code == 400
    assert '<meta name="app" content="browser"' in someone.client.get("/my").content.decode()


@pytest.mark.parametrize("said", ["", "APP", "kiosk"])
def test_a_window_that_cannot_be_is_refused(someone: Someone, said: str):
    assert someone.client.post("/my/window", {"window": said}).status_code == 400
    forged = Client(enforce_csrf_checks=True)
    assert forged.post("/my/window", {"window": "app"}).status_code == 403


def test_who_joins_the_waiting_list_in_the_app_says_so(front: Front, someone: Someone):
    clinic = front.clinic.clinic
    patient_id = someone.patient(front.clinic.site_id)
    someone.client.get("/my?app=1")
    day = at(10).date()
    typed = {
        "request_key": str(new_id()), "patient": str(patient_id),
        "from_on": day.isoformat(), "until_on": day.isoformat(),
    }  # fmt: skip
    url = f"/book/{front.site_key}/{clinic.service_id}/wait"
    assert someone.client.post(url, typed).status_code == 303
    assert WaitingEntry.objects.get().channel == "app"


def test_the_page_keeps_number_time_and_place_for_the_phone_and_no_more(
    front: Front, someone: Someone
):
    booked = front.clinic.clinic.book(at(10), patient_id=someone.patient(front.clinic.site_id))
    page = someone.client.get("/my").content.decode()
    found = re.search(r'<div id="next-booking"[^>]*>', page)
    assert found is not None
    kept = found[0]
    assert f'data-number="{booked.number}"' in kept
    names = re.findall(r"data-(\w+)=", kept)
    assert names == ["number", "starts", "ends", "zone", "place", "address", "phone"]
    assert "沈白芷" not in kept
