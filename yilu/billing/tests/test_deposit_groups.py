"""Deposits of a family that books together: each has their own, and only that goes back."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yilu.billing.models import Deposit
from yilu.billing.tests.advances import asking_clinic, balance, code, pay, returned, someone, state
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.operations.together import book_together, cancel_together
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at

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

    assert cancel_together(actor=family, booking_id=first.id, reason="away", expected=FIFTY) == 2
    drain()

    assert (state(first), state(second)) == ("cancelled", "cancelled")
    assert returned() == 2 * FIFTY
    balance()


def test_who_pays_for_one_only_keeps_that_one(sandbox: Sandbox):
    clinic = asking_clinic()
    family, (first, second) = booked_by_family(clinic)
    pay(sandbox, code(family, first.id))
    with clock.at(SUNDAY_EVENING.replace(minute=20)):
        drain()

    assert (state(first), state(second)) == ("confirmed", "cancelled")
    assert returned() == 0
    balance()
