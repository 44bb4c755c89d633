"""Paying a deposit in the mini-program, with a gateway that answers late or not at all."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yilu.billing.models import Payment
from yilu.billing.states import PaymentState
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.messaging.tests.sandboxes import Sandboxes, sandboxes
from yilu.portal.tests.factories import Front, Someone
from yilu.portal.tests.test_mini_program import signed_in, wish
from yilu.scheduling.models import PaymentTerms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.covers("A01", "A08")]


@pytest.fixture
def providers(settings: Any) -> Iterator[Sandboxes]:
    with sandboxes(settings) as running:
        settings.MESSAGE_TIMEOUT_SECONDS = 5
        yield running


@pytest.fixture
def gateway(tmp_path: Path, settings: Any) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running:
        settings.WECHATPAY_FILE = running.file
        yield running


def test_what_is_asked_for_is_kept_before_the_gateway_is_asked_for_its_code(
    front: Front, providers: Sandboxes, gateway: Sandbox
):
    PaymentTerms.objects.create(
        service_id=front.clinic.clinic.service_id, kind="deposit", amount=Decimal("50.00")
    )
    who = Someone()
    patient = who.patient(front.clinic.site_id)
    mini = signed_in(providers, who.phone)
    booked = mini.post("/my/bookings", **wish(front, patient))
    assert booked["state"] == "requested", booked
    gateway.misbehave("error")

    refused = mini.post(f"/my/bookings/{booked['id']}/payment")

    assert refused["status_code"] == 503, refused
    kept = Payment.objects.get()
    assert (kept.state, kept.amount) == (PaymentState.CREATED, Decimal("50.00"))
    shown = mini.post(f"/my/bookings/{booked['id']}/payment")
    assert (shown["status_code"], shown["state"]) == (201, "pending")
    assert shown["amount"] == {"amount": "50.00", "currency": "CNY"}
    assert shown["code"] == Payment.objects.get().qr
    assert set(shown) == {"code", "amount", "state", "status_code"}
