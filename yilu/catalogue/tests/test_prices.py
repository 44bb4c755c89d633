from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from yilu.catalogue.errors import PriceInPast
from yilu.catalogue.models import Price
from yilu.catalogue.operations.prices import set_price
from yilu.catalogue.selectors.prices import group_today, price_list, prices_at
from yilu.catalogue.tests.factories import CURATOR, SINCE, make_item
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, Event

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F01")]


def costs(item, day):
    return prices_at([item], day)[item].amount


def test_a_new_price_holds_from_its_day_and_the_past_stays_true():
    item, today = make_item("30.00"), group_today()
    next_week = today + timedelta(days=7)

    set_price(actor=CURATOR, item_id=item, amount=Decimal("35.50"), from_on=next_week)

    assert costs(item, next_week - timedelta(days=1)) == Decimal("30.00")
    assert costs(item, next_week) == Decimal("35.50")
    assert costs(item, date(2199, 1, 1)) == Decimal("35.50")


def test_a_price_before_a_planned_one_holds_until_then():
    item, today = make_item("30.00"), group_today()
    set_price(actor=CURATOR, item_id=item, amount=Decimal(50), from_on=today + timedelta(days=30))
    set_price(actor=CURATOR, item_id=item, amount=Decimal(40), from_on=today)
    days = [
        today - timedelta(days=1),
        today,
        today + timedelta(days=29),
        today + timedelta(days=30),
    ]
    assert [costs(item, day) for day in days] == [30, 40, 40, 50]


def test_a_price_of_today_may_be_corrected_today():
    item, today = make_item("30.00"), group_today()
    set_price(actor=CURATOR, item_id=item, amount=Decimal(40))
    set_price(actor=CURATOR, item_id=item, amount=Decimal(41))
    assert costs(item, today) == 41
    assert Price.objects.filter(item_id=item).count() == 2


def test_what_past_days_cost_cannot_be_changed():
    item = make_item("30.00")
    lines, events = AuditEntry.objects.count(), Event.objects.count()
    with pytest.raises(PriceInPast):
        set_price(actor=CURATOR, item_id=item, amount=Decimal(1), from_on=date(2024, 1, 1))
    assert costs(item, group_today()) == 30
    assert (lines, events) == (AuditEntry.objects.count(), Event.objects.count())


def test_two_prices_on_one_day_are_refused_by_the_table():
    item = make_item("30.00")
    with pytest.raises(IntegrityError, match="catalogue_price_one_a_day"):
        Price.objects.create(item_id=item, amount=1, during=DateRange(SINCE, None))


def test_an_item_before_its_first_price_is_not_on_sale():
    item = make_item("30.00", from_on=group_today() + timedelta(days=1))
    assert prices_at([item], group_today()) == {}


def test_without_the_right_no_price_changes():
    item = make_item("30.00")
    with pytest.raises(NotAllowed):
        set_price(actor=Actor.nobody(), item_id=item, amount=Decimal(1))
    assert costs(item, group_today()) == 30


@pytest.mark.parametrize("lines", [1, 12])
def test_a_price_list_costs_one_query(django_assert_num_queries, lines):
    made = [make_item() for _ in range(lines)]
    with django_assert_num_queries(1):
        assert len(price_list(SINCE)) == lines
    with django_assert_num_queries(1):
        assert len(prices_at(made, SINCE)) == lines
