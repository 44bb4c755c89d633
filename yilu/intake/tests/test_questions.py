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
)

pytestmark = pytest.mark.covers("A23")


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
    ],
)
def test_each_risk_stands_out_where_it_matters(answers, service, specialty, risk):
    assert keys(answers, service, specialty) == [risk]
    opposite = {key: "no" if value == "yes" else "yes" for key, value in answers.items()}
    assert keys(opposite, service, specialty) == []
    if risk != "latex":
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
