"""The made-up year: the same every time, and good enough for every constraint."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F, Sum

from yilu.billing.models import Bill, Payment, Receipt
from yilu.demo.operations import past
from yilu.demo.operations.clinic import build_clinic, publish
from yilu.demo.operations.past import Year, load_past
from yilu.demo.plan import clinic_plan
from yilu.patients.models import ContactPoint
from yilu.patients.rules.phones import normal_phone, shown_phone
from yilu.patients.selectors.search import search_patients
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.queueing.models import Ticket
from yilu.scheduling.models import Booking
from yilu.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O09", "O10")]
NOW = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)
"""Tuesday 09:40 in Shanghai."""
DEMO = Actor.system("demo")
PASSWORD = "of-no-importance"  # noqa: S105 (of people in tests)


def load(monkeypatch, *, days: int = 6) -> int:
    """The clinic with a few days behind it and one before it."""
    monkeypatch.setattr(past, "DAYS_BEFORE", days)
    monkeypatch.setattr(past, "DAYS_AFTER", 2)
    monkeypatch.setattr(past, "CHILDREN", 120)
    monkeypatch.setattr(past, "ADULTS", 700)
    with clock.at(NOW):
        plan = clinic_plan()
        clinic = build_clinic(actor=DEMO, plan=plan, since=date(2026, 11, 1), password=PASSWORD)
        publish(actor=DEMO, clinic=clinic, from_day=NOW.date(), to_day=NOW.date())
        year = Year(seed=7, now=NOW, zone=ZoneInfo(plan.time_zone))
        return load_past(actor=DEMO, plan=plan, clinic=clinic, year=year)


def test_the_past_holds_every_constraint_and_adds_up(monkeypatch):
    visits = load(monkeypatch)

    assert visits == Visit.objects.count() > 600
    assert Bill.objects.filter(state="settled").exclude(paid=F("total")).count() == 0
    paid = Payment.objects.aggregate(total=Sum("amount"))["total"]
    assert paid == Bill.objects.filter(state="settled").aggregate(total=Sum("total"))["total"]
    for site in Receipt.objects.values_list("site_id", flat=True).distinct():
        numbers = Receipt.objects.filter(site_id=site).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, numbers.count() + 1))


def test_the_morning_is_under_way(monkeypatch):
    load(monkeypatch, days=1)

    today = Booking.objects.filter(clinic_day=date(2026, 11, 24))
    states = set(today.values_list("state", flat=True))
    assert {"confirmed", "arrived", "in_consultation", "finished"} <= states
    waiting = Ticket.objects.filter(clinic_day=date(2026, 11, 24), state="waiting")
    assert waiting.exists()
    assert not Visit.objects.filter(arrived_at__gt=NOW).exists()
    assert not Visit.objects.filter(left_at__gt=NOW).exists()


def test_the_phones_of_made_up_people_are_kept_in_the_form_in_which_they_are_sought(monkeypatch):
    load(monkeypatch, days=1)

    phones = list(ContactPoint.objects.filter(kind="phone")[:50])
    assert {one.value for one in phones} == {normal_phone(one.value) for one in phones}
    assert {len(one.value) for one in phones} == {14}
    assert search_patients(
        Actor.system("desk", "patients.see", "patients.see_all"), shown_phone(phones[0].value)
    )
