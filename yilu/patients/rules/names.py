"""Names: how they sound, and the words under which a person can be found.

A name is found by its characters, its syllables in every reading, the beginning of any of
them, its initials, and all of it run together, so that 张, zhang, zha, zx, zxm, 小明 and
zhangxiaoming all find 张小明. All these words lie in one array per patient.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby, islice, product

from pypinyin import Style, pinyin

from yilu.patients.rules.surnames import COMPOUND, SURNAMES
from yilu.patients.rules.text import fold
from yilu.patients.rules.unknown import unknown_said

SEPARATORS = "·•・‧∙."
LONGEST_PREFIX = 20
MOST_READINGS = 8


def is_han(character: str) -> bool:
    """Whether a character is Han writing, those of the supplementary planes too."""
    return unicodedata.name(character, "").startswith("CJK ") or 0x20000 <= ord(character) < 0x40000


def name_pinyin(name: str) -> str:
    """A name in Latin letters, `Zhang Xiaoming`, as English readers see it.

    A character that nobody has a reading for stands for itself; Latin names stay as they are.
    """
    if said := unknown_said(name):
        return said
    if not any(map(is_han, name)):
        return name
    segments = _segments(name)
    if len(segments) == 1:
        return _spelled(segments[0])
    return " ".join("".join(_spelling(part)).capitalize() for part in segments)


def name_tokens(name: str) -> list[str]:
    """Every word under which a name is found, sorted."""
    tokens: set[str] = set()
    for part in _segments(name):
        for is_chinese, characters in groupby(part, is_han):
            if not is_chinese:
                tokens |= _latin_tokens("".join(characters))
        if any(map(is_han, part)):
            tokens |= _han_tokens(part.replace("ü", "v"))
    tokens |= _joined_tokens(_segments(name)) | _latin_tokens(fold(unknown_said(name)))
    return sorted(tokens - {""})


def query_tokens(typed: str) -> list[str]:
    """The words that a search for `typed` must all find: characters apart, letters together."""
    tokens: list[str] = []
    for word in _words(typed):
        letters = ""
        for character in word:
            if is_han(character):
                tokens += [letters, character] if letters else [character]
                letters = ""
            else:
                letters += character
        tokens.append(letters)
    found = (token[:LONGEST_PREFIX] for token in tokens if any(map(str.isalnum, token)))
    return list(dict.fromkeys(found))


def readings(character: str) -> list[str]:
    """All the ways to say a character, without tones, the usual one first; ü is v."""
    return list(_readings(character))


@lru_cache(maxsize=20_000)
def _readings(character: str) -> tuple[str, ...]:
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    plain = [_plain(one) for one in found[0]] if found else []
    return tuple(dict.fromkeys(one for one in plain if one.isascii() and one.isalpha()))


def _plain(syllable: str) -> str:
    return syllable.replace("ü", "v").replace("ê", "e").replace("m̀", "m").replace("ǹ", "n")


def _segments(name: str) -> list[str]:
    return [part for part in re.split(rf"[\s{re.escape(SEPARATORS)}]+", fold(name)) if part]


def _words(typed: str) -> list[str]:
    text = fold(typed).replace("ü", "v")
    return [w for w in re.split(rf"[\s,，、;'’\-{re.escape(SEPARATORS)}]+", text) if w]


def _surname(part: str) -> tuple[str, list[list[str]]]:
    """The surname that a name begins with, and its syllables' readings, the right one first."""
    surname = part[:2] if part[:2] in COMPOUND and len(part) > 2 else part[:1]
    known = COMPOUND.get(surname) or ((SURNAMES[surname],) if surname in SURNAMES else ())
    syllables = []
    for n, character in enumerate(surname):
        usual = [known[n]] if known else []
        syllables.append(list(dict.fromkeys([*usual, *readings(character)])) or [character])
    return surname, syllables


def _syllables(part: str) -> list[list[str]]:
    """The readings of each character of a name, the right one first."""
    surname, syllables = _surname(part)
    rest = [readings(character) or [character] for character in part[len(surname) :]]
    return syllables + rest


def _spelling(part: str) -> list[str]:
    return [options[0] for options in _syllables(part)]


def _spelled(part: str) -> str:
    first = _spelling(part)
    surname, _ = _surname(part)
    family, given = "".join(first[: len(surname)]), "".join(first[len(surname) :])
    return f"{family.capitalize()} {given.capitalize()}".strip()


def _han_tokens(part: str) -> set[str]:
    syllables = _syllables(part)
    tokens = set(part)
    for options in syllables:
        for syllable in options:
            tokens |= _prefixes(syllable) | _prefixes(syllable.replace("v", "u"))
    spoken = [_with_u(options[:2]) for options in syllables[:LONGEST_PREFIX]]
    for reading in islice(product(*spoken), MOST_READINGS):
        tokens |= _run_together(reading)
    return tokens


def _with_u(syllables: list[str]) -> list[str]:
    """The syllables, and lu beside lv, as people also write it."""
    return list(dict.fromkeys([*syllables, *(s.replace("v", "u") for s in syllables)]))


def _run_together(reading: tuple[str, ...]) -> set[str]:
    initials = "".join(syllable[0] for syllable in reading)
    tokens = {initials[start:] for start in range(len(initials))}
    tokens |= _prefixes(initials) | _prefixes("".join(reading), at_least=len(reading[0]))
    tokens |= _prefixes(reading[0] + initials[1:], at_least=len(reading[0]))
    return tokens | {"".join(reading[1:])[:LONGEST_PREFIX]} - {""}


def _latin_tokens(part: str) -> set[str]:
    plain = _without_marks(part)
    words = [w for w in re.split(r"[^\w]+", plain) if w] or [plain]
    tokens = set().union(*(_prefixes(word) for word in words))
    return tokens | _prefixes(part.replace("ü", "v"))


def _joined_tokens(segments: list[str]) -> set[str]:
    """A name of several parts run together, and the initials of its parts."""
    if len(segments) < 2:
        return set()
    spoken = ["".join(_spelling(part)) for part in segments]
    joined = {"".join(spoken)[:LONGEST_PREFIX], "".join(reversed(spoken))[:LONGEST_PREFIX]}
    initials = "".join(word[0] for word in spoken)[:LONGEST_PREFIX]
    return joined | _prefixes(initials) | {initials[::-1]}


def _prefixes(word: str, at_least: int = 1) -> set[str]:
    return {word[:length] for length in range(at_least, min(len(word), LONGEST_PREFIX) + 1)}


def _without_marks(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(c for c in parts if not unicodedata.combining(c))
