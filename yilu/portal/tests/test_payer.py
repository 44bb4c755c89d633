"""Somebody who pays for another: what their link opens, and what it keeps to itself."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client

from yilu.billing.errors import NothingToPay
from yilu.billing.models import Payment
from yilu.billing.operations.cash import pay_cash
from yilu.billing.tests.factories import PaidVisit
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.links import LinkOver
from yilu.platform.models import AuditEntry, Link, User
from yilu.portal.operations.payer import LASTS, make_payer_link
from yilu.portal.selectors.payer import payable
from yilu.portal.tests.factories import Someone, make_owing
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db
NOBODY = Actor.nobody()


@pytest.fixture
def owed() -> PaidVisit:
    """Somebody's visit that costs something."""
    return PaidVisit()


def holder(owed: PaidVisit) -> Actor:
    """Who holds the link to that visit."""
    return Actor(kind="patient", name="link", owns=frozenset({owed.visit_id}))


def link_to(owed: PaidVisit) -> tuple[str, UUID]:
    bill_id = owed.bill("37.28")
    return make_payer_link(actor=holder(owed), bill_id=bill_id), bill_id


@pytest.mark.parametrize("charges", [1, 12])
def test_a_payer_sees_a_part_of_the_name_the_clinic_and_the_sum(
    owed: PaidVisit, charges: int, django_assert_num_queries
):
    bill_id = owed.bill(*["3.00"] * charges)
    reference = make_payer_link(actor=holder(owed), bill_id=bill_id)

    with django_assert_num_queries(8):
        found = payable(reference, actor=NOBODY)

    assert (found.patient, found.bill.due) == ("谢*兰", Decimal(3 * charges))
    assert found.site.id == owed.site_id
    assert found.holder.owns == {owed.visit_id}


def test_making_a_link_is_recorded_and_its_words_are_not_kept(owed: PaidVisit):
    reference, bill_id = link_to(owed)

    entry = AuditEntry.objects.get(action="portal.payer_link.made")
    assert (entry.subject_id, entry.patient_ids) == (bill_id, [owed.patient_id])
    assert reference.encode() != bytes(Link.objects.get(purpose="payer").digest)


def test_nobody_else_makes_a_link_for_a_bill(owed: PaidVisit):
    bill_id = owed.bill("37.28")

    with pytest.raises(NotFound):
        make_payer_link(actor=Someone().account(), bill_id=bill_id)

    assert not Link.objects.exists()


def test_a_bill_that_is_paid_needs_no_payer(owed: PaidVisit):
    _, bill_id = link_to(owed)
    pay_cash(actor=owed.cashier, bill_id=bill_id, tendered=Decimal(50))

    with pytest.raises(NothingToPay):
        make_payer_link(actor=holder(owed), bill_id=bill_id)

    assert Link.objects.count() == 1


def test_a_link_ends_after_three_days(owed: PaidVisit):
    reference, _ = link_to(owed)

    with clock.at(clock.now() + LASTS + timedelta(seconds=1)), pytest.raises(LinkOver):
        payable(reference, actor=NOBODY)


def test_the_page_of_a_payer_names_no_deed_and_says_thanks_when_it_is_paid(owed: PaidVisit):
    reference, bill_id = link_to(owed)
    web = Someone().client

    before = web.get(f"/p/{reference}").content.decode()
    pay_cash(actor=owed.cashier, bill_id=bill_id, tendered=Decimal(50))
    after = web.get(f"/p/{reference}").content.decode()

    assert ("¥37.28" in before, "谢佩兰" in before, "诊查费" in before) == (True, False, False)
    assert "已缴费，谢谢。" in after
    assert web.post(f"/p/{reference}/ask").status_code == 303
    assert web.get(f"/p/{reference}/code.svg").status_code == 404


def test_a_code_asked_for_in_its_last_second_is_a_picture_that_says_so(owed: PaidVisit):
    reference, bill_id = link_to(owed)
    web, till = Someone().client, Client()
    till.force_login(User.objects.get(pk=make_staff("cashier", site_id=owed.site_id).user_id))
    payment = Payment.objects.create(
        bill_id=bill_id, site_id=owed.site_id, clinic_day=clock.now().date(), amount="37.28",
        method="wechat", state="pending", qr="weixin://a", reference=new_id().hex,
        expires_at=clock.machine_now() + timedelta(seconds=1),
    )  # fmt: skip
    addresses = [(web, f"/p/{reference}/code.svg"), (till, f"/billing/payment/{payment.pk}/qr.svg")]
    codes = [client.get(url).content for client, url in addresses]

    with clock.at(clock.now(), machine=clock.machine_now() + timedelta(seconds=1)):
        late = [client.get(url) for client, url in addresses]

    assert [answer.status_code for answer in late] == [200, 200]
    assert late[0].content == late[1].content
    assert late[0].content not in codes
    assert late[0].content.startswith(b"<svg xmlns")


def test_a_link_of_another_kind_opens_no_bill(owed: PaidVisit):
    reference, _ = link_to(owed)

    assert Someone().client.get(f"/v/{reference}").status_code == 404
    assert Someone().client.get(f"/p/{reference}x").status_code == 404


def test_links_to_one_bill_are_made_only_so_often(monkeypatch):
    monkeypatch.setattr("yilu.portal.web.paying.MOST_LINKS", 2)
    owing = make_owing()
    owing.who.sign_in()

    answers = [owing.who.client.post(f"{owing.base}/pay/other").status_code for _ in range(3)]

    assert answers == [200, 200, 429]
    assert Link.objects.count() == 2


def test_without_a_gateway_the_phone_says_so_and_nothing_is_asked(settings, tmp_path):
    settings.WECHATPAY_FILE = tmp_path / "none.json"
    owing = make_owing()
    owing.who.sign_in()

    answer = owing.who.client.post(f"{owing.base}/pay/ask")

    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (409, True)
    assert not Payment.objects.exists()


def test_patients_are_told_of_a_wrong_address_in_their_own_words():
    page = Someone().client.get("/my/no-such-page")

    assert page.status_code == 404
    assert 'href="/my"' in page.content.decode()
    assert "院区" not in page.content.decode()
