"""How names sound, and by what they are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yilu.patients.rules.highlights import highlighted
from yilu.patients.rules.names import LONGEST_PREFIX, name_pinyin, name_tokens, query_tokens
from yilu.patients.rules.text import tidy

pytestmark = pytest.mark.covers("B01")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("张小明", "Zhang Xiaoming"), ("单小明", "Shan Xiaoming"), ("曾国", "Zeng Guo"),
        ("解放", "Xie Fang"), ("仇英", "Qiu Ying"), ("查理", "Zha Li"), ("区小区", "Ou Xiaoqu"),
        ("盖聂", "Ge Nie"), ("任重", "Ren Zhong"), ("尉迟恭", "Yuchi Gong"),
        ("单于飞", "Chanyu Fei"), ("欧阳修", "Ouyang Xiu"), ("欧阳", "Ou Yang"),
        ("阿依古丽·买买提", "Ayiguli Maimaiti"), ("John Smith", "John Smith"),
        ("\U00020bb7田明", "\U00020bb7 Tianming"), ("吕女", "Lv Nv"),
        ("无名氏男202611231205", "Unknown male 202611231205"),
    ],
)  # fmt: skip
def test_a_name_is_said_as_its_bearer_says_it(name, said):
    assert name_pinyin(name) == said


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("曾国", "zeng"), ("曾国", "ceng"), ("单于飞", "chanyufei"), ("单于飞", "cyf"),
        ("阿依古丽·买买提", "maimaiti"), ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽·买买提", "ayiguli"), ("John O'Neill", "o'neill"), ("John O'Neill", "jo"),
        ("José", "jose"), ("José", "JOSÉ"), ("吕女", "lü"), ("吕女", "lv"), ("吕女", "lunv"),
        ("\U00020bb7田明", "\U00020bb7"), ("\U00020bb7田明", "tianming"),
        ("欧阳修", "ouyang x"), ("ＪＯＨＮ", "john"), ("محمد علي", "علي"),
        ("无名氏女202611231205-2", "无名氏"), ("无名氏女202611231205-2", "unknown fem"),
    ],
)  # fmt: skip
def test_every_way_to_type_a_name_finds_it(name, typed):
    assert set(query_tokens(typed)) <= set(name_tokens(name))


@given(st.text(st.characters(categories=["L", "Zs"]), min_size=1, max_size=100))
def test_any_name_is_found_by_itself_in_tokens_that_can_be_kept(name):
    kept = tidy(name)
    tokens = name_tokens(kept)

    assert set(query_tokens(kept)) <= set(tokens)
    assert all(0 < len(token) <= LONGEST_PREFIX for token in tokens)


@pytest.mark.parametrize(
    ("name", "typed", "parts"),
    [
        ("张小明", "小明", (("张", False), ("小明", True))),
        ("张小明", "zhang", (("张小明", False),)),
        ("John Smith", "smi", (("John ", False), ("Smi", True), ("th", False))),
    ],
)
def test_what_was_typed_is_marked(name, typed, parts):
    assert highlighted(name, tuple(query_tokens(typed))) == parts
