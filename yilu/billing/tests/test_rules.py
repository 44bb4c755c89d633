"""Sums as receipts show them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yilu.billing.rules import DIGITS, ReceiptLine, by_category, in_words

pytestmark = pytest.mark.covers("F07")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.00", "壹元整"),
        ("10.00", "壹拾元整"),
        ("37.28", "叁拾柒元贰角捌分"),
        ("100.05", "壹佰元零伍分"),
        ("105.50", "壹佰零伍元伍角整"),
        ("1010.00", "壹仟零壹拾元整"),
        ("10001.00", "壹万零壹元整"),
        ("100100.00", "壹拾万零壹佰元整"),
        ("1100000.00", "壹佰壹拾万元整"),
        ("100000001.00", "壹亿零壹元整"),
        ("-68.50", "负陆拾捌元伍角整"),
    ],
)
def test_a_sum_is_written_in_financial_numerals(amount, words):
    assert in_words(Decimal(amount)) == words


@given(st.decimals(min_value=0, max_value=999999999, places=2))
def test_the_words_of_a_sum_never_repeat_a_zero_and_tell_every_other_digit(amount):
    words = in_words(amount)

    assert "零零" not in words
    digits = [DIGITS[int(d)] for d in f"{amount:.2f}" if d not in "0."]
    assert [w for w in words if w in DIGITS and w != "零"] == digits


def test_categories_come_in_the_printing_order_and_only_if_they_occur():
    def line(category: str, amount: str) -> ReceiptLine:
        return ReceiptLine("x", category, Decimal(1), "", Decimal(amount), Decimal(amount))

    sums = by_category([line("09", "5.00"), line("02", "1.00"), line("09", "2.50")])

    assert sums == [("02", Decimal("1.00")), ("09", Decimal("7.50"))]
