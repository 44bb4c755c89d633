"""Risk scores: every published vector, both sides of edges, and what is refused."""

from decimal import Decimal

import pytest

from yilu.clinical.rules.risks import (
    inputs,
    reasons,
    risk,
    risk_keys,
    risk_reading,
    risk_rules,
)

pytestmark = pytest.mark.covers("C11")


def typed(names: str, row: str) -> dict[str, str]:
    """A published vector as a form has it; 0 and 1 are no and yes, cholesterol is in mg/dL."""
    return {name: _typed(name, text) for name, text in zip(names.split(), row.split(), strict=True)}


def _typed(name: str, text: str) -> str:
    if name == "sex":
        return {"M": "male", "F": "female"}[text]
    if name in {"cholesterol", "hdl"}:
        return str(Decimal(text) / Decimal("38.67"))
    return ("no", "yes")[int(text)] if inputs()[name].options else text


def test_findrisc_adds_up_as_published():
    given = {
        "age": "50", "sex": "male", "bmi": "27", "waist": "98", "active_daily": "no",
        "greens_daily": "yes", "bp_drug_ever": "yes", "high_glucose_ever": "no",
        "diabetes_relatives": "none",
    }  # fmt: skip
    worst = given | {
        "age": "65", "bmi": "30.1", "waist": "103", "greens_daily": "no",
        "high_glucose_ever": "yes", "diabetes_relatives": "first",
    }  # fmt: skip

    found = risk("findrisc", given)

    assert (found.total, found.band) == (10, "slight")
    assert found.points["waist"] == 3
    assert (risk("findrisc", worst).total, risk("findrisc", worst).band) == (26, "very_high")
    assert risk("findrisc", given | {"bmi": "30"}).points["bmi"] == 1
    assert risk("findrisc", given | {"waist": "102.0"}).points["waist"] == 3


@pytest.mark.parametrize(
    ("row", "total"),
    [
        ("45 135 88 25 1 M", 36),
        ("31 142 96 30.5 0 M", 28),
        ("30 108 68 21 0 F", 4),
        ("52 118 79 23.5 0 F", 20),
        ("66 165 95 31 1 M", 51),
    ],
)
def test_the_chinese_diabetes_score_adds_up_as_published(row, total):
    found = risk("cdrs", typed("age systolic waist bmi diabetes_parents sex", row))

    assert found.total == total
    assert found.band == ("test" if total >= 25 else "low")


@pytest.mark.parametrize(
    ("row", "per_cent", "band"),
    [
        ("M 55 140 0 200 45 90 1 0 1 1 0", "9.30", "moderate"),
        ("M 60 150 1 200 45 90 0 1 0 1 1", "13.68", "high"),
        ("F 60 150 1 200 50 85 0 1 1 1 0", "12.02", "high"),
        ("F 50 120 0 180 55 75 0 0 0 0 0", "0.86", "low"),
        ("M 60 120 0 180 50 85 0 0 0 0 0", "4.70", "low"),
    ],
)
def test_china_par_comes_out_as_published(row, per_cent, band):
    names = "sex age systolic bp_treated cholesterol hdl waist smoker diabetes north urban"

    found = risk("china_par", typed(f"{names} ascvd_relatives", row))

    assert (found.total, found.band) == (Decimal(per_cent), band)


@pytest.mark.parametrize(
    ("key", "row", "per_cent"),
    [
        ("pce", "M 55 213 50 120 0 0 0", "5.38"),
        ("pce", "F 55 213 50 120 0 0 0", "2.05"),
        ("pce", "M 60 240 40 150 1 1 1", "46.26"),
        ("framingham", "M 55 213 50 140 0 0 0", "13.53"),
        ("framingham", "F 61 180 47 124 0 1 0", "10.48"),
        ("framingham", "M 53 161 55 125 1 0 1", "15.62"),
    ],
)
def test_the_foreign_heart_scores_come_out_as_published(key, row, per_cent):
    names = "sex age cholesterol hdl systolic bp_treated smoker diabetes"

    assert risk(key, typed(names, row)).total == Decimal(per_cent)


@pytest.mark.parametrize(
    ("key", "given", "total", "band"),
    [
        ("ckd_epi", {"sex": "male", "age": "50", "creatinine": "88.4"}, "91.7", "g1"),
        ("ckd_epi", {"sex": "female", "age": "60", "creatinine": "88.4"}, "64.5", "g2"),
        ("ckd_epi", {"sex": "male", "age": "70", "creatinine": "150"}, "42.9", "g3b"),
        ("ckd_epi", {"sex": "female", "age": "35", "creatinine": "53.0"}, "120.0", "g1"),
        ("cockcroft_gault",
         {"sex": "male", "age": "70", "weight": "60", "creatinine": "150"}, "34.4", ""),
        ("cockcroft_gault",
         {"sex": "female", "age": "80", "weight": "45", "creatinine": "88.4"}, "31.9", ""),
        ("schwartz", {"age": "6", "height": "115", "creatinine": "42"}, "99.9", ""),
        ("body_surface", {"height": "170", "weight": "65"}, "1.752", ""),
        ("tyg", {"age": "50", "triglycerides": "1.7", "fasting_glucose": "6.1"}, "9.021", ""),
        ("mean_glucose", {"hba1c": "7.0"}, "8.54", ""),
    ],
)  # fmt: skip
def test_kidney_and_body_come_out_as_published(key, given, total, band):
    found = risk(key, given)

    assert round(found.total, -Decimal(total).as_tuple().exponent) == Decimal(total)
    assert found.band == band


@pytest.mark.parametrize(
    ("systolic", "diastolic", "band"),
    [
        ("119", "79", "normal"), ("120", "70", "high_normal"), ("110", "80", "high_normal"),
        ("140", "70", "grade1"), ("130", "90", "grade1"), ("160", "70", "grade2"),
        ("150", "100", "grade2"), ("180", "70", "grade3"), ("120", "110", "grade3"),
    ],
)  # fmt: skip
def test_the_worse_number_gives_the_class_of_blood_pressure(systolic, diastolic, band):
    given = {"age": "40", "systolic": systolic, "diastolic": diastolic}

    assert risk("blood_pressure", given).band == band


def test_phq9_warns_of_the_last_item_whatever_the_sum():
    all_ones = {"age": "30", **{f"phq_{n}": "1" for n in range(1, 10)}}
    without = all_ones | {"phq_9": "0"}

    found = risk("phq9", all_ones)

    assert (found.total, found.band) == (9, "mild")
    assert len(risk_reading("phq9", found.band, found.inputs).warnings) == 1
    assert risk_reading("phq9", "mild", risk("phq9", without).inputs).warnings == ()


def test_stop_bang_is_high_by_count_or_by_two_with_one_of_the_body():
    given = {
        "snores": "yes", "tired": "yes", "apnoea_seen": "no", "hypertension": "no", "bmi": "30",
        "age": "55", "neck": "40", "sex": "male",
    }  # fmt: skip

    lifted, counted = risk("stop_bang", given), risk("stop_bang", given | {"sex": "female"})

    assert (lifted.total, lifted.band) == (4, "high")
    assert (counted.total, counted.band) == (3, "intermediate")
    assert risk("stop_bang", given | {"sex": "female", "neck": "41"}).band == "high"


def test_nicotine_pneumonia_atrial_fibrillation_sepsis_and_lungs():
    smoker = {
        "age": "40", "first_cigarette": "m5", "refrains_hardly": "yes", "worst_to_miss": "first",
        "cigarettes_a_day": "30", "more_in_the_morning": "yes", "smokes_when_ill": "no",
    }  # fmt: skip
    ill = {"age": "65", "confused": "no", "urea": "7.1", "respiratory_rate": "29",
           "systolic": "100", "diastolic": "60"}  # fmt: skip
    heart = {"age": "75", "sex": "female", "heart_failure": "no", "hypertension": "no",
             "diabetes": "no", "stroke": "no", "vascular_disease": "no"}  # fmt: skip
    lungs = {"age": "60", "exacerbations": "1", "copd_admissions": "0", "cat_total": "9",
             "mmrc": "1"}  # fmt: skip

    assert (risk("fagerstrom", smoker).total, risk("fagerstrom", smoker).band) == (8, "very_high")
    assert (risk("curb65", ill).total, risk("curb65", ill).band) == (3, "severe")
    assert risk("curb65", ill | {"diastolic": "61"}).total == 2
    assert risk("cha2ds2_vasc", heart).band == "anticoagulate"
    assert risk("cha2ds2_vasc", heart | {"age": "70"}).band == "consider"
    assert risk("cha2ds2_vasc", heart | {"age": "70", "sex": "male"}).band == "consider"
    assert risk("qsofa", ill | {"respiratory_rate": "22"}).band == "positive"
    assert risk("gold", lungs).band == "a"
    assert risk("gold", lungs | {"mmrc": "2"}).band == "b"
    assert risk("gold", lungs | {"copd_admissions": "1"}).band == "e"


def test_what_is_missing_wrong_or_out_of_age_is_said_and_nothing_is_computed():
    given = {"sex": "male", "age": "17", "creatinine": "80"}

    assert reasons("ckd_epi", given).age == {"from": 18}
    assert reasons("ckd_epi", {"age": "40", "creatinine": "9"}).missing == ("sex",)
    assert reasons("ckd_epi", given | {"age": "40", "creatinine": "9"}).wrong == ("creatinine",)
    for hostile in ("NaN", "-1", "1e9", "many", "Infinity"):
        assert reasons("ckd_epi", given | {"age": "40", "creatinine": hostile}).wrong
        assert risk("ckd_epi", given | {"age": "40", "creatinine": hostile}) is None
    assert not reasons("ckd_epi", given | {"age": "18"})


@pytest.mark.parametrize("key", risk_keys())
def test_each_score_has_its_words_and_asks_only_for_what_is_known(key):
    rules = risk_rules(key)

    assert rules.key == key
    assert set(rules.body["asks"]) <= set(inputs())
    used = {*rules.body.get("points", ()), *rules.body.get("sums", ())} - {"pressure"}
    assert used <= set(rules.body["asks"])
    for words in (rules.body["title"], rules.body["says"]):
        assert set(words) == {"zh-Hans", "en"}
    for results in [rules.body.get("results", []), *rules.body.get("by_sex", {}).values()]:
        assert all(set(one["title"]) == {"zh-Hans", "en"} for one in results)
        limits = [Decimal(str(one["at_least"])) for one in results]
        assert limits == sorted(limits, reverse=True)
        assert not limits or limits[-1] == 0
