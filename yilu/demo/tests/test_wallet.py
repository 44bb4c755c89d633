"""Playing the payer's phone, and looking through patients' eyes: in demonstrations only."""

import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from yilu.billing.models import Payment
from yilu.billing.operations.payments import ask_payment, fetch_qr
from yilu.billing.tests.factories import PaidVisit
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.facility.selectors.sites import site_info
from yilu.platform import clock
from yilu.platform.models import ClinicClock
from yilu.portal.tests.factories import make_owing

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F04")]
PAGE = "/demo/wallet"


@pytest.fixture
def sandbox(tmp_path, settings):
    settings.WECHATPAY_FILE = tmp_path / "wechatpay.json"
    with running_sandbox(tmp_path) as running:
        settings.SANDBOX_PORT = int(running.address.split(":")[2].split("/")[0])
        yield running


@pytest.fixture
def _demonstration(db):
    now = clock.machine_now()
    ClinicClock.objects.create(id=True, clinic=now, real=now, speed=1.0)


def code_of(visit: PaidVisit) -> str:
    payment_id = ask_payment(actor=visit.cashier, bill_id=visit.bill("37.28"))
    return fetch_qr(actor=visit.cashier, payment_id=payment_id).qr


@pytest.mark.usefixtures("_demonstration")
def test_the_payers_phone_shows_what_is_asked_and_pays_it_once(sandbox: Sandbox):
    code, web = code_of(PaidVisit()), Client()

    asked = web.get(PAGE, {"code": code, "back": "/my/bills"}).content.decode()
    paid = web.post(PAGE, {"code": code, "back": "/my/bills", "quietly": "yes"}).content.decode()

    assert ("¥37.28" in asked, 'name="quietly"' in asked) == (True, True)
    assert ("微信已收款" in paid, 'href="/my/bills"' in paid) == (True, True)
    order = sandbox.order(Payment.objects.get().reference)
    assert (order["trade_state"], sandbox.gateway.notices_sent) == ("SUCCESS", 0)
    assert Decimal(order["amount"]["total"]) == 3728


@pytest.mark.usefixtures("_demonstration")
def test_a_code_that_wechat_does_not_know_is_not_paid(sandbox: Sandbox):
    for code in ("", "weixin://wxpay/bizpayurl?pr=nothing"):
        page = Client().get(PAGE, {"code": code, "back": "//elsewhere.example"})
        assert (page.status_code, b'href="//elsewhere' in page.content) == (404, False)
    assert sandbox.gateway.received() == []


def test_a_real_clinic_has_no_such_phone(sandbox: Sandbox):
    code = code_of(PaidVisit())

    assert Client().get(PAGE, {"code": code}).status_code == 404
    assert Client().post(PAGE, {"code": code}).status_code == 404
    assert sandbox.order(Payment.objects.get().reference)["trade_state"] == "NOTPAY"


@pytest.mark.usefixtures("_demonstration")
def test_the_cast_names_who_has_to_pay_and_lets_them_sign_in(capsys):
    owing = make_owing()

    for _ in range(2):
        call_command("demo_cast", "--json", site=site_info(owing.site_id).key)

    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    paying = {"phone": owing.who.phone, "born": "19880412", "subject": str(owing.visit_id)}
    assert told["people"] == {"paying": paying}
    assert len(owing.who.account().owns) == 1


@pytest.mark.usefixtures("_demonstration")
@pytest.mark.covers("O10")
def test_the_cast_is_named_in_the_language_of_the_terminal(capsys, monkeypatch):
    owing = make_owing()

    for language, says in (("zh-Hans", "待付款"), ("en", "has to pay")):
        monkeypatch.setenv("YILU_LANGUAGE", language)
        call_command("demo_cast", site=site_info(owing.site_id).key)
        told = capsys.readouterr().out
        assert told == f"  {owing.who.phone}  /my/visit/{owing.visit_id}  {says}\n"


def test_nobody_looks_through_a_real_patients_eyes():
    owing = make_owing()

    with pytest.raises(CommandError):
        call_command("demo_cast", site=site_info(owing.site_id).key)
