"""Deposits of a family that books together: each has their own, and only that goes back."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.billing.models import Deposit
from yilu.billing.tests.advances import asking_clinic, balance, code, pay, returned, someone, state
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.operations.together import book_together, cancel_together
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A18", "A13")]
FIFTY = Decimal("50.00")


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path) as running, clock.at(SUNDAY_EVENING):
        settings.WECHATPAY_FILE = running.file
        yield running


def booked_by_family(clinic: Clinic) -> tuple[Actor, list[Booked]]:
    """A parent and a child, at ten and at half past, by the account of the parent."""
    one, other = someone(clinic), someone(clinic)
    family = replace(one, owns=one.owns | other.owns)
    wishes = [
        clinic.wish(at(10, minutes, day=1), patient_id=next(iter(who.owns)), channel="web")
        for who, minutes in ((one, 0), (other, 30))
    ]
    return family, book_together(actor=family, wishes=wishes)


def paid_by_family(clinic: Clinic, sandbox: Sandbox) -> tuple[Actor, list[Booked]]:
    family, booked = booked_by_family(clinic)
    for one in booked:
        pay(sandbox, code(family, one.id))
    assert Deposit.objects.count() == 2
    return family, booked


def test_who_cancels_one_of_a_group_gets_back_only_that_ones_deposit(sandbox: Sandbox):
    family, (first, second) = paid_by_family(asking_clinic(), sandbox)

    cancel_booking(actor=family, booking_id=first.id, reason="ill", expected=FIFTY)
    drain()

    assert (state(first), state(second)) == ("cancelled", "confirmed")
    assert returned() == FIFTY
    balance()


def test_who_cancels_for_all_gets_back_what_each_has_paid(sandbox: Sandbox):
    family, (first, second) = paid_by_family(asking_clinic(), sandbox)

    gone = cancel_together(actor=family, booking_id=first.id, reason="away", expected=FIFTY)
    drain()

    assert gone[:2] == (2, 2 * FIFTY)

    assert (state(first), state(second)) == ("cancelled", "cancelled")
    assert returned() == 2 * FIFTY
    balance()


@pytest.mark.covers("A08")
def test_the_desk_is_not_offered_to_take_back_what_money_is_on_its_way_for(
    sandbox: Sandbox, client: Client
):
    clinic = asking_clinic()
    _family, (first, second) = paid_by_family(clinic, sandbox)
    clerk = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=clerk.user_id))
    client.cookies["yilu_language"] = "en"

    def send(url: str, **typed: str) -> Any:
        return client.post(url, {"request_key": str(new_id()), **typed})

    done = send(
        reverse("scheduling:cancel", args=[first.id]),
        reason="ill", all_of_them="on", wanted_by="patient",
    )  # fmt: skip
    left = Booking.objects.get(pk=first.id).version
    late = send(reverse("scheduling:undo", args=[first.id, "cancel-all", left]))

    toast = json.loads(done["HX-Trigger"])["toast"]
    assert "Cancelled 2 bookings; ¥100.00 goes back" in toast["text"]
    assert not toast.get("undo")
    assert (late.status_code, "is on its way back already" in late.content.decode()) == (409, True)
    assert (state(first), state(second)) == ("cancelled", "cancelled")


def test_who_pays_for_one_only_keeps_that_one(sandbox: Sandbox):
    clinic = asking_clinic()
    family, (first, second) = booked_by_family(clinic)
    pay(sandbox, code(family, first.id))
    with clock.at(SUNDAY_EVENING.replace(minute=20)):
        drain()

    assert (state(first), state(second)) == ("confirmed", "cancelled")
    assert returned() == 0
    balance()
