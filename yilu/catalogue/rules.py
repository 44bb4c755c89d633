"""How names are found by what people type. Nothing here reads or writes.

A name is stored with its tokens: each Chinese character, each pair of neighbours, the pinyin of
each reading joined and by syllable with every beginning, the initials with every beginning, and
every beginning of each Latin word. What is typed is cut into tokens that all must be present.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, pinyin

LONGEST_TOKEN = 24
MOST_TOKENS = 12
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)*")
_OTHER_READINGS, _LONGEST_RUN = 3, 16


def search_tokens(*names: str) -> list[str]:
    """Everything under which something with these names can be found, sorted."""
    found: set[str] = set()
    for name in names:
        plain = _plain(name)
        for run in _CHINESE.findall(plain):
            found.update(_chinese(run))
        for word in _LATIN.findall(plain):
            found.update(_beginnings(word))
            for part in (*word.split("."), word.replace(".", "")):
                found.update(_beginnings(part))
    return sorted(found)


def query_tokens(q: str) -> list[str]:
    """What all must be present for what was typed; empty when nothing can be looked for."""
    plain = _plain(q)
    wanted = [word[:LONGEST_TOKEN] for word in _LATIN.findall(plain)]
    for run in _CHINESE.findall(plain):
        wanted += [run] if len(run) == 1 else _pairs(run)
    return wanted[:MOST_TOKENS]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _chinese(run: str) -> Iterator[str]:
    yield from run
    yield from _pairs(run)
    for reading in _readings(run):
        initials = "".join(syllable[0] for syllable in reading)
        for start in range(len(reading)):
            # From every character on: “yinaoyan” finds 智齿冠周炎 by its end too.
            yield from _beginnings("".join(reading[start:]))
            yield from _beginnings(initials[start:])


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)]


@lru_cache(maxsize=4096)
def _readings(run: str) -> tuple[tuple[str, ...], ...]:
    """The likely reading of a run first, then one for each other reading of a character."""
    likely = [one[0] for one in pinyin(run, style=Style.NORMAL)]
    readings = [tuple(likely)]
    if len(run) > _LONGEST_RUN:
        return tuple(readings)
    for n, character in enumerate(run):
        others = pinyin(character, style=Style.NORMAL, heteronym=True)[0][:_OTHER_READINGS]
        readings += [(*likely[:n], other, *likely[n + 1 :]) for other in others]
    return tuple(dict.fromkeys(readings))


def _beginnings(word: str) -> Iterator[str]:
    for length in range(1, min(len(word), LONGEST_TOKEN) + 1):
        yield word[:length]
