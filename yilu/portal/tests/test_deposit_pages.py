"""Paying for a booking in advance, and giving it back, as somebody with a phone sees it."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.billing.models import Bill, Payment
from yilu.billing.operations.payments import GATEWAY, ask_gateway
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.portal.tests.factories import Front, Someone, details, open_front
from yilu.scheduling.models import Booking, ChangeRequest, PaymentTerms
from yilu.scheduling.operations.prepaying import release_unpaid, take_prepayment
from yilu.scheduling.tests.factories import at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A13", "A08")]


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as gateway:
        settings.WECHATPAY_FILE = gateway.file
        yield gateway


@pytest.fixture
def front() -> Front:
    front = open_front()
    PaymentTerms.objects.create(
        service_id=front.clinic.clinic.service_id, kind="deposit", amount=Decimal("50.00")
    )
    return front


@pytest.fixture
def base(front: Front) -> tuple[Someone, str]:
    """Somebody who chose a time and said for whom; where the booking's pages begin."""
    who = Someone()
    who.sign_in()
    front.choose(who)
    answer = who.client.post("/book/details", details())
    assert answer.status_code == 303, answer.content.decode()[-800:]
    assert answer["Location"].endswith("/deposit")
    return who, answer["Location"].removesuffix("/deposit")


def test_what_is_paid_in_advance_is_said_before_the_press(front: Front):
    who = Someone()
    with clock.at(at(7)):
        who.sign_in()
        front.choose(who)
        asked = page(who, "/book/details")
        PaymentTerms.objects.update(online=False)
        plain = page(who, "/book/details")

    assert ("¥50.00" in asked, "到院付" in asked) == (True, False)
    assert ("¥50.00" in plain, "到院付" in plain) == (False, True)


def page(who: Someone, url: str, status: int = 200) -> str:
    answer = who.client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_chosen_time_is_paid_by_a_code_and_then_stands(base, sandbox):
    who, url = base
    assert "¥50.00" in page(who, f"{url}/deposit")
    assert who.client.post(f"{url}/deposit/ask").status_code == 303
    assert who.client.post(f"{url}/deposit/ask").status_code == 303
    assert Payment.objects.count() == 1
    assert who.client.get(f"{url}/deposit/code.svg").status_code == 200
    sandbox.pay(Payment.objects.get().qr, quietly=True)
    ask_gateway(actor=GATEWAY, payment_id=Payment.objects.get().pk)
    assert Booking.objects.get().state == "confirmed"
    assert "已付款，预约成功" in page(who, f"{url}/deposit")
    assert "已预付" in page(who, url)
    shown = page(who, f"{url}/cancel")
    assert 'name="back"' in shown
    assert "可退金额" in shown
    typed = {"reason": "time", "version": Booking.objects.get().version, "back": "1.00"}
    answer = who.client.post(f"{url}/cancel", typed | {"request_key": str(new_id())})
    assert answer.status_code == 409
    assert Booking.objects.get().state == "confirmed"


def test_who_does_not_pay_in_time_is_told_and_can_pay_no_more(base, sandbox):
    who, url = base
    booking = Booking.objects.get()
    with clock.at(booking.created_at.replace(hour=13)):
        release_unpaid(actor=Actor.system("t", "scheduling.change"), booking_id=booking.pk)
        assert "号源已释放" in page(who, f"{url}/deposit")
        assert who.client.post(f"{url}/deposit/ask").status_code == 409
    assert Bill.objects.count() == 0


def test_the_pages_of_another_service_open_and_the_clinic_is_asked_when_late(base, sandbox):
    who, url = base
    assert "更换项目" in page(who, f"{url}/service")
    Booking.objects.update(state="confirmed")
    with clock.at(at(9, 50)):
        assert "由门诊决定" in page(who, f"{url}/service")
        typed = {"request_key": str(new_id()), "to": "cancel"}
        assert who.client.post(f"{url}/service", typed).status_code in {204, 302, 303}
    assert ChangeRequest.objects.get().kind == "cancel"


def test_managers_see_what_their_terms_come_to_and_set_them(front, client: Client):
    clinic = front.clinic.clinic
    person = make_staff("manager", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    assert client.get(reverse("scheduling:prepaying")).status_code == 200
    url = reverse("scheduling:payment-terms", args=[clinic.site_id, clinic.service_id])
    assert client.get(url).status_code == 200
    typed = {
        "request_key": str(new_id()), "kind": "deposit", "amount": "80", "minutes": "20",
        "online": "on", "full_hours": "24", "part_hours": "2", "part_percent": "50", "version": "1",
    }  # fmt: skip
    assert "¥40.00" in client.post(f"{url}?look=1", typed).content.decode()
    answer = client.post(url, typed)
    assert answer.status_code in {204, 302, 303}, answer.content.decode()[-800:]
    assert PaymentTerms.objects.get().amount == Decimal("80.00")
    wrong = typed | {"percent": "20", "request_key": str(new_id()), "version": "2"}
    assert client.post(url, wrong).status_code == 422


def test_the_desk_sees_what_was_paid_and_what_goes_back(front, base, client: Client):
    clinic = front.clinic.clinic
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    booking = Booking.objects.get()
    shown = client.get(reverse("scheduling:booking", args=[booking.pk])).content.decode()
    assert "待支付 ¥50.00" in shown
    assert client.get(reverse("scheduling:cancel", args=[booking.pk])).status_code == 200
    bar = client.get(reverse("scheduling:patient-bar", args=[booking.patient_id]))
    assert bar.status_code == 200


def test_the_desk_hears_what_goes_back_and_is_offered_no_way_back(front, base, client: Client):
    clinic = front.clinic.clinic
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    booking = Booking.objects.get()
    take_prepayment(
        actor=Actor.system("t", "scheduling.change"), booking_id=booking.pk, amount=Decimal(50)
    )
    typed = {"request_key": str(new_id()), "reason": "clinic", "wanted_by": "clinic"}

    answer = client.post(reverse("scheduling:cancel", args=[booking.pk]), typed)

    assert answer.status_code == 204, answer.content.decode()[-500:]
    said = answer["HX-Trigger"].encode().decode("unicode_escape")
    assert "¥50.00 将原路退回" in said
    assert "/undo" not in said
    left = Booking.objects.get().version
    undo = reverse("scheduling:undo", args=[booking.pk, "cancel", left])
    refused = client.post(undo, {"request_key": str(new_id())})
    assert refused.status_code == 409
    assert Booking.objects.get().state == "cancelled"
    shown = client.get(reverse("scheduling:booking", args=[booking.pk])).content.decode()
    assert "已预付" in shown


def test_what_was_let_go_unpaid_says_so_in_words_at_the_desk(front, base, client: Client):
    clinic = front.clinic.clinic
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    booking = Booking.objects.get()
    with clock.at(booking.created_at.replace(hour=13)):
        release_unpaid(actor=Actor.system("t", "scheduling.change"), booking_id=booking.pk)

    shown = client.get(reverse("scheduling:booking", args=[booking.pk])).content.decode()

    assert "未在规定时间内支付" in shown
    assert "not paid in time" not in shown
