"""What speaks for a patient in a queue."""

from datetime import date

import pytest

from yilu.patients.rules.words import Need
from yilu.queueing.rules.policy import WEIGHTS
from yilu.reception.rules import as_code, queue_weights

TODAY = date(2031, 3, 3)


@pytest.mark.covers("B07")
@pytest.mark.parametrize(
    ("born_on", "weight"),
    [
        (date(1951, 3, 3), "age_80"),
        (date(1951, 3, 4), "age_70"),
        (date(1971, 3, 3), "age_60"),
        (date(1990, 1, 1), ""),
        (date(2028, 3, 2), "child_3"),
        (date(2025, 3, 3), "child_6"),
        (None, ""),
    ],
)
def test_age_speaks_for_the_old_and_the_very_young(born_on, weight):
    assert queue_weights(born_on, (), TODAY) == ((weight,) if weight else ())


@pytest.mark.covers("B04", "B07")
def test_every_need_that_weighs_can_be_ticked_and_is_known_to_the_rule_of_ordering():
    named = queue_weights(None, Need.values, TODAY)

    assert set(named) == {"wheelchair", "pregnant_or_infant", "disability_3_4"}
    assert set(named) <= set(WEIGHTS)


def test_a_code_has_four_digits_whatever_the_digest():
    assert as_code(bytes(16)) == "0000"
    assert len(as_code(bytes(range(16)))) == 4
