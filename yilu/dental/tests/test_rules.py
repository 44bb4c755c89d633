"""Notation, shorthand and what entries add up to: without a database."""

from dataclasses import dataclass

import pytest

from yilu.dental.rules import shorthand
from yilu.dental.rules.drawing import drawing
from yilu.dental.rules.findings import FINDINGS
from yilu.dental.rules.mouth import dmft, in_words, mouth
from yilu.dental.rules.notation import (
    PERMANENT,
    PRIMARY,
    dentition_at,
    rows,
    surface_name,
    surfaces_as_written,
    tooth_name,
)

pytestmark = pytest.mark.covers("C09")


@dataclass(frozen=True)
class One:
    tooth: str
    finding: str
    surfaces: str = ""
    layer: str = "existing"
    detail: str = ""


@pytest.mark.parametrize(
    ("text", "tooth", "surfaces", "meant"),
    [
        ("16 MO caries", "16", "MO", ("caries", "", "")),
        ("36 missing", "36", "", ("missing", "", "")),
        ("16 近中咬合 龋", "16", "MO", ("caries", "", "")),
        ("46 远中邻面、咬合面深龋", "46", "OD", ("caries", "deep", "")),
        ("36缺失", "36", "", ("missing", "", "")),
        ("11 M I filling composite", "11", "MI", ("filling", "composite", "")),
        ("26 mod 树脂充填 done", "26", "MOD", ("filling", "composite", "done")),
        ("48 拟拔除", "48", "", ("extraction", "", "planned")),
        ("38 planned extraction", "38", "", ("extraction", "", "planned")),
        ("31 松动Ⅱ度", "31", "", ("mobility", "2", "")),
        ("31 mobility I", "31", "", ("mobility", "1", "")),
        ("47 根管治疗后", "47", "", ("root_canal", "", "")),
        ("21 V wear", "21", "B", ("wear", "", "")),
        ("16 P secondary caries", "16", "L", ("secondary_caries", "", "")),
        ("55 O sealant", "55", "O", ("sealant", "", "")),
        ("caries 16 O", "16", "O", ("caries", "", "")),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(text, tooth, surfaces, meant):
    (said,) = shorthand.read(text)

    assert said.rest == ""
    assert said.teeth == [tooth]
    assert (said.finding, said.detail, said.layer) == meant
    assert said.about(tooth) == surfaces


def test_several_teeth_a_range_and_several_statements():
    first, second = shorthand.read("16,17 O caries； 13-11 missing")

    assert first.teeth == ["16", "17"]
    assert second.teeth == ["13", "12", "11"]


@pytest.mark.parametrize(
    "text", ["19 missing", "56 missing", "16 MX caries", "99", "16 <b> caries"]
)
def test_what_is_not_understood_says_where_it_ends(text):
    (said,) = shorthand.read(text)

    assert said.rest


def test_surfaces_have_one_form_on_each_tooth():
    assert surfaces_as_written("16", "lom") == "MOL"
    assert surfaces_as_written("11", "vo") == "IB"
    assert surfaces_as_written("41", "p") == "L"
    assert surfaces_as_written("16", "MX") == "XM" or "X" in surfaces_as_written("16", "MX")


def test_every_tooth_has_a_name_a_place_and_five_surfaces():
    assert len(PERMANENT) == 32
    assert len(PRIMARY) == 20
    assert len({tooth_name(tooth) for tooth in (*PERMANENT, *PRIMARY)}) == 52
    for dentition, many in (("permanent", 32), ("primary", 20), ("mixed", 52)):
        teeth = drawing(dentition).teeth
        assert len(teeth) == many
        assert all(len(one.surfaces) == 5 for one in teeth)
        assert len({(one.x, one.y) for one in teeth}) == many


def test_the_patients_right_stands_on_the_left_and_mesial_towards_the_middle():
    at = {one.tooth: one.x for one in drawing("permanent").teeth}
    assert at["18"] < at["11"] < at["21"] < at["28"]
    assert rows("permanent")[1][0] == "48"
    places = {one.tooth: dict(one.surfaces) for one in drawing("permanent").teeth}
    assert float(places["16"]["M"].split()[0][1:]) > at["16"]
    assert float(places["26"]["M"].split()[0][1:]) < at["26"]


@pytest.mark.parametrize(
    ("age", "shown"),
    [(None, "permanent"), (5, "primary"), (6, "mixed"), (12, "mixed"), (13, "permanent")],
)
def test_teeth_are_shown_by_age(age, shown):
    assert dentition_at(age) == shown


def test_later_entries_count_and_what_is_done_is_no_longer_planned():
    state = mouth([
        One("16", "caries", "MO"), One("16", "filling", "MO", "planned"),
        One("16", "filling", "MO", "done", "composite"),
    ])["16"]  # fmt: skip

    assert {s: m.code for s, m in state.surfaces.items()} == {"M": "filling", "O": "filling"}
    assert not state.planned_surfaces


def test_on_a_tooth_that_is_gone_is_nothing_any_more():
    state = mouth([
        One("36", "caries", "O"), One("36", "pulpitis"), One("36", "crown", layer="planned"),
        One("36", "extraction", layer="done"), One("36", "implant", layer="planned"),
    ])["36"]  # fmt: skip

    assert state.is_gone
    assert not state.surfaces
    assert not state.marks
    assert set(state.planned) == {"implant"}


def test_a_root_canal_ends_the_pulpitis_and_a_crown_covers_what_was_there():
    state = mouth([
        One("46", "pulpitis"), One("46", "caries", "D"), One("46", "root_canal", layer="done"),
        One("46", "crown", layer="done"),
    ])["46"]  # fmt: skip

    assert set(state.marks) == {"root_canal", "crown"}
    assert not state.surfaces


def test_decayed_missing_and_filled_teeth_count_once_without_wisdom_teeth():
    states = mouth([
        One("16", "caries", "O"), One("16", "filling", "M"), One("26", "filling", "O"),
        One("36", "missing"), One("38", "missing"), One("75", "caries", "O"),
    ])  # fmt: skip

    assert dmft(states) == (1, 1, 1)
    assert dmft(states, primary=True) == (1, 0, 0)


def test_a_tooth_is_said_in_one_sentence():
    state = mouth([One("36", "caries", "OD", detail="deep"), One("36", "crown", "", "planned")])

    words = in_words(state["36"])

    assert words.startswith("36 左下第一磨牙 · ")
    assert "深" in words
    assert "计划" in words
    assert surface_name("11", "B") == "唇侧"
    assert surface_name("16", "L") == "腭侧"


def test_every_finding_can_be_typed_and_no_two_share_a_key_or_a_word():
    keys = [one.key for one in FINDINGS.values() if one.key]
    words = [word for one in FINDINGS.values() for word in one.words]

    assert len(keys) == len(set(keys)) == 10
    assert len(words) == len(set(words))
