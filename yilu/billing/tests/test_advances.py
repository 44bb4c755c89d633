"""The cashier's list of advances: who, how much, for which booking, since when."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from yilu.billing.gateway import OrderState
from yilu.billing.models import Bill, Payment
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.deposits import follow_booking, open_deposit
from yilu.billing.operations.keeping import book_kept
from yilu.billing.operations.payments import GATEWAY, take_gateway_payment
from yilu.billing.selectors.advances import advances_held
from yilu.billing.tests.advances import arrive, book, charge, someone
from yilu.billing.tests.factories import make_cashier
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("sunday_evening"),
    pytest.mark.covers("A13"),
]
FIFTY = Decimal("50.00")


def paid(clinic: Clinic, hour: int, minutes: int = 0) -> tuple[Actor, Booked]:
    """Somebody who paid in cash so many minutes later than the others."""
    who = someone(clinic)
    with clock.at(SUNDAY_EVENING + timedelta(minutes=minutes)):
        booked = book(clinic, who, hour=hour)
        bill_id = open_deposit(actor=who, booking_id=booked.id)
        pay_cash(actor=make_cashier(clinic.site_id), bill_id=bill_id, tendered=FIFTY)
    return who, booked


def test_the_list_says_whose_for_what_how_much_and_since_when(clinic):
    _, second = paid(clinic, 9, minutes=5)
    _, first = paid(clinic, 10)

    found = advances_held(actor=make_cashier(clinic.site_id), site_id=clinic.site_id)

    assert [one.booking.number for one in found.lines] == [first.number, second.number]
    line = found.lines[1]
    assert (line.held, line.applied, line.returned) == (FIFTY, 0, 0)
    assert line.since == SUNDAY_EVENING + timedelta(minutes=5)
    assert (found.coming, found.coming_count, found.kept_count) == (2 * FIFTY, 2, 0)


def test_what_was_used_or_went_back_is_no_longer_held(clinic):
    who, used = paid(clinic, 9)
    other, cancelled = paid(clinic, 10)
    with clock.at(at(9, day=1)):
        visit_id, cashier = arrive(clinic, who, used)
        charge(cashier, visit_id, "180.00")
        open_bill(actor=cashier, visit_id=visit_id)
    cancel_booking(actor=other, booking_id=cancelled.id, reason="ill")
    follow_booking(
        actor=GATEWAY, booking_id=cancelled.id, amount=FIFTY, reason="x", event_id=new_id()
    )

    found = advances_held(actor=make_cashier(clinic.site_id), site_id=clinic.site_id)

    assert (found.lines, found.coming, found.kept) == ((), 0, 0)


def test_a_part_that_is_on_its_way_back_says_so(clinic):
    who = someone(clinic)
    booked = book(clinic, who, hour=9)
    payment = asked_by_code(who, booked)
    order = OrderState("paid", payment.reference, "T1", FIFTY)
    take_gateway_payment(actor=GATEWAY, order=order)
    follow_booking(
        actor=GATEWAY, booking_id=booked.id, amount=Decimal(20), reason="x", event_id=new_id()
    )

    (line,) = advances_held(actor=make_cashier(clinic.site_id), site_id=clinic.site_id).lines

    assert (line.held, line.returned, line.on_its_way) == (Decimal(30), Decimal(20), Decimal(20))


def asked_by_code(who: Actor, booked: Booked) -> Payment:
    """A payment that waits, as `ask_payment` writes it; no gateway is near."""
    bill_id = open_deposit(actor=who, booking_id=booked.id)
    key = new_id()
    return Payment.objects.create(
        id=key, bill_id=bill_id, site_id=Bill.objects.get(pk=bill_id).site_id,
        clinic_day=SUNDAY_EVENING.date(), method="wechat", amount=FIFTY, state="pending",
        reference=key.hex,
    )  # fmt: skip


def test_what_the_rule_kept_is_listed_apart(clinic):
    who, booked = paid(clinic, 9)
    paid(clinic, 10)
    with clock.at(at(8, 30, day=1)):
        cancel_booking(actor=who, booking_id=booked.id, reason="ill")
        book_kept(actor=GATEWAY, booking_id=booked.id)

    cashier = make_cashier(clinic.site_id)
    kept = advances_held(actor=cashier, site_id=clinic.site_id, is_kept=True)

    assert [one.booking.number for one in kept.lines] == [booked.number]
    assert (kept.kept, kept.coming, kept.number) == (FIFTY, FIFTY, 1)


def test_another_sites_advances_are_not_listed_and_not_shown(clinic):
    paid(clinic, 9)
    other = make_clinic().site_id

    assert advances_held(actor=make_cashier(other), site_id=other).lines == ()
    with pytest.raises(NotFound):
        advances_held(actor=make_cashier(other), site_id=clinic.site_id)


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_costs_as_much_for_one_as_for_many(clinic, django_assert_num_queries, count):
    for n in range(count):
        paid(clinic, 9 + n if n < 3 else 11 + n)
    cashier = make_cashier(clinic.site_id)

    with django_assert_num_queries(8):
        assert len(advances_held(actor=cashier, site_id=clinic.site_id).lines) == count


def signed_in(client: Client, post: str, site_id: UUID) -> Client:
    client.force_login(User.objects.get(pk=make_staff(post, site_id=site_id).user_id))
    return client


def test_the_cashier_opens_the_page_and_takes_it_as_a_file(clinic, client: Client):
    _, booked = paid(clinic, 9)
    cashier = signed_in(client, "cashier", clinic.site_id)

    page = cashier.get(reverse("billing:advances", args=[clinic.site_id]))
    answer = cashier.get(reverse("billing:advances-csv", args=[clinic.site_id]))
    till = cashier.get(reverse("billing:cashier", args=[clinic.site_id]))

    assert (page.status_code, "预付款余额" in page.content.decode()) == (200, True)
    assert reverse("billing:advances", args=[clinic.site_id]) in till.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="advances-20310302.csv"'
    head, line = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    row = dict(zip(head, line, strict=True))
    assert (row["患者"], row["预约"], row["余额"]) == ("张小明", booked.number, "50.00")
    assert row["支付时间"] == "2031-03-02 20:00"


def test_who_sees_no_money_sees_no_advances(clinic, client: Client):
    nurse = signed_in(client, "nurse", clinic.site_id)

    for name in ("advances", "advances-csv"):
        assert nurse.get(reverse(f"billing:{name}", args=[clinic.site_id])).status_code == 404
