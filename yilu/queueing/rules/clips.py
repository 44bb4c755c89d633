"""What a wall says aloud as a row of recorded clips, for browsers without a voice. Pure.

A browser's own voice says everything; many televisions have none, or one that needs the internet.
Clips say the number always, and the place as far as its name is made of known words; else they ask
to look at the screen.
"""

import re

# The clips of each language: by their key, the words as they were spoken. `look/clips.py` makes
# them; a clinic may record its own voice under the same keys.
LETTERS = {letter: letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
CHINESE_WORDS = {
    **LETTERS,
    **dict(zip("0123456789", "零一二三四五六七八九", strict=True)),
    "please": "请",
    "number": "号",
    "to": "到",
    "screen": "请看屏幕",
    **{
        word: word
        for word in (
            *(
                "诊室",
                "诊疗室",
                "治疗室",
                "检查室",
                "化验室",
                "抢救室",
                "手术室",
                "注射室",
                "超声室",
            ),
            *("放射科", "牙椅", "椅位", "收费", "药房", "分诊", "导诊", "取药", "采血", "挂号"),
            *("窗口", "台", "楼", "室", "号"),
        )
    },
}
ENGLISH_WORDS = {
    **LETTERS,
    **dict(
        zip(
            "0123456789",
            ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            strict=True,
        )
    ),
    "number": "number",
    "to": "please go to",
    "screen": "please look at the screen",
    **{
        word: word
        for word in (
            *("room", "consulting", "treatment", "examination", "chair", "dental", "cashier"),
            *("pharmacy", "triage", "laboratory", "imaging", "ultrasound", "injection"),
            *("window", "desk", "counter", "front", "floor"),
        )
    },
}
_CHINESE = sorted((one for one in CHINESE_WORDS if not one.isascii()), key=len, reverse=True)
_PIECES = re.compile(rf"{'|'.join(_CHINESE)}|[0-9]|[A-Za-z]|\s+|.")


def chinese(number: str, place: str) -> list[str]:
    """The clips of “请 A 零 零 一 号，到 三 号 诊室”."""
    where = _chinese_place(place)
    return ["please", *number.upper(), "number", *(["to", *where] if where else ["screen"])]


def english(number: str, place: str) -> list[str]:
    """The clips of “number A zero zero one, please go to room three”."""
    where = _english_place(place)
    return ["number", *number.upper(), *(["to", *where] if where else ["screen"])]


def _chinese_place(place: str) -> list[str]:
    """The words of a place; none when one of them was never spoken."""
    pieces = [one.upper() for one in _PIECES.findall(place) if one.strip()]
    return pieces if all(one in CHINESE_WORDS for one in pieces) else []


def _english_place(place: str) -> list[str]:
    found: list[str] = []
    for word in re.findall(r"[A-Za-z]+|[0-9]|[^\sA-Za-z0-9]", place):
        if word.lower() in ENGLISH_WORDS:
            found.append(word.lower())
        elif word in ENGLISH_WORDS:
            found.append(word)
        else:
            return []
    return found
