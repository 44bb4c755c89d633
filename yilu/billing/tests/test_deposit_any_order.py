"""Whatever order bookings, payments, expiry and refunds come in, the money adds up."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Q, Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from yilu.billing.gateway import OrderState
from yilu.billing.models import Bill, Deposit, Keeping, Payment, Refund
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.charges import void_charge
from yilu.billing.operations.deposits import open_deposit
from yilu.billing.operations.payments import GATEWAY, ask_payment, take_gateway_payment
from yilu.billing.operations.refunds import refund_payment
from yilu.billing.tests.advances import OPENER, arrive, ask_deposit, balance, charge, someone
from yilu.billing.tests.factories import make_cashier
from yilu.billing.tests.gateways import running_sandbox
from yilu.catalogue.models import Performs
from yilu.platform import clock
from yilu.platform.errors import DomainError
from yilu.platform.models import Timer
from yilu.platform.testing import drain
from yilu.scheduling import advance
from yilu.scheduling.models import Allocation, Booking, Prepayment
from yilu.scheduling.operations import arrivals, changing
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.states import HOLDS_TIME
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at, make_clinic, make_service
from yilu.visits import permissions as visits
from yilu.visits.models import Visit
from yilu.visits.operations.visits import close_visit

SOAK = os.environ.get("YILU_SOAK") == "1"
SUMS = ("50.00", "80.00", "20.00")
NTH, DAY, SERVICE = st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)
HOUR, YES = st.integers(9, 11), st.booleans()
BACK = st.sampled_from(
    ["undo_cancel_booking", "undo_reschedule_booking", "confirm_booking", "undo_mark_no_show"]
)
STAYS_IN_RECORD = ("no_show", "finished")
"""Their time was used up, or stood empty: the past of it is theirs. Who cancels keeps nothing."""
CLOSER = OPENER.lent(visits.CLOSE)


class AnyOrder(RuleBasedStateMachine):
    """One doctor, three services, three patients, and a worker who is behind at times."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = SUNDAY_EVENING
        self.came = Decimal(0)
        self.booked: list[Any] = []
        self.visits: list[Any] = []

    def teardown(self) -> None:
        try:
            self.catch_up()
            self.a_time_is_sold_once_and_nobody_holds_one_unpaid_for_ever()
            self.what_was_promised_went_back()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @initialize()
    def open(self) -> None:
        with clock.at(self.now):
            made = [make_service(online=True, change_until_minutes=0) for _ in SUMS]
            self.clinic = make_clinic(service=made[0], days=4)
            self.services = made
            for service_id, amount in zip(made, SUMS, strict=True):
                ask_deposit(self.clinic, service_id=service_id, amount=Decimal(amount))
                Performs.objects.get_or_create(
                    practitioner_id=self.clinic.doctors[0], service_id=service_id
                )
            self.people = [someone(self.clinic) for _ in range(3)]

    def moment(self) -> AbstractContextManager[None]:
        """A time of its own for each deed: keys and times of what is made sort alike in each run.

        Two codes of one moment would be in an order of chance, and a failure not be found again.
        """
        self.now += timedelta(milliseconds=1)
        return clock.at(self.now)

    def attempt(self, call: Callable[[], Any]) -> Any:
        """What the deed gives back; a refusal leaves every sum as it was."""
        before = self.sums()
        try:
            with self.moment(), transaction.atomic():
                return call()
        except DomainError:
            assert self.sums() == before
        return None

    def sums(self) -> list[Any]:
        asked = Prepayment.objects.order_by("pk").values_list("pk", "amount", "paid", "state")
        kept = Deposit.objects.order_by("pk").values_list("pk", "applied", "returned")
        return [*asked, *kept, Refund.objects.count(), Payment.objects.count()]

    def one_of(self, n: int) -> Any:
        return self.booked[n % len(self.booked)] if self.booked else None

    @rule(hour=HOUR, day=DAY, who=st.integers(0, 2), service=SERVICE)
    def book(self, hour: int, day: int, who: int, service: int) -> None:
        actor = self.people[who]
        (patient_id,) = actor.owns
        wish = self.clinic.wish(
            at(hour, day=day), patient_id=patient_id, channel="web",
            service_id=self.services[service],
        )  # fmt: skip
        made = self.attempt(lambda: book_appointment(actor=actor, wish=wish))
        if made:
            self.booked.append((made, actor))

    @rule(n=NTH, is_over=YES)
    def ask(self, n: int, *, is_over: bool) -> None:
        """A phone asks for a code; it may find the last one over, and asks for a new one."""
        if not self.booked:
            return
        booked, who = self.one_of(n)
        machine = clock.machine_now() + timedelta(minutes=11 * is_over)
        with clock.at(self.now, machine=machine):
            bill_id = self.attempt(lambda: open_deposit(actor=who, booking_id=booked.id))
            if bill_id:
                self.attempt(lambda: ask_payment(actor=who, bill_id=bill_id))

    @rule(n=st.integers(0, 5))
    def hear(self, n: int) -> None:
        """Money for any code that was ever given, old ones too; heard again it counts once."""
        codes = list(Payment.objects.filter(method="wechat").order_by("asked_at", "pk"))
        if not codes:
            return
        one = codes[n % len(codes)]
        order = OrderState("paid", one.reference, f"T{one.reference}", one.amount)
        with self.moment():
            take_gateway_payment(actor=GATEWAY, order=order)
        self.came += one.amount if one.state != "paid" else 0

    @rule(n=NTH, is_clinics=YES)
    def cancel(self, n: int, *, is_clinics: bool) -> None:
        if self.booked:
            booked, who = self.one_of(n)
            actor = self.clinic.actor if is_clinics else who
            self.attempt(
                lambda: changing.cancel_booking(actor=actor, booking_id=booked.id, reason="ill")
            )

    @rule(n=NTH)
    def miss(self, n: int) -> None:
        """The patient never came; before its time this is refused."""
        if self.booked:
            booked, _who = self.one_of(n)
            self.attempt(
                lambda: arrivals.mark_no_show(actor=self.clinic.actor, booking_id=booked.id)
            )

    @rule(n=NTH, deed=BACK)
    def take_back(self, n: int, deed: str) -> None:
        if self.booked:
            booked, _who = self.one_of(n)
            run = getattr(changing, deed, None) or getattr(arrivals, deed)
            self.attempt(lambda: run(actor=self.clinic.actor, booking_id=booked.id))

    @rule(n=NTH, hour=HOUR, day=DAY, service=SERVICE, by_desk=YES)
    def move(self, n: int, hour: int, day: int, service: int, *, by_desk: bool) -> None:
        if self.booked:
            booked, who = self.one_of(n)
            self.attempt(
                lambda: changing.reschedule_booking(
                    actor=self.clinic.actor if by_desk else who, booking_id=booked.id,
                    starts_at=at(hour, day=day), practitioner_id=self.clinic.doctors[0],
                    service_id=self.services[service],
                )
            )  # fmt: skip

    @rule(n=st.integers(0, 5), amount=st.sampled_from(["5.00", "50.00", "13.37"]))
    def refund(self, n: int, amount: str) -> None:
        """The cashier gives some of any payment back."""
        paid = list(Payment.objects.order_by("asked_at", "pk"))
        if paid:
            cashier = self.cashier()
            self.attempt(
                lambda: refund_payment(
                    actor=cashier, payment_id=paid[n % len(paid)].pk, amount=Decimal(amount),
                    reason="goodwill",
                )
            )  # fmt: skip

    def cashier(self) -> Any:
        return make_cashier(self.clinic.site_id)

    @rule(n=NTH, amount=st.sampled_from(["10.00", "60.00", "180.00"]))
    def come_and_be_billed(self, n: int, amount: str) -> None:
        if not self.booked:
            return
        booked, who = self.one_of(n)
        if Booking.objects.get(pk=booked.id).state != "confirmed":
            return
        with self.moment():
            arrivals.mark_arrived(actor=self.clinic.actor, booking_id=booked.id)
            visit_id, cashier = arrive(self.clinic, who, booked)
            charged = charge(cashier, visit_id, amount)
            open_bill(actor=cashier, visit_id=visit_id)
        self.visits.append((visit_id, cashier, charged))

    @rule(n=NTH, deed=st.sampled_from(["pay", "void", "more", "leave"]))
    def at_the_till(self, n: int, deed: str) -> None:
        if not self.visits:
            return
        visit_id, cashier, charged = self.visits[n % len(self.visits)]
        bill = Bill.objects.filter(visit_id=visit_id, state="open").first()
        if deed == "pay" and bill:
            taken = self.attempt(
                lambda: pay_cash(actor=cashier, bill_id=bill.pk, tendered=Decimal(500))
            )
            self.came += taken.amount if taken else 0
        elif deed == "void":
            self.attempt(lambda: void_charge(actor=cashier, charge_id=charged, reason="not done"))
        elif deed == "more":
            with self.moment():
                charge(cashier, visit_id, "15.00")
                open_bill(actor=cashier, visit_id=visit_id)
        elif deed == "leave":
            self.attempt(lambda: close_visit(actor=CLOSER, visit_id=visit_id))

    @rule(minutes=st.sampled_from([1, 16, 16, 60, 600]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def catch_up(self) -> None:
        """The worker does all that is to be done by now."""
        with self.moment():
            drain()

    @invariant()
    def the_money_adds_up(self) -> None:
        """In = set off + refunded + held; `balance` looks at each side apart."""
        balance()
        came = Payment.objects.filter(~Q(method="deposit"), state="paid")
        assert sum((one.amount for one in came), Decimal(0)) == self.came

    @invariant()
    def nothing_is_negative_and_no_refund_above_what_was_paid(self) -> None:
        over = F("applied") + F("returned")
        assert not Deposit.objects.filter(
            Q(applied__lt=0) | Q(returned__lt=0) | Q(amount__lt=over)
        ).exists()
        for payment in Payment.objects.filter(state="paid"):
            back = sum((r.amount for r in Refund.objects.filter(payment=payment)), Decimal(0))
            assert back == payment.refunded <= payment.amount
        assert not Prepayment.objects.filter(paid__gt=F("amount")).exists()

    @invariant()
    def a_time_is_sold_once_and_nobody_holds_one_unpaid_for_ever(self) -> None:
        """Who is to come holds exactly that time; who is over, at most what is past of it."""
        standing = Booking.objects.filter(state__in=HOLDS_TIME)
        held = Allocation.objects.filter(active=True, resource__kind="practitioner")
        theirs = held.filter(booking__state__in=HOLDS_TIME)
        assert sorted(theirs.values_list("booking", "during__startswith", "during__endswith")) == (
            sorted(standing.values_list("pk", "starts_at", "ends_at"))
        )
        others = held.exclude(booking__state__in=HOLDS_TIME)
        past = Q(booking__state__in=STAYS_IN_RECORD, during__endswith__lte=self.now)
        assert not others.exclude(past).exists()
        for asked in Prepayment.objects.filter(booking__state="requested"):
            waits = Timer.objects.filter(
                handler=advance.UNPAID, subject_id=asked.pk, state="waiting"
            )
            assert waits.filter(due_at__lte=asked.pay_by).exists()

    @invariant()
    def what_is_kept_is_the_sum_of_its_entries(self) -> None:
        for deposit in Deposit.objects.all():
            entered = Keeping.objects.filter(deposit=deposit).aggregate(s=Sum("amount"))["s"]
            assert deposit.kept == (entered or 0) <= deposit.held

    def what_was_promised_went_back(self) -> None:
        """With the worker's work done, both books of one booking say the same."""
        seen = Visit.objects.filter(booking_id__isnull=False).values("booking_id")
        for asked in Prepayment.objects.exclude(pk__in=seen):
            deposits = Deposit.objects.filter(booking_id=asked.pk)
            assert asked.paid == sum((one.amount - one.returned for one in deposits), Decimal(0))
            is_kept = asked.booking.state in {"cancelled", "no_show"}
            assert sum(one.kept for one in deposits) == (asked.paid if is_kept else 0)


@pytest.mark.django_db
@pytest.mark.covers("A13")
def test_in_any_order_money_in_is_set_off_refunded_or_held(tmp_path: Path, settings: Any):
    with running_sandbox(tmp_path) as sandbox:
        settings.WECHATPAY_FILE = sandbox.file
        run_state_machine_as_test(AnyOrder, settings=SIZE)


@pytest.mark.django_db
@pytest.mark.covers("A12")
def test_who_paid_and_never_came_leaves_a_time_in_the_record_that_is_past(
    tmp_path: Path, settings: Any
):
    with running_sandbox(tmp_path) as sandbox:
        settings.WECHATPAY_FILE = sandbox.file
        run = AnyOrder()
        run.open()
        run.book(hour=9, day=0, who=0, service=0)
        run.book(hour=9, day=1, who=1, service=0)
        run.ask(0, is_over=False)
        run.ask(1, is_over=False)
        run.hear(0)
        run.wait(16 * 60)
        run.catch_up()
        run.a_time_is_sold_once_and_nobody_holds_one_unpaid_for_ever()

        states = Booking.objects.order_by("starts_at").values_list("state", flat=True)
        assert list(states) == ["no_show", "cancelled"]
        kept = {(a.during.lower, a.during.upper) for a in Allocation.objects.filter(active=True)}
        assert kept == {(at(9), at(9, 30))}
        run.teardown()


SIZE = settings(
    max_examples=60 if SOAK else 12,
    stateful_step_count=60 if SOAK else 30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # Shrinking takes minutes here.
    suppress_health_check=list(HealthCheck),
)
