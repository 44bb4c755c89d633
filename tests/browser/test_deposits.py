"""A deposit on the phone, from the countdown to the receipt; at the desk, the till, the manager."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now, signed_in
from yilu.billing.models import Deposit, Payment, Refund
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.deposits import open_deposit
from yilu.billing.operations.keeping import book_kept
from yilu.billing.operations.payments import GATEWAY
from yilu.billing.tests.factories import make_cashier
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.catalogue.models import Service
from yilu.platform import clock
from yilu.platform.models import Timer, User
from yilu.portal.tests.factories import Front, Someone
from yilu.scheduling.models import Booking, PaymentTerms, Prepayment
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.free_time import Slot
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A13"),
]
FIFTY = Decimal("50.00")
NAMES = ("沈白芷", "林晓芳", "欧阳静")
BOTH = [("zh", "desktop"), ("en", "desktop"), ("zh", "phone")]
WORDS = {
    "zh": {"over": "号源已释放", "paid": "已付款，预约成功", "waits": "待支付"},
    "en": {
        "over": "It was not paid in time",
        "paid": "Paid. Your booking stands.",
        "waits": "To pay",
        "book": "Paid",
    },
}


@pytest.fixture
def front() -> tuple[Front, list[Slot]]:
    """A clinic around the clock, whose service asks for ¥50 when it is booked online."""
    front, free = open_now()
    service_id = front.clinic.clinic.service_id
    PaymentTerms.objects.create(service_id=service_id, kind="deposit", amount=FIFTY)
    Service.objects.update(change_until_minutes=0)
    return front, free


@pytest.fixture
def sandbox(server: str, front: tuple[Front, list[Slot]], keys: Path) -> Iterator[Sandbox]:
    """The gateway, which tells the running product of what was paid."""
    site_id = front[0].clinic.site_id
    with running_sandbox(keys, f"{server}/billing/wechatpay/{site_id}/notice") as gateway:
        yield gateway


def booked(front: Front, slot: Slot, who: Someone, name: str = "沈白芷") -> Booked:
    """A time that somebody took on their phone, and has to pay."""
    clinic = front.clinic.clinic
    patient_id = who.patient(front.clinic.site_id, name)
    wish = clinic.wish(
        slot.starts_at, patient_id=patient_id, channel="web", practitioner_id=slot.practitioner_id
    )
    made = book_appointment(actor=who.account(), wish=wish)
    assert made.to_pay is not None
    return made


def following(page: Page) -> Page:
    """A page whose stream is open: from now on it follows."""
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    return page


def staff(post: str, site_id: UUID) -> User:
    return User.objects.get(pk=make_staff(post, site_id=site_id).user_id)


def ask(phone: Page) -> str:
    """Press the button, see the code; gives back its words."""
    phone.locator("form[action$='/deposit/ask'] button").click()
    expect(phone.locator("img.po-qr")).to_be_visible()
    phone.locator("img.po-qr").evaluate("drawn => drawn.decode()")
    return Payment.objects.get(state="pending").qr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_deposit_is_paid_on_the_phone_and_the_desk_sees_both(
    visit: Visit, front: tuple[Front, list[Slot]], sandbox: Sandbox, language: str,
    looks_right: Callable[[Page, str], None],
):  # fmt: skip
    clinic, free = front
    who, words = Someone(), WORDS[language]
    made = booked(clinic, free[-1], who)
    base, user = f"/my/visit/{made.id}", signed_in(who)
    clerk = staff("front_desk", clinic.clinic.site_id)
    desk = following(visit(f"/scheduling/bookings/{made.id}/", user=clerk, language=language))
    expect(desk.locator("main")).to_contain_text(words["waits"])
    looks_right(desk, language)
    picture(desk, f"deposit-desk-waits-{language}")
    phone = following(visit(f"{base}/deposit", size="phone", user=user, language=language))
    expect(phone.locator(".yl-clock")).to_be_visible()
    looks_right(phone, language)
    picture(phone, f"deposit-ask-{language}")

    code = ask(phone)
    looks_right(phone, language)
    picture(phone, f"deposit-code-{language}")
    sandbox.pay(code)

    expect(phone.locator("#pay")).to_contain_text(words["paid"])
    looks_right(phone, language)
    picture(phone, f"deposit-paid-{language}")
    expect(desk.locator("main")).not_to_contain_text(words["waits"])
    expect(desk.locator("main")).to_contain_text("¥50.00")
    looks_right(desk, language)
    picture(desk, f"deposit-desk-paid-{language}")
    phone.locator(f"a[href='{base}/papers']").click()
    line = phone.locator("a[href*='receipt.pdf']")
    expect(line).to_contain_text("¥50.00")
    looks_right(phone, language)
    picture(phone, f"deposit-receipt-{language}")
    origin = urlsplit(phone.url)._replace(path="", query="").geturl()
    paper = phone.request.get(f"{origin}{line.get_attribute('href')}")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF")
    assert Booking.objects.get().state == "confirmed"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_time_that_was_not_paid_is_let_go_before_the_patients_eyes(
    visit: Visit, front: tuple[Front, list[Slot]], sandbox: Sandbox, language: str,
    looks_right: Callable[[Page, str], None],
):  # fmt: skip
    clinic, free = front
    who = Someone()
    made = booked(clinic, free[-1], who)
    address = f"/my/visit/{made.id}/deposit"
    phone = following(visit(address, size="phone", user=signed_in(who), language=language))
    code = ask(phone)
    following(phone)

    over = clock.now() - timedelta(seconds=1)
    Prepayment.objects.update(pay_by=over)
    Timer.objects.filter(handler="scheduling.unpaid").update(due_at=over)

    expect(phone.locator("#pay")).to_contain_text(WORDS[language]["over"])
    expect(phone.locator("img.po-qr")).to_have_count(0)
    looks_right(phone, language)
    picture(phone, f"deposit-over-{language}")
    assert Booking.objects.get().state == "cancelled"
    wait_until(phone, lambda: sandbox.order(Payment.objects.get().reference), "CLOSED")
    assert json.dumps(sandbox.gateway.refunds()) == "{}"
    assert code


def wait_until(page: Page, look: Callable[[], dict[str, object]], state: str) -> None:
    """Until the gateway says so: the worker tells it after the booking was let go."""
    eventually(page, lambda: look()["trade_state"] == state, missed=state)


def test_what_is_shown_goes_back_when_the_patient_cancels(
    visit: Visit, front: tuple[Front, list[Slot]], sandbox: Sandbox,
    looks_right: Callable[[Page, str], None],
):  # fmt: skip
    clinic, free = front
    who = Someone()
    made = booked(clinic, free[-1], who)
    base = f"/my/visit/{made.id}"
    phone = following(visit(f"{base}/deposit", size="phone", user=signed_in(who)))
    sandbox.pay(ask(phone))
    expect(phone.locator("#pay")).to_contain_text(WORDS["zh"]["paid"])
    phone.goto(urlsplit(phone.url)._replace(path=f"{base}/cancel").geturl())
    looks_right(phone, "zh")
    picture(phone, "deposit-cancel-zh")

    phone.locator("form input[type=radio]").first.check()
    phone.locator("form button.btn-stop-solid").click()

    expect(phone.locator("main")).to_contain_text("已取消")
    refund = eventually(phone, Refund.objects.filter(state="done").first)
    deposit = Deposit.objects.get()
    assert (deposit.returned, deposit.held) == (refund.amount, FIFTY - refund.amount)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_manager_sees_what_follows_before_setting_a_deposit(
    visit: Visit, front: tuple[Front, list[Slot]], language: str,
    looks_right: Callable[[Page, str], None],
):  # fmt: skip
    clinic, _ = front
    site_id, service_id = clinic.clinic.site_id, clinic.clinic.clinic.service_id
    manager = staff("manager", site_id)
    page = visit(f"/scheduling/prepaying/?site={site_id}", user=manager, language=language)
    looks_right(page, language)
    picture(page, f"deposit-services-{language}")
    page.locator(f"a[href*='{service_id}']").first.click()
    expect(page.locator("#effect table")).to_be_visible()
    page.locator("[name=amount]").fill("80")
    page.locator("[name=minutes]").fill("20")
    page.locator("[name=minutes]").blur()

    expect(page.locator("#effect")).to_contain_text("¥80.00")
    expect(page.locator("#effect tbody tr").nth(2)).to_contain_text("¥40.00")
    looks_right(page, language)
    picture(page, f"deposit-terms-{language}")
    page.locator("#terms-form button[type=submit]").click()
    expect(page.locator(".yl-panel")).to_contain_text("¥80.00")
    terms = PaymentTerms.objects.get()
    assert (terms.amount, terms.minutes) == (Decimal("80.00"), 20)


@pytest.mark.parametrize(
    ("language", "size"), [("zh", "desktop"), ("en", "desktop"), ("zh", "phone")]
)
def test_the_cashier_sees_whose_advances_are_held(
    visit: Visit, front: tuple[Front, list[Slot]], language: str, size: str,
    looks_right: Callable[[Page, str], None],
):  # fmt: skip
    clinic, free = front
    site_id = clinic.clinic.site_id
    by_hour = {slot.starts_at.replace(minute=0): slot for slot in free}
    for slot, name in zip([*by_hour.values()][-6::2], NAMES, strict=True):
        who = Someone()
        made = booked(clinic, slot, who, name)
        bill_id = open_deposit(actor=who.account(), booking_id=made.id)
        pay_cash(actor=make_cashier(site_id), bill_id=bill_id, tendered=FIFTY)
    cashier = staff("cashier", site_id)
    page = visit(f"/billing/{site_id}/advances", user=cashier, language=language, size=size)

    expect(page.locator("#advances tbody tr")).to_have_count(3)
    expect(page.locator("#advances")).to_contain_text("¥150.00")
    looks_right(page, language)
    picture(page, f"advances-{language}-{size}")
    page.locator("#advances tbody a.yl-name").first.click()
    expect(page.locator("#opened, main").first).to_contain_text("¥50.00")
    looks_right(page, language)
    picture(page, f"advances-bill-{language}-{size}")

    Booking.objects.filter(pk=made.id).update(state="no_show")
    book_kept(actor=GATEWAY, booking_id=made.id)
    page = visit(
        f"/billing/{site_id}/advances?part=kept", user=cashier, language=language, size=size
    )
    expect(page.locator("#advance-" + str(bill_id))).to_contain_text("50.00")
    expect(page.locator("#kept-months tbody tr")).to_have_count(1)
    looks_right(page, language)
    picture(page, f"advances-kept-{language}-{size}")
    page = visit(f"/billing/{site_id}/", user=cashier, language=language, size=size)
    looks_right(page, language)
    picture(page, f"takings-kept-{language}-{size}")
