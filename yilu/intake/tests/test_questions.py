"""Questions and risks: pure, and as the table says."""

import pytest

from yilu.intake.rules.questions import (
    book,
    is_alarming,
    missing,
    nothing_to_tell,
    questions_of,
    read_answers,
    risks_of,
    sets_for,
    wrong_answers,
)

pytestmark = pytest.mark.covers("A23", "B06")


def keys(answers: dict[str, str], service: str, specialty: str = "") -> list[str]:
    return [one.key for one in risks_of(answers, service, specialty)]


@pytest.mark.parametrize(
    ("answers", "service", "specialty", "risk"),
    [
        ({"blood_thinner": "yes"}, "extraction", "dental", "bleeding"),
        ({"pregnant": "yes"}, "dental_film", "dental", "pregnancy_xray"),
        ({"metal": "yes"}, "mri", "", "metal_mri"),
        ({"diabetes": "yes"}, "blood_fasting", "", "diabetes_fasting"),
        ({"latex": "yes"}, "general_first", "", "latex"),
        ({"local_anaesthetic": "yes"}, "filling", "dental", "local_anaesthetic"),
        ({"companion": "no"}, "gastroscopy_sedated", "", "no_companion"),
        ({"isotretinoin": "yes"}, "ipl", "aesthetics", "isotretinoin"),
        ({"metformin": "yes"}, "ct_contrast", "", "metformin"),
        ({"falls": "yes"}, "general_first", "general", "falls"),
        ({"light_drugs": "yes"}, "ipl", "aesthetics", "light_drugs"),
        ({"herpes": "yes"}, "ipl", "aesthetics", "herpes"),
        ({"body_metal": "yes"}, "ipl", "aesthetics", "body_metal"),
        ({"nursing": "yes"}, "ipl", "aesthetics", "nursing"),
        ({"guardian": "no"}, "filling", "dental", "no_guardian"),
        ({"drinks_little": "yes"}, "child_visit", "paediatrics", "drinks_little"),
        ({"contact": "yes"}, "child_visit", "paediatrics", "contact"),
        ({"convulsion": "yes"}, "child_visit", "paediatrics", "convulsion"),
        ({"g6pd": "yes"}, "child_visit", "paediatrics", "g6pd"),
        ({"vaccines": "no"}, "child_visit", "paediatrics", "vaccines"),
        ({"vaccine_reaction": "yes"}, "vaccine_assessment", "paediatrics", "vaccine_reaction"),
        ({"ill_today": "yes"}, "vaccine_assessment", "paediatrics", "ill_today"),
    ],
)
def test_each_risk_stands_out_where_it_matters(answers, service, specialty, risk):
    assert keys(answers, service, specialty) == [risk]
    opposite = {key: "no" if value == "yes" else "yes" for key, value in answers.items()}
    assert keys(opposite, service, specialty) == []
    if next(one for one in book().risks if one.key == risk).meant_for:
        assert keys(answers, "phone_consult", "general") == []


def test_the_gravest_comes_first_and_every_risk_has_a_source_and_a_question():
    said = {"alarm": "yes", "diabetes": "yes", "latex": "yes"}
    assert keys(said, "blood_fasting") == ["alarm", "latex", "diabetes_fasting"]
    asked = {one.key for many in book().sets.values() for one in many}
    assert {one.question for one in book().risks} <= asked
    assert all(one.source and len(one.says) == 2 for one in book().risks)
    assert all(len(one.ask) == 2 for many in book().sets.values() for one in many)


def test_a_service_asks_its_own_sets_and_men_are_not_asked_about_pregnancy():
    assert sets_for("dental_film", "dental") == ["general", "dental", "imaging"]
    assert sets_for("general_first", "general") == ["general"]
    assert "pregnant" in {one.key for one in questions_of(["general"], "female")}
    assert "pregnant" not in {one.key for one in questions_of(["general"], "male")}


def test_children_and_ages_have_questions_of_their_own():
    assert sets_for("extraction", "dental", 13) == ["general", "dental", "paediatrics"]
    assert sets_for("extraction", "dental", 14) == ["general", "dental"]
    assert sets_for("vaccine_assessment", "paediatrics", 3) == [
        "general", "paediatrics", "vaccination",
    ]  # fmt: skip
    sets = ["general", "paediatrics"]
    asked = {age: {one.key for one in questions_of(sets, "female", age)} for age in (2, 12, 40, 61)}
    assert "premature" in asked[2] - asked[12]
    assert "pregnant" in (asked[12] & asked[40]) - asked[2] - asked[61]
    assert "falls" in asked[40] - asked[12]
    unknown = {one.key for one in questions_of(sets, "female", None)}
    assert {"premature", "pregnant", "falls"} <= unknown
    assert set(book().titles) == set(book().sets)


def test_a_wrong_answer_is_named_and_what_was_not_asked_is_not():
    asked = questions_of(["general"], "male")
    said = {"latex": "maybe", "problem": "x" * 501, "diabetes": "yes", "metal": "?"}
    assert sorted(wrong_answers(asked, said)) == ["latex", "problem"]
    assert wrong_answers(asked, {"latex": "", "recent": "y" * 500}) == []


def test_answers_are_read_strictly_and_the_quick_way_fills_in_no():
    asked = questions_of(["general"], "male")
    said = read_answers(
        asked, {"latex": "maybe", "diabetes": "yes", "problem": " 咳嗽 ", "x": "yes"}
    )
    assert said == {"diabetes": "yes", "problem": "咳嗽"}
    assert "latex" in missing(asked, said)
    whole = nothing_to_tell(asked, said)
    assert missing(asked, whole) == []
    assert (whole["diabetes"], whole["latex"]) == ("yes", "no")
    assert is_alarming(asked, {"alarm": "yes"})
    assert not is_alarming(asked, whole)
