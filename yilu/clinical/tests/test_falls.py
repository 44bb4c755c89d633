"""How likely somebody falls: adults by one scale, children by another, kept with what was said."""

from datetime import date
from decimal import Decimal

import pytest

from yilu.clinical.models import ScoreResult
from yilu.clinical.operations.intake import IntakeFacts, save_intake
from yilu.clinical.rules.falls import asked_items, fall_scale, fall_score
from yilu.clinical.selectors.measures import fall_risk
from yilu.clinical.tests.factories import make_room
from yilu.clinical.tests.test_pages import PART, browser, sealed, url
from yilu.platform.errors import Invalid

pytestmark = pytest.mark.covers("B06")
LEAST = {
    "diagnosis": "other", "cognition": "oriented", "environment": "outpatient",
    "sedation": "never", "drugs": "no_drug",
}  # fmt: skip
MOST = {
    "diagnosis": "neurological", "cognition": "unaware", "environment": "fell",
    "sedation": "within_24_hours", "drugs": "several_drugs",
}  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "age", "sex", "total", "band"),
    [
        (LEAST, 13, "female", 7, "low"), (MOST, 2, "male", 23, "high"),
        (LEAST, 12, "female", 8, "low"), (LEAST, 6, "female", 9, "low"),
        (LEAST, 2, "male", 11, "low"), (LEAST | {"drugs": "one_drug"}, 2, "male", 12, "high"),
    ],
)  # fmt: skip
def test_the_scale_of_children_runs_from_seven_to_twenty_three(answers, age, sex, total, band):
    found = fall_score(answers, age, sex)
    assert found is not None
    assert (found.ruleset, found.total, found.band) == ("humpty_dumpty", Decimal(total), band)


def test_nothing_is_scored_while_an_answer_or_the_sex_is_missing():
    assert fall_score({**LEAST, "drugs": ""}, 5, "male") is None
    assert fall_score(LEAST, 5, "unknown") is None
    assert fall_score(LEAST, 40, "male") is None


def test_age_chooses_the_scale_and_what_is_known_is_not_asked():
    assert [fall_scale(age).key for age in (0, 15, 16, None)] == [
        "humpty_dumpty", "humpty_dumpty", "morse", "morse",
    ]  # fmt: skip
    assert set(asked_items(5)) == set(LEAST)
    assert "gait" in asked_items(40)


@pytest.mark.django_db
def test_a_childs_answers_are_kept_and_those_of_the_other_scale_refused():
    child = make_room(born_on=date(2024, 1, 2))
    save_intake(actor=child.nurse, visit_id=child.visit_id, facts=IntakeFacts(fall=MOST))
    row = ScoreResult.objects.get(ruleset="humpty_dumpty")
    assert (row.band, row.ruleset_version, row.inputs["environment"]) == ("high", "2009-1", "fell")
    seen = fall_risk(child.visit_id)
    assert seen is not None
    assert seen.ruleset == "humpty_dumpty"
    with pytest.raises(Invalid) as refused:
        save_intake(
            actor=child.nurse, visit_id=child.visit_id, facts=IntakeFacts(fall={"gait": "weak"})
        )
    assert [one.field for one in refused.value.errors] == ["fall-gait"]


@pytest.mark.django_db
def test_the_form_asks_by_age_and_names_the_field_that_is_wrong():
    child, adult = make_room(born_on=date(2024, 1, 2)), make_room(name="何青黛")
    shown = browser(child.nurse).get(url("intake", child), headers=PART).text
    assert 'name="fall-environment"' in shown
    assert 'name="fall-gait"' not in shown
    assert 'name="pregnancy"' not in shown
    client = browser(adult.nurse)
    assert 'name="pregnancy"' in client.get(url("intake", adult), headers=PART).text
    for field, sent in (("pregnancy_weeks", "44"), ("pregnancy_weeks", "x"), ("pregnancy", "no!")):
        answer = client.post(url("intake", adult), sealed(adult, **{field: sent}), headers=PART)
        assert (answer.status_code, 'class="yl-err"' in answer.text) == (422, True)
    long = client.post(url("intake", adult), sealed(adult, since="x" * 61), headers=PART)
    assert (long.status_code, "i-since-error" in long.text) == (422, True)
