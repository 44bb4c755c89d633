"""What the rule keeps of a deposit is income: once, on its day, and out again when taken back."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yilu.billing.models import Deposit, Keeping, Payment
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.deposits import open_deposit
from yilu.billing.operations.keeping import book_kept
from yilu.billing.operations.payments import GATEWAY
from yilu.billing.operations.refunds import refund_payment
from yilu.billing.selectors.advances import advances_held
from yilu.billing.selectors.takings import Takings, day_takings
from yilu.billing.states import KeepingReason
from yilu.billing.tests.advances import ask_deposit, balance, book, someone
from yilu.billing.tests.factories import make_cashier
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.models import AuditEntry, User
from yilu.platform.testing import drain
from yilu.scheduling.operations.arrivals import mark_no_show, undo_mark_no_show
from yilu.scheduling.operations.changing import cancel_booking, undo_cancel_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.tests.factories import Clinic, at, make_clinic, make_service
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("sunday_evening"),
    pytest.mark.covers("A13"),
]
FIFTY = Decimal("50.00")
MONDAY, TUESDAY = date(2031, 3, 3), date(2031, 3, 4)
LATE = at(8, 30)  # Less than two hours before ten: nothing goes back.


@pytest.fixture
def clinic() -> Clinic:
    clinic = make_clinic(service=make_service(online=True, change_until_minutes=0))
    ask_deposit(clinic, full_hours=24, part_hours=12, part_percent=50)
    return clinic


def paid(clinic: Clinic, **when: int) -> tuple[Actor, Booked]:
    """Somebody who paid ¥50 in cash on Sunday evening for a booking on Monday at ten."""
    who = someone(clinic)
    booked = book(clinic, who, **{"day": 0, "hour": 10} | when)
    bill_id = open_deposit(actor=who, booking_id=booked.id)
    pay_cash(actor=make_cashier(clinic.site_id), bill_id=bill_id, tendered=FIFTY)
    return who, booked


def takings(clinic: Clinic, day: date) -> Takings:
    return day_takings(actor=make_cashier(clinic.site_id), site_id=clinic.site_id, day=day)


def entries() -> list[tuple[date, Decimal, str]]:
    return list(Keeping.objects.values_list("clinic_day", "amount", "why"))


def missed(clinic: Clinic) -> Booked:
    _, booked = paid(clinic)
    with clock.at(at(10, 30)):
        mark_no_show(actor=clinic.actor, booking_id=booked.id)
        drain(timers=False)
    return booked


def test_a_missed_visit_earns_its_deposit_on_its_day_and_no_money_is_counted_twice(clinic):
    missed(clinic)

    assert entries() == [(MONDAY, FIFTY, "missed")]
    monday, sunday = takings(clinic, MONDAY), takings(clinic, date(2031, 3, 2))
    assert (monday.kept, monday.keepings, monday.taken) == (FIFTY, 1, 0)
    assert (sunday.kept, sunday.keepings, sunday.taken) == (0, 0, FIFTY)
    balance()


def test_a_late_cancellation_earns_what_the_rule_does_not_give_back(clinic):
    who, booked = paid(clinic, hour=9, day=1)
    with clock.at(at(20)):  # Thirteen hours before: half goes back.
        cancel_booking(actor=who, booking_id=booked.id, reason="ill")
        drain(timers=False)

    assert entries() == [(MONDAY, Decimal("25.00"), "cancelled")]
    deposit = Deposit.objects.get()
    assert (deposit.kept, deposit.returned) == (Decimal("25.00"), Decimal("25.00"))
    balance()


def test_what_goes_back_whole_earns_nothing(clinic):
    _, booked = paid(clinic)
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="the doctor is ill")
    drain(timers=False)

    assert entries() == []


def test_said_twice_it_is_booked_once(clinic):
    booked = missed(clinic)

    book_kept(actor=GATEWAY, booking_id=booked.id)

    assert len(entries()) == 1
    assert AuditEntry.objects.filter(action="billing.deposit.kept").count() == 1


def test_a_no_show_taken_back_goes_out_on_the_day_it_was_taken_back(clinic):
    booked = missed(clinic)
    with clock.at(at(0, 5, day=1)):
        undo_mark_no_show(actor=clinic.actor, booking_id=booked.id)
        drain(timers=False)

    assert entries() == [(MONDAY, FIFTY, "missed"), (TUESDAY, -FIFTY, "undone")]
    assert (takings(clinic, MONDAY).kept, takings(clinic, TUESDAY).kept) == (FIFTY, -FIFTY)
    assert Deposit.objects.get().kept == 0


def test_a_cancellation_taken_back_takes_its_income_back(clinic):
    who, booked = paid(clinic)
    with clock.at(LATE):
        cancel_booking(actor=who, booking_id=booked.id, reason="ill")
        drain(timers=False)
        undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)
        drain(timers=False)

    assert sorted(amount for _, amount, _ in entries()) == [-FIFTY, FIFTY]
    assert takings(clinic, MONDAY).kept == 0


def test_undone_before_the_worker_heard_of_it_nothing_was_ever_earned(clinic):
    who, booked = paid(clinic)
    with clock.at(LATE):
        cancel_booking(actor=who, booking_id=booked.id, reason="ill")
        undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)
        drain(timers=False)

    assert entries() == []


def test_what_is_given_back_by_hand_is_no_longer_kept(clinic):
    missed(clinic)
    payment, cashier = Payment.objects.get(), make_cashier(clinic.site_id)
    with clock.at(at(11)):
        refund_payment(
            actor=cashier, payment_id=payment.pk, amount=Decimal("20.00"), reason="goodwill"
        )
        drain(timers=False)

    assert entries()[1:] == [(MONDAY, Decimal("-20.00"), "used")]
    assert Keeping.objects.aggregate(s=Sum("amount"))["s"] == Decimal("30.00")
    balance()


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_of_what_was_kept_says_when_why_and_how_much_a_month(
    clinic, django_assert_num_queries, count
):
    for _ in range(count):
        missed_once(clinic)
    cashier = make_cashier(clinic.site_id)

    with django_assert_num_queries(10):
        held = advances_held(actor=cashier, site_id=clinic.site_id, is_kept=True)

    assert (held.kept, held.kept_count, held.coming) == (FIFTY * count, count, 0)
    line, (month,) = held.lines[0], held.months
    assert (line.held, line.kept_on, line.why) == (FIFTY, MONDAY, KeepingReason.MISSED)
    assert (month.first, month.income) == (date(2031, 3, 1), FIFTY * count)


def missed_once(clinic: Clinic) -> None:
    """One more that is missed, at an hour of its own."""
    hour = (9, 10, 11, 14)[Deposit.objects.count()]
    _, booked = paid(clinic, hour=hour)
    with clock.at(at(hour, 30)):
        mark_no_show(actor=clinic.actor, booking_id=booked.id)
        book_kept(actor=GATEWAY, booking_id=booked.id)


def test_the_cashier_sees_it_on_the_page_in_the_file_and_in_the_days_takings(
    clinic, client: Client
):
    missed(clinic)
    user_id = make_staff("cashier", site_id=clinic.site_id).user_id
    client.force_login(User.objects.get(pk=user_id))
    url = reverse("billing:advances", args=[clinic.site_id])
    with clock.at(at(12)):
        page = client.get(f"{url}?part=kept").content.decode()
        till = client.get(reverse("billing:takings", args=[clinic.site_id])).content.decode()
        sheet = client.get(reverse("billing:advances-csv", args=[clinic.site_id]) + "?part=kept")

    assert "kept-months" in page
    assert "2031-03-03" in page
    assert "按规则不退的定金" in till
    head, line = csv.reader(StringIO(sheet.content.decode("utf-8-sig")))
    row = dict(zip(head, line, strict=True))
    with translation.override("zh-hans"):
        assert row["原因"] == KeepingReason.MISSED.label
    assert (row["入账日期"], row["不退"]) == ("2031-03-03", "50.00")


def test_what_is_kept_after_midnight_counts_on_the_new_day_of_the_clinic(clinic):
    """Five past midnight in Shanghai belongs to the new day, though UTC still has the old one."""
    _, booked = paid(clinic)
    with clock.at(at(0, 5, day=1) + timedelta(minutes=1)):
        mark_no_show(actor=clinic.actor, booking_id=booked.id)
        book_kept(actor=GATEWAY, booking_id=booked.id)

    assert entries() == [(TUESDAY, FIFTY, "missed")]
