"""The level that vital signs suggest: adults, children by age, late pregnancy; kept with inputs."""

import pytest

from yilu.clinical.rules.acuity import acuity, reasons
from yilu.clinical.rules.scores import About

pytestmark = pytest.mark.covers("B06")
ADULT = About(age=40, age_months=480)


def level(about: About, **values: str) -> int | None:
    found = acuity(values, about)
    return int(found.total) if found else None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"pulse": "39"}, 1), ({"pulse": "40"}, 2), ({"pulse": "49"}, 2), ({"pulse": "50"}, 2),
        ({"pulse": "55"}, 3), ({"pulse": "56"}, 4), ({"pulse": "99"}, 4), ({"pulse": "100"}, 3),
        ({"pulse": "150"}, 2), ({"pulse": "180"}, 2), ({"pulse": "181"}, 1),
        ({"systolic": "69"}, 1), ({"systolic": "70"}, 2), ({"systolic": "80"}, 2),
        ({"systolic": "90"}, 3), ({"systolic": "120"}, 4), ({"systolic": "180"}, 3),
        ({"systolic": "201"}, 2), ({"spo2": "79"}, 1), ({"spo2": "89"}, 2), ({"spo2": "94"}, 3),
        ({"spo2": "95"}, 4), ({"temperature": "41.1"}, 1), ({"temperature": "38.5"}, 4),
        ({"respiratory_rate": "36"}, 1), ({"pain": "7"}, 2), ({"pain": "4"}, 3), ({"pain": "3"}, 4),
        ({"glucose": "3.2"}, 1), ({"consciousness": "U"}, 1), ({"consciousness": "A"}, 4),
    ],
)  # fmt: skip
def test_bands_of_adults_take_the_more_severe_where_they_touch(
    values: dict[str, str], expected: int
) -> None:
    assert level(ADULT, **values) == expected


def test_the_early_warning_score_raises_the_level() -> None:
    values = {
        "systolic": "95", "pulse": "105", "respiratory_rate": "22", "temperature": "37.0",
        "consciousness": "A",
    }  # fmt: skip
    found = acuity(values, ADULT)
    assert found is not None
    assert (found.points["mews"], found.band) == (2, "level_2")
    assert reasons(found.points) == ("mews",)


@pytest.mark.parametrize(
    ("months", "values", "expected"),
    [
        (1, {"pulse": "205"}, 2), (1, {"pulse": "231"}, 1), (4, {"pulse": "180"}, 2),
        (8, {"respiratory_rate": "55"}, 2), (24, {"respiratory_rate": "41"}, 1),
        (48, {"pulse": "125"}, 2), (48, {"pulse": "110"}, 4), (100, {"pulse": "105"}, 2),
        (0, {"temperature": "38.0"}, 1), (2, {"temperature": "38.0"}, 4),
        (24, {"temperature": "41.0"}, 1), (24, {"spo2": "92"}, 2), (72, {"systolic": "131"}, 2),
        (48, {"systolic": "131"}, None), (24, {"pain": "8"}, 2),
    ],
)  # fmt: skip
def test_children_are_judged_by_the_values_of_their_age(
    months: int, values: dict[str, str], expected: int | None
) -> None:
    assert level(About(age=months // 12, age_months=months), **values) == expected


def test_late_pregnancy_has_bands_of_its_own() -> None:
    late = About(age=30, age_months=360, pregnant=True, weeks=32)
    early = About(age=30, age_months=360, pregnant=True, weeks=12)
    assert (level(late, systolic="165"), level(early, systolic="165")) == (2, 4)
    assert (level(late, systolic="220"), level(late, pulse="130"), level(late, pain="7")) == (
        1,
        1,
        1,
    )


def test_a_documented_low_saturation_target_keeps_saturation_out() -> None:
    assert level(About(age=70, age_months=840, oxygen_target=True), spo2="89") is None


def test_without_an_age_or_anything_measured_there_is_no_level() -> None:
    assert level(About(age=None), pulse="200") is None
    assert level(ADULT, weight="70") is None
