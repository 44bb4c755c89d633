"""Paying by phone against the signed sandbox: the money, and everybody who sees that it came."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from yilu.billing.models import Bill, Errand, Payment, Receipt, Refund
from yilu.billing.operations.cash import pay_cash
from yilu.billing.tests.factories import PaidVisit
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.demo.sandbox.wire import Mode
from yilu.facility.selectors.sites import site_info
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import Link, Timer, User
from yilu.portal.tests.factories import Owing, make_owing
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("F04"),
]


@pytest.fixture
def owing() -> Owing:
    return make_owing()


@pytest.fixture
def sandbox(server: str, owing: Owing, keys: Path) -> Iterator[Sandbox]:
    """The gateway, which tells the running product of what was paid."""
    with running_sandbox(keys, f"{server}/billing/wechatpay/{owing.site_id}/notice") as gateway:
        yield gateway


@pytest.fixture
def phone(visit: Visit, owing: Owing, sandbox: Sandbox) -> Page:
    """The patient's phone, before the bill."""
    user = User.objects.get(pk=owing.who.account().user_id)
    return listening(visit(f"{owing.base}/pay", size="phone", user=user))


def listening(page: Page) -> Page:
    """A page whose stream is open: from now on it follows."""
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    return page


def ask(page: Page) -> None:
    """Press the button that asks for a code, and see the code."""
    page.get_by_role("button", name="微信支付").click()
    expect(page.locator("img.po-qr")).to_be_visible()
    page.locator("img.po-qr").evaluate("drawn => drawn.decode()")


def waiting_code() -> str:
    """The code of the payment that waits to be scanned."""
    return Payment.objects.get(state="pending").qr


def look_in(seconds: int) -> None:
    """Let the question to the gateway be due then instead of twenty seconds after the code."""
    due = clock.now() + timedelta(seconds=seconds)
    Timer.objects.filter(handler="billing.ask_gateway").update(due_at=due)


def is_paid(page: Page) -> None:
    expect(page.locator("#pay")).to_contain_text("已缴费")


def staff(site_id: UUID, post: str) -> User:
    return User.objects.get(pk=make_staff(post, site_id=site_id).user_id)


@pytest.mark.covers("F01", "F07")
def test_a_bill_is_paid_on_the_phone_and_everybody_sees_it(
    visit: Visit, phone: Page, owing: Owing, sandbox: Sandbox,
    looks_right: Callable[[Page, str], None],
):  # fmt: skip
    till = listening(visit(f"/billing/{owing.site_id}/", user=staff(owing.site_id, "cashier")))
    site_key = site_info(owing.site_id).key
    board = listening(visit(f"/manager/{site_key}/", user=staff(owing.site_id, "manager")))
    expect(till.locator("#waiting-bills .yl-row")).to_have_count(1)
    looks_right(phone, "zh")
    ask(phone)
    looks_right(phone, "zh")

    sandbox.pay(waiting_code())

    is_paid(phone)
    expect(till.locator("#waiting-bills .yl-row")).to_have_count(0)
    expect(till.locator("#opened")).to_contain_text("已缴")
    expect(board.locator("#manager")).to_contain_text("¥37.28")
    looks_right(phone, "zh")
    phone.get_by_role("link", name="票据").click()
    paper = phone.request.get(
        f"{urlsplit(phone.url)._replace(path='', query='').geturl()}"
        f"{phone.locator('a[href*=receipt]').get_attribute('href')}"
    )
    assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")
    assert paper.body().startswith(b"%PDF")


def test_a_notice_that_never_comes_is_asked_for_and_one_that_comes_late_counts_once(
    phone: Page, owing: Owing, sandbox: Sandbox, server: str
):
    ask(phone)
    sandbox.pay(waiting_code(), quietly=True)
    look_in(0)
    is_paid(phone)

    headers, body = sandbox.gateway.notice(sandbox.order(Payment.objects.get().reference))
    address = f"{server}/billing/wechatpay/{owing.site_id}/notice"
    told = [httpx.post(address, content=body, headers=headers, timeout=30) for _ in range(2)]

    assert [one.status_code for one in told] == [204, 204]
    assert (Receipt.objects.count(), Bill.objects.get().paid) == (1, Decimal("37.28"))


@pytest.mark.parametrize("mode", [Mode.ERROR, Mode.LOST])
def test_a_gateway_that_fails_says_so_and_the_next_press_goes_on(
    visit: Visit, phone: Page, owing: Owing, sandbox: Sandbox, mode: Mode
):
    visit.expect("503")
    sandbox.misbehave(mode)

    phone.get_by_role("button", name="微信支付").click()

    expect(phone.get_by_role("alert")).to_contain_text("微信支付暂时没有响应。未扣款")
    assert Bill.objects.get().paid == 0
    ask(phone)
    sandbox.pay(waiting_code())
    is_paid(listening(phone))
    assert Payment.objects.count() == 1


def test_a_code_that_is_over_is_asked_about_closed_and_replaced(
    phone: Page, sandbox: Sandbox, looks_right: Callable[[Page, str], None]
):
    ask(phone)
    listening(phone)
    old, drawn = Payment.objects.get(), phone.locator("img.po-qr").get_attribute("src")

    look_in(3600)
    Payment.objects.update(expires_at=clock.machine_now() - timedelta(seconds=1))
    phone.reload()

    expect(phone.locator("#pay")).to_contain_text("正在向微信支付核实是否已付款")
    looks_right(phone, "zh")
    expect(phone.locator("img.po-qr")).to_have_count(0)

    listening(phone)
    look_in(0)

    expect(phone.locator("#pay")).to_contain_text("付款码已失效，未扣款")
    ask(phone)
    assert phone.locator("img.po-qr").get_attribute("src") != drawn
    assert sandbox.order(old.reference)["trade_state"] == "CLOSED"
    sandbox.pay(waiting_code())
    is_paid(phone)


def test_somebody_else_pays_by_a_link_and_sees_no_more_than_that_takes(
    visit: Visit, phone: Page, owing: Owing, sandbox: Sandbox,
    looks_right: Callable[[Page, str], None],
):  # fmt: skip
    ask(phone)
    phone.get_by_role("button", name="请他人代付").click()
    looks_right(phone, "zh")
    link = urlsplit(phone.locator("#payer-link").input_value()).path
    phone.go_back()
    listening(phone)

    payer = visit(link, size="phone", language="en")

    said = payer.locator("body").inner_text()
    assert "沈*芷" in said or "S*** B***" in said
    assert "诊查费" not in said
    assert "Consultation fee" not in said
    looks_right(payer, "en")
    sandbox.pay(waiting_code())
    expect(payer.locator("#pay")).to_contain_text("Paid. Thank you.")
    is_paid(phone)
    looks_right(payer, "en")
    assert Payment.objects.count() == 1


def test_a_payers_link_that_ended_or_was_never_given_says_so(
    visit: Visit, phone: Page, looks_right: Callable[[Page, str], None]
):
    visit.expect("404", "410")
    phone.get_by_role("button", name="请他人代付").click()
    link = urlsplit(phone.locator("#payer-link").input_value()).path
    Link.objects.filter(purpose="payer").update(expires_at=clock.now() - timedelta(seconds=1))

    ended = visit(link, size="phone")
    expect(ended.locator("main")).to_contain_text("此链接已失效")
    looks_right(ended, "zh")
    forged = visit(f"{link[:-1]}~", size="phone", language="en")
    expect(forged.locator("main")).to_contain_text("There is nothing behind this address")


@pytest.mark.parametrize(
    ("language", "size"), [("zh", "desktop"), ("en", "desktop"), ("zh", "phone")]
)
def test_the_cashier_sees_what_the_gateway_does_not_do_and_tries_again(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str, size: str
):
    paying = PaidVisit()
    bill = Bill.objects.get(pk=paying.bill("238.00"))
    about = {"bill": bill, "site_id": paying.site_id, "clinic_day": bill.clinic_day}
    payment = Payment.objects.create(
        method="wechat", amount="238.00", state="paid", paid_at=clock.now(), refunded="38.00",
        reference=new_id().hex, **about,
    )  # fmt: skip
    owed = Refund.objects.create(
        payment=payment, amount="38.00", reason="x", state="asked", reference=new_id().hex, **about
    )
    later = clock.machine_now() + timedelta(days=1)
    errand = Errand.objects.create(
        kind="refund", subject_id=owed.pk, tries=4, error="GatewayDown", next_at=later
    )
    user = User.objects.get(pk=make_staff("cashier", site_id=paying.site_id).user_id)
    page = visit(f"/billing/{paying.site_id}/", size=size, language=language, user=user)
    looks_right(page, language)
    picture(page, f"unanswered-{size}-{language}")

    page.locator("#gateway button").click()

    said = "Asked again" if language == "en" else "已再次请求"
    expect(page.locator(".yl-toast", has_text=said)).to_be_visible()
    errand.refresh_from_db()
    assert errand.next_at < later


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_till_at_which_nobody_waits_fills_its_page(
    visit: Visit, looks_right: Callable[[Page, str], None], size: str
):
    site_id = PaidVisit().site_id
    page = visit(f"/billing/{site_id}/", size=size, user=staff(site_id, "cashier"))
    looks_right(page, "zh")
    picture(page, f"till-{size}")

    side, middle = (page.locator(f"main > {one}").bounding_box() for one in ("aside", ".yl-none"))

    assert side is not None
    assert middle is not None
    left = side["x"]
    assert abs(page.viewport_size["width"] - middle["x"] - middle["width"] - 12) < 2  # type: ignore[index]
    assert (middle["x"] == left) == (size == "phone")


@pytest.mark.covers("F03")
@pytest.mark.parametrize("how", ["zh desktop", "en desktop", "zh phone", "en phone"])
def test_a_part_is_taken_in_cash_and_the_rest_by_code(
    visit: Visit, owing: Owing, sandbox: Sandbox, looks_right: Callable[[Page, str], None], how: str
):
    language, size = how.split()
    user = staff(owing.site_id, "cashier")
    till = listening(visit(f"/billing/{owing.site_id}/", size=size, language=language, user=user))
    whole, some = (till.locator(f"#cash button[data-of={of}]") for of in ("change", "rest"))
    expect(some).to_be_hidden()
    till.locator("#cash [name=tendered]").fill("20")
    expect(whole).to_be_hidden()
    expect(till.locator("#cash [data-change]")).to_have_text("¥17.28")
    looks_right(till, language)
    picture(till, f"till-part-{size}-{language}")

    till.keyboard.press("Control+Enter")

    expect(till.locator(".yl-due")).to_contain_text("17.28")
    till.locator("#opened form[action$=code] button").click()
    expect(till.locator("img.yl-qr")).to_be_visible()
    looks_right(till, language)
    picture(till, f"till-rest-{size}-{language}")
    sandbox.pay(waiting_code())
    expect(till.locator("#waiting-bills .yl-row")).to_have_count(0)
    bill = Bill.objects.get()
    assert (bill.state, bill.paid) == ("settled", Decimal("37.28"))


@pytest.mark.covers("F05", "F07")
@pytest.mark.parametrize("how", ["zh desktop", "en desktop", "zh phone", "en phone"])
def test_a_paid_bill_is_found_again_at_the_till(
    visit: Visit, looks_right: Callable[[Page, str], None], how: str
):
    language, size = how.split()
    paying = PaidVisit()
    bill_id = paying.bill("238.00")
    pay_cash(actor=paying.cashier, bill_id=bill_id, tendered=Decimal(300))
    user = staff(paying.site_id, "cashier")
    till = visit(f"/billing/{paying.site_id}/", size=size, language=language, user=user)
    till.locator("#waiting-bills a[href$=paid]").click()
    till.locator("main input[name=q]").fill(Bill.objects.get().number)
    till.keyboard.press("Enter")
    till.wait_for_url("**?q=*")
    looks_right(till, language)
    picture(till, f"till-paid-{size}-{language}")

    till.locator("main table a").click()

    expect(till.locator("#opened [hx-get$=refund]")).to_be_visible()
    expect(till.locator("#opened form[action*=receipt]")).to_be_visible()
    expect(till.locator("#opened h2").first).to_be_in_viewport()
    picture(till, f"till-paid-again-{size}-{language}")
