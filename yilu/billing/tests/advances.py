"""Bookings that are paid for in advance, and the sum that must always add up."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Sum

from yilu.billing.models import Bill, Deposit, Payment, Receipt, Refund
from yilu.billing.operations.charges import add_charge
from yilu.billing.operations.deposits import open_deposit
from yilu.billing.operations.payments import GATEWAY, ask_gateway, ask_payment, fetch_qr
from yilu.billing.states import TENDERED
from yilu.billing.tests.factories import make_cashier, make_price
from yilu.billing.tests.gateways import Sandbox
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import Event
from yilu.platform.outbox import Told
from yilu.scheduling.models import Booking, PaymentTerms
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.tests.factories import Clinic, at, make_clinic, make_service
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.visits.states import VisitKind

RELEASER = Actor.system("test.release", "scheduling.change")
OPENER = Actor.system("opener", visits.OPEN, visits.SEE)
SOON = timedelta(minutes=16)


def asking_clinic() -> Clinic:
    """A clinic whose service asks for ¥50 when it is booked online."""
    clinic = make_clinic(service=make_service(online=True, change_until_minutes=0))
    ask_deposit(clinic)
    return clinic


def ask_deposit(clinic: Clinic, **facts: object) -> None:
    usual = {"kind": "deposit", "amount": Decimal("50.00")}
    PaymentTerms.objects.create(**{"service_id": clinic.service_id} | usual | facts)


def someone(clinic: Clinic) -> Actor:
    return Actor(
        kind="patient", name="patient", user_id=new_id(), owns=frozenset({clinic.patient()})
    )


def book(clinic: Clinic, who: Actor, hour: int = 10, day: int = 1) -> Booked:
    (patient_id,) = who.owns
    wish = clinic.wish(at(hour, day=day), patient_id=patient_id, channel="web")
    return book_appointment(actor=who, wish=wish)


def code(who: Actor, booking_id: UUID) -> UUID:
    """The payment that the patient asks for, with its code."""
    bill_id = open_deposit(actor=who, booking_id=booking_id)
    payment_id = ask_payment(actor=who, bill_id=bill_id)
    fetch_qr(actor=who, payment_id=payment_id)
    return payment_id


def pay(sandbox: Sandbox, payment_id: UUID) -> None:
    """The patient pays, and we ask the gateway."""
    sandbox.pay(Payment.objects.get(pk=payment_id).qr, quietly=True)
    ask_gateway(actor=GATEWAY, payment_id=payment_id)


def paid(clinic: Clinic, sandbox: Sandbox, **when: int) -> tuple[Actor, Booked]:
    who = someone(clinic)
    booked = book(clinic, who, **when)
    pay(sandbox, code(who, booked.id))
    return who, booked


def state(booked: Booked) -> str:
    return Booking.objects.get(pk=booked.id).state


def balance() -> None:
    """What came in and did not go back is what bills were paid, and what deposits hold."""
    of_visits = Bill.objects.filter(visit__isnull=False)
    came = _sum(Payment.objects.filter(state="paid", method__in=TENDERED), F("amount"))
    back = _sum(Refund.objects.filter(payment__method__in=TENDERED), F("amount"))
    held = _sum(Deposit.objects.all(), F("amount") - F("applied") - F("returned"))
    assert came - back == _sum(of_visits, F("paid") - F("refunded")) + held
    numbers: dict[UUID, list[int]] = {}
    for site_id, number in Receipt.objects.order_by("number").values_list("site_id", "number"):
        numbers.setdefault(site_id, []).append(number)
    assert all(one == list(range(1, len(one) + 1)) for one in numbers.values())


def _sum(rows: Any, what: Any) -> Decimal:
    total: Decimal = rows.aggregate(s=Sum(what))["s"] or Decimal("0.00")
    return total


def arrive(clinic: Clinic, who: Actor, booked: Booked) -> tuple[UUID, Actor]:
    (patient_id,) = who.owns
    visit_id = open_visit(
        actor=OPENER,
        patient_id=patient_id,
        site_id=clinic.site_id,
        kind=VisitKind.BOOKED,
        booking_id=booked.id,
    )
    return visit_id, make_cashier(clinic.site_id)


def charge(cashier: Actor, visit_id: UUID, amount: str) -> UUID:
    return add_charge(
        actor=cashier,
        visit_id=visit_id,
        item_id=make_price(amount),
        quantity=Decimal(1),
        source_type="tests.deed",
        source_id=new_id(),
    )


def returned() -> Decimal:
    """All that went back, or is on its way."""
    return _sum(Refund.objects.filter(payment__method__in=TENDERED), F("amount"))


def told_of(name: str, booked: Booked) -> Told:
    """The newest event of this name about a booking, as the worker hears it."""
    event = Event.objects.filter(name=name, subject_id=booked.id).latest("seq")
    return Told(
        event.pk, 1, event.at, event.name, 1, event.site_id, event.subject_type,
        event.subject_id, "patient", None, event.correlation_id, event.body,
    )  # fmt: skip
