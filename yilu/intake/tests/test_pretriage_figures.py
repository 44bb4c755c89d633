"""How good the pre-triage is on cases written by somebody who had not read its rules."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from yilu.intake.management.commands.score_pretriage import PAGE, written
from yilu.intake.rules.evaluation import HALVES, cases, evaluate, table

pytestmark = pytest.mark.covers("B05")


def test_there_are_two_hundred_cases_half_of_them_held_out() -> None:
    given = cases()
    assert len(given) >= 200
    assert {one: sum(c.half == one for c in given) for one in HALVES} == {
        "develop": 120,
        "held_out": 120,
    }
    assert len({one.key for one in given}) == len(given)


def test_the_rules_stay_as_good_as_they_were_on_cases_they_were_not_made_by() -> None:
    found = evaluate("held_out", cases())
    assert found.accuracy >= 0.85
    assert found.recall >= 0.95
    assert found.false_alarms <= 4
    assert found.unsure >= 10


def test_the_rules_stay_as_good_as_they_were_on_the_cases_they_were_made_by() -> None:
    found = evaluate("develop", cases())
    assert found.accuracy >= 0.97
    assert found.recall == 1


def test_nobody_who_says_nothing_is_sent_anywhere() -> None:
    found = [evaluate(half, cases()) for half in HALVES]
    vague = [sum(c.expected == "unsure" and c.half == half for c in cases()) for half in HALVES]
    assert [one.rightly_unsure for one in found] == vague


def test_the_page_shows_the_figures_of_these_rules() -> None:
    said = StringIO()
    call_command("score_pretriage", stdout=said)
    figures = table([evaluate(half, cases()) for half in HALVES])
    assert said.getvalue().strip() == figures
    page = Path(PAGE).read_text(encoding="utf-8")
    assert page == written(page, figures)
