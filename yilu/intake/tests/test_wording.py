"""What is said, what is denied, what was long ago."""

import pytest

from yilu.intake.rules.pretriage import rules
from yilu.intake.rules.wording import Heard, hear

pytestmark = pytest.mark.covers("B05")


def heard(text: str) -> Heard:
    return hear(text, rules().words)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("胸口痛了半小时", "chest_pain"),
        ("没吃药，胸痛", "chest_pain"),
        ("没吃药胸痛三个小时", "chest_pain"),
        ("没有发烧 没有咳嗽 就是喘", "dyspnoea"),
        ("不是感冒，但胸痛", "chest_pain"),
        ("血止不住", "bleeding_hard"),
        ("I have chest pain", "chest_pain"),
        ("去年开始胸痛，现在越来越痛", "chest_pain"),
        ("ＣＨＥＳＴ　ＰＡＩＮ", "chest_pain"),
    ],
)
def test_what_somebody_has_is_heard(text: str, finding: str) -> None:
    assert finding in heard(text).now


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("没有胸痛", "chest_pain"),
        ("没有发烧和胸痛", "chest_pain"),
        ("胸不痛", "chest_pain"),
        ("肚子不痛", "belly_pain"),
        ("no fever, no chest pain", "chest_pain"),
        ("no fever or cough", "cough"),
        ("without any chest pain", "chest_pain"),
        ("没有想死的念头", "suicidal"),
        ("小便正常，大小便失禁没有", "cauda"),
        ("好看死了", "suicidal"),
        ("痛得想死", "suicidal"),
        ("", "chest_pain"),
    ],
)
def test_what_somebody_denies_is_not(text: str, finding: str) -> None:
    assert finding not in heard(text).now


def test_what_was_long_ago_is_kept_apart() -> None:
    said = heard("半年前胸痛过，现在没事")
    assert "chest_pain" in said.past
    assert "chest_pain" not in said.now


def test_a_text_of_any_length_and_signs_is_read_quickly_and_breaks_nothing() -> None:
    for junk in ("痛" * 5000, "不没没有" * 900, "\x00\ud800", "(((((((", "😀" * 300):
        assert isinstance(heard(junk), Heard)
