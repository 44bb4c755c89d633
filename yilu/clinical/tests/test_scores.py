"""NEWS2, MEWS, body mass, pain and fall risk: every vector, and both sides of every edge."""

from decimal import Decimal

import pytest

from yilu.clinical.rules.rulesets import ruleset
from yilu.clinical.rules.scores import (
    About,
    body_mass,
    pain,
    points_score,
    reading,
    score_vitals,
    why_not,
    with_scale,
)

ADULT = About(age=40)
WELL = {
    "respiratory_rate": "18",
    "spo2": "97",
    "oxygen": "no",
    "systolic": "120",
    "pulse": "75",
    "consciousness": "A",
    "temperature": "36.8",
}


def news2(about: About = ADULT, **changed: str):
    return points_score("news2", with_scale(WELL | changed, about), about)


def measured(*values: str) -> dict[str, str]:
    return dict(zip(WELL, values, strict=True))


@pytest.mark.covers("B06")
@pytest.mark.parametrize(
    ("values", "target", "total", "band"),
    [
        (measured("18", "97", "no", "120", "75", "A", "36.8"), False, 0, "none"),
        (measured("22", "93", "no", "100", "112", "A", "38.5"), False, 9, "emergency"),
        (measured("20", "95", "yes", "115", "88", "A", "37.0"), True, 4, "low"),
        (measured("25", "98", "no", "120", "80", "A", "37.0"), False, 3, "single_three"),
    ],
)
def test_the_published_vectors_of_news2_come_out(values, target, total, band):
    about = About(age=40, oxygen_target=target)

    found = points_score("news2", with_scale(values, about), about)

    assert (found.total, found.band) == (total, band)


def test_the_second_vector_adds_up_as_it_is_written():
    found = news2(respiratory_rate="22", spo2="93", systolic="100", pulse="112", temperature="38.5")

    assert list(found.points.values()) == [2, 2, 0, 2, 2, 0, 1]


NEWS2_EDGES = [
    *[("respiratory_rate", v, p) for v, p in
      [("8", 3), ("9", 1), ("11", 1), ("12", 0), ("20", 0), ("21", 2), ("24", 2), ("25", 3)]],
    *[("spo2", v, p) for v, p in
      [("91", 3), ("92", 2), ("93", 2), ("94", 1), ("95", 1), ("96", 0), ("100", 0)]],
    *[("systolic", v, p) for v, p in
      [("90", 3), ("91", 2), ("100", 2), ("101", 1), ("110", 1), ("111", 0), ("219", 0),
       ("220", 3)]],
    *[("pulse", v, p) for v, p in
      [("40", 3), ("41", 1), ("50", 1), ("51", 0), ("90", 0), ("91", 1), ("110", 1), ("111", 2),
       ("130", 2), ("131", 3)]],
    *[("temperature", v, p) for v, p in
      [("35.0", 3), ("35.1", 1), ("36.0", 1), ("36.1", 0), ("38.0", 0), ("38.1", 1), ("39.0", 1),
       ("39.1", 2)]],
    *[("consciousness", v, p) for v, p in [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)]],
    *[("oxygen", v, p) for v, p in [("no", 0), ("yes", 2)]],
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "points"), NEWS2_EDGES)
def test_each_edge_of_news2_falls_into_its_band(name, value, points):
    assert news2(**{name: value}).points[name] == points


@pytest.mark.parametrize(
    ("spo2", "oxygen", "points"),
    [
        ("83", "no", 3), ("84", "no", 2), ("85", "no", 2), ("86", "no", 1), ("87", "no", 1),
        ("88", "no", 0), ("92", "no", 0), ("93", "no", 0), ("97", "no", 0),
        ("83", "yes", 3), ("84", "yes", 2), ("85", "yes", 2), ("86", "yes", 1), ("87", "yes", 1),
        ("88", "yes", 0), ("92", "yes", 0), ("93", "yes", 1), ("94", "yes", 1), ("95", "yes", 2),
        ("96", "yes", 2), ("97", "yes", 3), ("100", "yes", 3),
    ],
)  # fmt: skip
def test_scale_two_of_saturation_looks_at_oxygen(spo2, oxygen, points):
    about = About(age=70, oxygen_target=True)

    assert news2(about, spo2=spo2, oxygen=oxygen).points["spo2"] == points


def test_scale_two_is_used_only_with_a_documented_target():
    assert news2(About(70, oxygen_target=True), spo2="90").points["spo2"] == 0
    assert news2(About(70), spo2="90").points["spo2"] == 3


def test_a_total_of_seven_outranks_a_single_three_and_five_too():
    assert news2(respiratory_rate="25", temperature="39.1", pulse="111").band == "emergency"
    assert news2(respiratory_rate="25", temperature="39.1").band == "urgent"
    assert news2(respiratory_rate="25").single_three is True
    assert news2(temperature="38.5").band == "low"


@pytest.mark.parametrize(
    ("about", "values", "reasons"),
    [
        (About(15), WELL, ["age"]),
        (About(None), WELL, ["age"]),
        (About(30, pregnant=True), WELL, ["pregnant"]),
        (ADULT, WELL | {"spo2": ""}, ["spo2"]),
        (ADULT, {"pulse": "80"}, [
            "respiratory_rate", "spo2", "oxygen", "systolic", "consciousness", "temperature"]),
        (About(16), WELL, []),
    ],
)  # fmt: skip
def test_news2_says_why_it_is_not_computed(about, values, reasons):
    assert why_not("news2", values, about) == reasons
    assert (points_score("news2", values, about) is None) is bool(reasons)


MEWS_EDGES = [
    *[("systolic", v, p) for v, p in
      [("70", 3), ("71", 2), ("80", 2), ("81", 1), ("100", 1), ("101", 0), ("199", 0), ("200", 2)]],
    *[("pulse", v, p) for v, p in
      [("40", 2), ("41", 1), ("50", 1), ("51", 0), ("100", 0), ("101", 1), ("110", 1), ("111", 2),
       ("129", 2), ("130", 3)]],
    *[("respiratory_rate", v, p) for v, p in
      [("8", 2), ("9", 0), ("14", 0), ("15", 1), ("20", 1), ("21", 2), ("29", 2), ("30", 3)]],
    *[("temperature", v, p) for v, p in [("34.9", 2), ("35.0", 0), ("38.4", 0), ("38.5", 2)]],
    *[("consciousness", v, p) for v, p in [("A", 0), ("V", 1), ("P", 2), ("U", 3)]],
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "points"), MEWS_EDGES)
def test_each_edge_of_mews_falls_into_its_band(name, value, points):
    assert points_score("mews", WELL | {name: value}, ADULT).points[name] == points


@pytest.mark.parametrize(
    ("changed", "total", "band"),
    [
        ({"respiratory_rate": "14"}, 0, "low"),
        ({"systolic": "70", "respiratory_rate": "14"}, 3, "low"),
        ({"systolic": "70", "pulse": "111", "respiratory_rate": "14"}, 5, "escalate"),
        ({"systolic": "70", "pulse": "130", "respiratory_rate": "30"}, 9, "escalate"),
        ({"systolic": "70", "pulse": "130", "respiratory_rate": "30", "consciousness": "V"}, 10,
         "critical"),
    ],
)  # fmt: skip
def test_mews_is_banded(changed, total, band):
    found = points_score("mews", WELL | changed, ADULT)

    assert (found.total, found.band) == (total, band)


def test_mews_leaves_new_confusion_to_news2():
    assert points_score("mews", WELL | {"consciousness": "C"}, ADULT) is None


@pytest.mark.parametrize(
    ("weight", "height", "age", "index", "band"),
    [
        ("63.5", "165", 40, "23.3", "normal"),
        ("50.3", "165", 40, "18.5", "normal"),
        ("50.0", "165", 40, "18.4", "thin"),
        ("65.3", "165", 40, "24.0", "overweight"),
        ("76.2", "165", 40, "28.0", "obese"),
        ("20.0", "110", 6, "16.5", ""),
    ],
)
def test_body_mass_is_banded_for_adults_only(weight, height, age, index, band):
    found = body_mass({"weight": weight, "height": height}, About(age))

    assert (found.total, found.band) == (Decimal(index), band)


@pytest.mark.parametrize(
    ("named", "band"),
    [("0", "none"), ("1", "mild"), ("3", "mild"), ("4", "moderate"), ("6", "moderate"),
     ("7", "severe"), ("10", "severe")],
)  # fmt: skip
def test_pain_is_graded(named, band):
    assert pain({"pain": named}).band == band


MORSE = {"fall_history": "yes", "second_diagnosis": "yes", "walking_aid": "stick",
         "infusion": "yes", "gait": "weak", "mental": "knows_limits"}  # fmt: skip


def test_the_published_vector_of_the_fall_scale_comes_out():
    found = points_score("morse", MORSE, ADULT)

    assert (found.total, found.band) == (85, "high")


@pytest.mark.parametrize(
    ("changed", "total", "band"),
    [
        ({"infusion": "no", "walking_aid": "none", "fall_history": "no", "gait": "normal"}, 15,
         "low"),
        ({"infusion": "no", "walking_aid": "none", "second_diagnosis": "no", "gait": "normal"}, 25,
         "moderate"),
        ({"infusion": "yes", "walking_aid": "none", "second_diagnosis": "no", "gait": "normal"}, 45,
         "high"),
    ],
)  # fmt: skip
def test_the_fall_scale_is_banded(changed, total, band):
    found = points_score("morse", MORSE | changed, ADULT)

    assert (found.total, found.band) == (total, band)


def test_only_what_was_measured_is_scored():
    found = [one.ruleset for one in score_vitals({"pain": "2"}, ADULT)]

    assert found == ["pain"]


RULESETS = ["news2", "mews", "bmi", "pain", "morse", "humpty_dumpty", "acuity", "vitals"]
RULESETS += ["allergy_groups", "drug_limits", "interactions", "dosing", "note_forms"]


@pytest.mark.parametrize("key", RULESETS)
def test_every_rule_set_says_its_version_source_and_since_when(key):
    rules = ruleset(key)

    assert rules.key == key
    assert "" not in (rules.version, rules.source, rules.mark)
    assert rules.effective_from.year >= 1985


@pytest.mark.parametrize("key", ["news2", "mews", "bmi", "pain", "morse", "humpty_dumpty"])
def test_every_band_has_words_in_both_languages(key):
    for result in ruleset(key).body["results"]:
        assert set(result["title"]) == {"zh-Hans", "en"}
        assert reading(key, result["band"]).band == result["title"]
