"""What answers mean, and how fast a case is reported."""

from datetime import timedelta

import pytest

from yilu.outbreak.rules import book, every_question, findings_of, is_positive, limit_of
from yilu.outbreak.states import CaseGroup, Illness

pytestmark = pytest.mark.covers("B22")


def said(*yes: str) -> dict[str, str]:
    return {key: "yes" if key in yes else "no" for key in every_question()}


@pytest.mark.parametrize(
    ("yes", "found", "positive"),
    [
        ((), [], False),
        (("fever",), ["fever"], True),
        (("cough",), ["cough"], False),
        (("cough", "travel"), ["linked"], True),
        (("cough", "animals"), ["linked"], True),
        (("travel", "contact"), [], False),
        (("rash",), [], False),
        (("rash", "fever"), ["fever", "rash_fever"], True),
        (("diarrhoea",), ["diarrhoea"], True),
        (("bloody_stool",), ["bloody_stool"], True),
        (("jaundice",), ["jaundice"], True),
        (("fever", "cough"), ["fever"], True),
    ],
)
def test_answers_lead_to_findings(yes, found, positive):
    findings = findings_of(said(*yes))

    assert [one.key for one in findings] == found
    assert is_positive(findings) is positive


def test_every_kind_of_illness_asks_and_every_group_has_its_limit():
    known = book()
    assert set(known.illnesses) == set(Illness.values)
    assert set(known.limits) == set(CaseGroup.values)
    named = {key for one in known.findings for key in one.all_of | one.any_of}
    assert named <= set(every_question())


@pytest.mark.parametrize(
    ("group", "hours"),
    [("class_a", 2), ("like_a", 2), ("unknown", 2), ("cluster", 2), ("other", 24)],
)
def test_the_gravest_are_reported_within_two_hours(group: str, hours: int):
    assert limit_of(group) == timedelta(hours=hours)
