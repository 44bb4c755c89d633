"""The program that learns: comes true on worlds whose chances are known, and keeps what it says."""

import base64
from math import exp
from random import Random

import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from skops.io.exceptions import UntrustedTypesFoundException

from yilu.prediction.learner import learning
from yilu.prediction.rules.forest import read_forest

pytestmark = pytest.mark.covers("A20")


def told(seed: int, number: int = 4000) -> dict:
    """Numbers whose truth is known: two features matter, one is sometimes missing."""
    luck = Random(seed)  # noqa: S311 (a made-up world)
    rows, missed, places = [], [], []
    for n in range(number):
        a, b, c = luck.gauss(0, 1), luck.random(), luck.choice([None, 1.0, 2.0])
        chance = 1 / (1 + exp(-(-2.4 + 0.9 * a + 0.8 * (b > 0.5))))
        rows.append([a, b, c])
        missed.append(int(luck.random() < chance))
        places.append([n // 10, n % 10 * 20, 20, 14, 6])
    return {
        "rows": rows, "missed": missed, "places": places, "current": "",
        "most_extra": 2, "promise": 30,
    }  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2])
def found(request):
    """What was learnt of two worlds, with what was told."""
    world = told(request.param)
    return world, learning.learn(world)


def test_chances_come_true_in_a_world_whose_chances_are_known(found):
    _, answer = found
    figures = answer["figures"]

    assert answer["refusal"] == ""
    assert 0.75 < figures["slope"] < 1.3
    assert abs(figures["brier"] - figures["base_brier"]) > 0.003
    assert figures["auc"] > 0.66
    inside = sum(one["low"] <= one["predicted"] <= one["high"] for one in answer["bins"])
    assert inside >= 8


def test_the_plain_numbers_say_what_the_library_says(found):
    world, answer = found
    forest = read_forest(answer["forest"])
    model = learning.load(base64.b64decode(answer["artifact"]))
    rows = [[float("nan") if one is None else one for one in row] for row in world["rows"][:400]]

    said = [float(one) for one in model.predict_proba(rows)[:, 1]]

    assert [forest.chance(row) for row in world["rows"][:400]] == pytest.approx(said, abs=1e-9)


def test_a_newcomer_no_worse_than_the_one_in_use_is_accepted_and_a_damaged_one_counts_as_none(
    found,
):
    world, answer = found

    again = learning.learn(world | {"current": answer["artifact"]})
    damaged = base64.b64encode(b"no model").decode()

    assert again["refusal"] == ""
    assert again["current_fails"] is False
    assert learning._current(damaged, world["rows"]) is None


def test_a_stored_model_may_hold_nothing_but_what_is_listed():
    class Strange(LogisticRegression):
        """Not ours."""

    with pytest.raises(UntrustedTypesFoundException):
        learning.load(skops.io.dumps(Strange()))
