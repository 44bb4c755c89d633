"""The installed app on a phone: its manifest, its worker, a time without a network, push."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from look import measures
from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now, signed_in, times_page
from yilu.demo.sandbox.push import PushSandbox
from yilu.demo.sandbox.server import SandboxServer
from yilu.demo.sandbox.wire import Faults
from yilu.messaging.models import PushSubscription
from yilu.messaging.rules import vapid
from yilu.messaging.tests.test_push import Phone
from yilu.platform import clock
from yilu.portal.tests.factories import Someone
from yilu.scheduling.models import Booking

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A01"),
]
READY = (
    "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
)
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    for (const one of await (await caches.open(name)).keys()) kept.push(new URL(one.url).pathname);
  }
  return kept;
}"""
SHOWN = """() => navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
  .then((shown) => shown.map(({ title, body, data }) => ({ title, body, url: data.url })))"""
# What the worker does when the push service gives the browser another address.
CHANGED = """([before, next]) => renew({
  oldSubscription: { endpoint: before, options: {} },
  newSubscription: { toJSON: () => next },
})"""
# What a browser's own push service would give it. No machine of a closed network reaches one.
GIVEN = """(given) => {
  const plain = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const raw = (text) => Uint8Array.from(plain(text), (letter) => letter.charCodeAt(0));
  const one = (key) => ({
    endpoint: given.endpoint,
    options: { applicationServerKey: raw(key).buffer },
    toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
    unsubscribe: async () => { localStorage.removeItem("given"); return true; },
  });
  PushManager.prototype.getSubscription = async () => {
    const key = localStorage.getItem("given");
    return key ? one(key) : null;
  };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("given", applicationServerKey);
    return one(applicationServerKey);
  };
}"""


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    """Only a whole browser asks whether it may notify."""
    return whole_browser


@pytest.fixture
def push(server: str, push_port: int) -> Iterator[PushSandbox]:
    """A push service where the product believes one to be."""
    service = PushSandbox(vapid.public_key())
    running = SandboxServer(push_port, [service], Faults())
    running.run_in_background()
    yield service
    running.shutdown()
    running.server_close()


def booked() -> tuple[Someone, Booking]:
    """Somebody with a booking that is to come."""
    front, free = open_now()
    who = Someone()
    patient_id = who.patient(front.clinic.site_id)
    made = front.clinic.clinic.book(free[-1].starts_at, patient_id=patient_id)
    return who, Booking.objects.get(pk=made.id)


def worker_works(page: Page) -> None:
    """Wait until the page's worker answers for it."""
    eventually(page, lambda: page.evaluate(READY))


def deliver(page: Page, address: str, words: str, *, shown: int) -> None:
    """Bring a push to the page's worker, as the browser does when its push service has one, until
    so many notifications are shown. Chromium loses one now and then; what comes twice is one.
    """
    found: list[dict[str, Any]] = []
    cdp = page.context.new_cdp_session(page)
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"])
    )
    cdp.send("ServiceWorker.enable")
    eventually(page, lambda: found)
    mine = next(one for one in found if one["scopeURL"] == f"{address}/")
    for turn in range(1200):
        if turn % 20 == 0:
            push = {"registrationId": mine["registrationId"], "origin": address, "data": words}
            cdp.send("ServiceWorker.deliverPushMessage", push)
        page.wait_for_timeout(50)
        if len(page.evaluate(SHOWN)) == shown:
            return
    raise AssertionError("it was not shown")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_chromium_finds_nothing_that_keeps_the_app_from_being_installed(
    visit: Visit, tmp_path: Path, language: str
):
    who, _ = booked()
    page = visit.installed("/my", tmp_path, language=language, user=signed_in(who))
    worker_works(page)
    cdp = page.context.new_cdp_session(page)
    told = cdp.send("Page.getAppManifest")
    assert told["errors"] == []
    assert told["url"].endswith({"zh": "/zh-hans.webmanifest", "en": "/en.webmanifest"}[language])
    assert cdp.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    for icon in json.loads(told["data"])["icons"]:
        assert page.request.get(f"{visit.address}{icon['src']}").status == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_network_the_phone_says_what_still_works_and_knows_the_next_booking(
    visit: Visit, tmp_path: Path, looks_right: Callable[[Page, str], None], language: str
):
    who, booking = booked()
    page = visit.installed("/my?app=1", tmp_path, language=language, user=signed_in(who))
    worker_works(page)
    for path in ("/my/me", "/my/bookings", f"/my/visit/{booking.pk}", "/my"):
        page.goto(f"{visit.address}{path}")
    visit.expect("ERR_INTERNET_DISCONNECTED", "Failed to load resource")

    # A phone without a network goes by its own clock.
    page.clock.set_fixed_time(clock.now())
    page.context.set_offline(True)
    page.goto(f"{visit.address}/my/bills")
    expect(page.locator("h1")).to_have_text({"zh": "没有网络", "en": "No network"}[language])
    expect(page.locator(".po-number")).to_have_text(booking.number)
    assert "沈白芷" not in page.content()
    picture(page, f"app-offline-{language}")
    looks_right(page, language)
    kept = page.evaluate(KEPT)
    assert "/app/offline" in kept
    assert [url for url in kept if not url.startswith(("/static/", "/app/offline"))] == []

    page.context.set_offline(False)
    expect(page).to_have_title({"zh": "账单 · 医路", "en": "Bills · Yilu"}[language])


def test_a_new_version_takes_the_old_one_away(visit: Visit, tmp_path: Path):
    who, _ = booked()
    # A page that starts no worker: one that starts while the page is left does not answer the next.
    page = visit.installed("/app/offline", tmp_path)
    page.evaluate("caches.open('yilu-shell-0').then((old) => old.put('/x', new Response('old')))")
    page.context.clear_cookies()
    visit._let_in(page.context, "zh-hans", signed_in(who))
    page.goto(f"{visit.address}/my")
    worker_works(page)
    eventually(page, lambda: "yilu-shell-0" not in page.evaluate("caches.keys()"))
    assert len([name for name in page.evaluate("caches.keys()") if "shell" in name]) == 1


def test_a_booking_made_in_the_apps_window_is_counted_for_the_app(visit: Visit, tmp_path: Path):
    front, _ = open_now()
    who = Someone()
    who.patient(front.clinic.site_id)
    page = visit.installed("/my", tmp_path, user=signed_in(who))
    page.goto(f"{visit.address}{times_page(front)}")
    expect(page.locator('meta[name="app"]')).to_have_attribute("content", "app")
    page.locator(".yl-times button").last.click()
    page.get_by_role("button", name="确认预约").click()
    expect(page.get_by_role("heading", name="预约成功")).to_be_visible()
    assert Booking.objects.get().channel == "app"
    number = json.loads(page.evaluate("localStorage.getItem('yilu-next')"))["number"]
    assert number == Booking.objects.get().number


def test_a_window_of_the_browser_is_not_the_app(visit: Visit):
    who, _ = booked()
    page = visit("/my?app=1", size="phone", user=signed_in(who))
    page.wait_for_load_state("networkidle")
    page.goto(f"{visit.address}/my")
    expect(page.locator('meta[name="app"]')).to_have_attribute("content", "browser")
    assert page.evaluate("localStorage.getItem('yilu-next')") is None


def test_push_from_the_press_of_a_button_to_the_notification_and_the_end_of_it(
    visit: Visit, tmp_path: Path, push: PushSandbox, push_port: int
):
    who, _ = booked()
    phone = Phone("phone")
    given = phone.at(f"http://127.0.0.1:{push_port}/push")
    page = visit.installed("/my/me", tmp_path, user=signed_in(who))
    page.context.grant_permissions(["notifications"], origin=visit.address)
    facts = {"endpoint": given.endpoint, "p256dh": given.p256dh, "auth": given.auth}
    page.add_init_script(f"({GIVEN})({json.dumps(facts)})")
    page.get_by_role("link", name="手机应用与提醒").click()
    page.get_by_role("button", name="开启提醒").click()
    expect(page.get_by_text("已开启提醒的设备")).to_be_visible()
    expect(page.locator("#devices")).to_contain_text("本机")
    picture(page, "app-on-zh")

    page.get_by_role("button", name="发一条试试").click()
    expect(page.get_by_text("已发送，一分钟内应会显示。")).to_be_visible()
    eventually(page, push.received)
    [came] = push.received()
    said = phone.opened(came["body"])
    deliver(page, visit.address, json.dumps(said), shown=1)
    assert page.evaluate(SHOWN) == [{"title": said["title"], "body": said["text"], "url": "/my"}]
    deliver(page, visit.address, json.dumps(said), shown=1)
    strange = {"title": "x", "text": "y", "url": "https://evil.example/", "tag": "other"}
    deliver(page, visit.address, json.dumps(strange), shown=2)
    assert {one["url"] for one in page.evaluate(SHOWN)} == {"/my"}

    moved = Phone("moved").at(f"http://127.0.0.1:{push_port}/push")
    keys = {"p256dh": moved.p256dh, "auth": moved.auth}
    [worker] = page.context.service_workers
    worker.evaluate(CHANGED, [given.endpoint, {"endpoint": moved.endpoint, "keys": keys}])
    assert PushSubscription.objects.get().endpoint == moved.endpoint

    page.goto(f"{visit.address}/my/me")
    # Who signs out waits two seconds for the browser, which here may take as long as it needs.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(f"{visit.address}/book**")
    assert not PushSubscription.objects.exists()
    assert page.evaluate("Object.keys(localStorage)") == ["yilu-language"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_card_says_what_is_true_of_this_browser(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    who, _ = booked()
    user = signed_in(who)
    words = {"zh": "开启提醒", "en": "Turn it on"}[language]
    context = visit.somebody(size="phone", language=language, user=user)
    page = visit("/my", context=context)
    expect(page.get_by_role("button", name=words)).to_be_visible()
    picture(page, f"app-today-{language}")
    looks_right(page, language)
    page.goto(f"{visit.address}/my/me/app")
    expect(page.get_by_role("button", name=words)).to_be_visible()
    picture(page, f"app-off-{language}")
    looks_right(page, language)

    page.add_init_script("delete window.PushManager")
    page.reload()
    expect(page.get_by_role("button", name=words)).to_be_hidden()
    expect(page.locator('[data-when="unsupported"]')).to_be_visible()
    page.goto(f"{visit.address}/my")
    expect(page.locator("#push")).to_be_hidden()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert measures.overflowing(page) == []
