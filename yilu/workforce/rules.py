"""How a person's name is spelt in Latin letters, and passwords made for people."""

import secrets
from collections.abc import Iterable

from django.utils.translation import pgettext_lazy
from pypinyin import Style, pinyin

# The languages in which staff speak with patients, as BCP 47 and the clinic name them.
LANGUAGES = {
    "zh-Hans": pgettext_lazy("language", "Mandarin"),
    "yue": pgettext_lazy("language", "Cantonese"),
    "wuu": pgettext_lazy("language", "Shanghainese"),
    "en": pgettext_lazy("language", "English"),
    "ja": pgettext_lazy("language", "Japanese"),
    "ko": pgettext_lazy("language", "Korean"),
    "sign": pgettext_lazy("language", "Sign language"),
}
MANDARIN = "zh-Hans"

# Surnames that are read otherwise than the same character elsewhere.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "盖": "ge",
    "朴": "piao", "翟": "zhai", "任": "ren", "乐": "yue", "种": "chong", "缪": "miao", "覃": "qin",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "宿": "su", "召": "shao", "华": "hua",
}  # fmt: skip
_DOUBLE = {
    "欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "东方", "尉迟", "公孙", "慕容", "长孙", "司徒",
    "令狐", "万俟", "端木", "独孤", "南宫",
}  # fmt: skip
# No characters that are mistaken for one another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def known_languages(said: Iterable[str]) -> list[str]:
    """What was said, in the order of the list; what is not in it falls out."""
    wanted = set(said)
    return [one for one in LANGUAGES if one in wanted]


def latin_name(name: str) -> str:
    """A Chinese name in pinyin, surname first: 欧阳小明 is “Ouyang Xiaoming”. Others stay."""
    plain = name.strip().replace("·", "")
    if not plain or not all("\u3400" <= character <= "\u9fff" for character in plain):
        return name.strip()
    cut = 2 if plain[:2] in _DOUBLE and len(plain) > 2 else 1
    surname, given = plain[:cut], plain[cut:]
    first = _SURNAMES.get(surname) or _letters(surname)
    return f"{first.capitalize()} {_letters(given).capitalize()}".strip()


def new_password() -> str:
    """A password to be told once: four groups of four, about 78 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _letters(text: str) -> str:
    return "".join(one[0] for one in pinyin(text, style=Style.NORMAL))
