"""What the evaluations of made-up worlds say, they say in the language of the terminal."""

import re
from datetime import date
from io import StringIO

import pytest
from django.utils import translation

from yilu.demo.management.commands import evaluate_prediction, evaluate_waits
from yilu.prediction.operations.training import Learnt
from yilu.queueing.selectors.paces import AccuracyLine

pytestmark = pytest.mark.covers("O10")
DAY = date(2026, 11, 24)
TOTALS = {"seen": 5132, "idle_minutes": 80454, "wait": 4.7, "beyond_share": 0.0045}
LEARNT = Learnt(
    bookings=28848,
    missed=2380,
    tested_from=DAY,
    until_on=DAY,
    figures=dict.fromkeys(evaluate_prediction.FIGURES, 0.72),
    bins=[{"cases": 577, "predicted": 0.026, "observed": 0.01, "low": 0.0, "high": 0.02}],
    replay={"sessions": 889, "extra_places": 10, "without": TOTALS, "with_extra": TOTALS},
    seconds=3.1,
    peak_mb=222,
)
SCORES = evaluate_waits.Scores(
    [
        AccuracyLine(
            DAY, "consultation", forecasts=90, within=80, too_late=5, scored=60, below_high=48,
            loss=600.0, place_loss=1200.0, middle_loss=660.0, place_middle_loss=1320.0,
        )
    ]
)  # fmt: skip
NAMES = {"Brier", "AUC", "P20", "P50", "P80", "MB"}
"""What is called so in both languages."""


def said(language: str) -> list[str]:
    out = StringIO()
    with translation.override(language):
        name = evaluate_waits.world_name(7, evaluate_waits.OTHERWISE)
        evaluate_waits.Command(stdout=out)._say(name, SCORES)
        evaluate_prediction.Command(stdout=out)._say(name, LEARNT)
        evaluate_prediction.Command(stdout=out)._say(name, Learnt(3, 1, refusal="too_few"))
    return out.getvalue().splitlines()


def test_every_word_of_the_figures_is_in_the_language_of_the_terminal():
    english, chinese = said("en"), said("zh-hans")

    assert english[1] == "called before the 80th percentile: 80.0 %"
    assert english[3].endswith("10.0 s, place × mean 20.0 s, better by 50.0 %")
    assert "577 bookings: 2.6 % predicted, 1.0 % missed" in english
    assert any("5132 seen" in line and "0.45 %" in line for line in english)
    assert len(chinese) == len(english)
    for line in chinese:
        assert re.search("[一-鿿]|AUC", line)
        assert set(re.findall(r"[A-Za-z]\w*", line)) <= NAMES
