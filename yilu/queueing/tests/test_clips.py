"""What a wall without a voice says: the number always, the place if its words are known."""

import json
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yilu.queueing.rules import clips

pytestmark = pytest.mark.covers("B09")
VOICE = Path(clips.__file__).parents[1] / "static" / "queueing" / "voice"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("诊室 3", "please A 0 1 2 number to 诊室 3"),
        ("3号诊室", "please A 0 1 2 number to 3 号 诊室"),
        ("B2 超声室", "please A 0 1 2 number to B 2 超声室"),
        ("收费窗口", "please A 0 1 2 number to 收费 窗口"),
        ("张医生诊室", "please A 0 1 2 number screen"),
        ("", "please A 0 1 2 number screen"),
    ],
)
def test_chinese(place, said):
    assert " ".join(clips.chinese("A012", place)) == said


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Room 3", "number A 0 1 2 to room 3"),
        ("Cashier window", "number A 0 1 2 to cashier window"),
        ("Room B2", "number A 0 1 2 to room B 2"),
        ("Dr Li's room", "number A 0 1 2 screen"),
    ],
)
def test_english(place, said):
    assert " ".join(clips.english("A012", place)) == said


@given(st.from_regex(r"[A-Z][0-9]{3}", fullmatch=True), st.text(max_size=20))
def test_whatever_a_place_is_called_every_clip_was_spoken(number, place):
    assert set(clips.chinese(number, place)) <= set(clips.CHINESE_WORDS)
    assert set(clips.english(number, place)) <= set(clips.ENGLISH_WORDS)


@pytest.mark.parametrize(
    ("language", "words"), [("zh", clips.CHINESE_WORDS), ("en", clips.ENGLISH_WORDS)]
)
def test_every_word_lies_in_the_sound_of_its_language(language, words):
    marks = json.loads((VOICE / f"{language}.json").read_text(encoding="utf-8"))
    with wave.open(str(VOICE / f"{language}.wav")) as sound:
        seconds = sound.getnframes() / sound.getframerate()

    assert set(marks) == set(words)
    for start, length in marks.values():
        assert 0.1 < length < 2.5
        assert start + length <= seconds
