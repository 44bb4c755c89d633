"""What is said in own words, Chinese or English: findings, without those denied or long past.

Pure, and offline: patterns are data. A denial counts only right before (or right after) what it
denies, so that "no medicine, chest pain" stays chest pain.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LONGEST = 500
ENDS = "，。,;；!！?？、…\n"
CLAUSE = re.compile(rf"[^{ENDS}]+")
_BREAKS = re.compile(r"但是|但|不过|可是|就是|只是|而是|\bbut\b|\bhowever\b|\bthough\b")
_INNER = re.compile(
    r"(?:不|没|没有|不怎么|不太|不咋|无)(?:痛|疼|肿|痒|闷|晕|吐|烧|出血|流血|麻|红)"
    r"|(?:n't|not|no) (?:hurt|pain|bleed|ache|swollen|itch)"
)
_GAP = re.compile(r"~(\d+)")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in the text where a finding is named."""

    finding: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The patterns of every finding, and the words that deny one or put it into the past."""

    patterns: Mapping[str, re.Pattern[str]]
    denied_before: re.Pattern[str]
    filler: re.Pattern[str]
    denied_after: re.Pattern[str]
    past: re.Pattern[str]
    still: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised: said of now, and said only of long ago."""

    now: frozenset[str]
    past: frozenset[str]


def pattern(written: str, words: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of the data: `<word>` is put in, `~4` is up to four signs of the same clause."""
    for name, word in words.items():
        written = written.replace(f"<{name}>", word)
    gap = rf"[^{ENDS}]"
    return re.compile(_GAP.sub(lambda found: f"{gap}{{0,{found[1]}}}", written))


def any_of(words: Sequence[str]) -> str:
    """Any of these words; English ones only whole."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(
        rf"\b{re.escape(one)}\b" if one.isascii() else re.escape(one) for one in ordered
    )


def normal(text: str) -> str:
    """Text as patterns see it: one width, one case, no longer than the longest."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    return folded.replace("’", "'").replace(". ", "。")


def hear(text: str, words: Vocabulary) -> Heard:
    """What somebody says that they have, and what they had long ago."""
    said = normal(text)
    mentions = [
        Mention(key, found.start(), found.end())
        for key, one in words.patterns.items()
        for found in one.finditer(said)
    ]
    spans = [(one.start, one.end) for one in mentions]
    now: set[str] = set()
    past: set[str] = set()
    for one in mentions:
        if _is_denied(said, one, spans, words):
            continue
        (past if _is_past(said, one, words) else now).add(one.finding)
    return Heard(frozenset(now), frozenset(past - now))


def _clause(said: str, at: int) -> tuple[int, int]:
    """The clause around a place: between marks, and words like "but"."""
    found = next((one for one in CLAUSE.finditer(said) if one.start() <= at < one.end()), None)
    start, end = found.span() if found else (at, at)
    for turn in _BREAKS.finditer(said, start, end):
        if turn.end() <= at:
            start = turn.end()
    return start, end


def _is_denied(
    said: str, one: Mention, spans: Sequence[tuple[int, int]], words: Vocabulary
) -> bool:
    start, end = _clause(said, one.start)
    if _INNER.search(said, one.start + 1, one.end):
        return True
    if words.denied_after.match(said, one.end, max(end, one.end)):
        return True
    for denial in words.denied_before.finditer(said, start, one.start):
        between = list(said[denial.end() : one.start])
        for left, right in spans:
            for place in range(max(left, denial.end()), min(right, one.start)):
                between[place - denial.end()] = ""
        if not _left(between, words, is_english=denial[0].isascii()):
            return True
    return False


def _left(between: Sequence[str], words: Vocabulary, *, is_english: bool) -> str:
    """What stands between a denial and what it may deny, without words that carry it on."""
    rest = words.filler.sub("", "".join(between))
    return rest.strip() if is_english else rest


def _is_past(said: str, one: Mention, words: Vocabulary) -> bool:
    start, end = _clause(said, one.start)
    clause = said[start : max(end, one.end)]
    return bool(words.past.search(clause)) and not words.still.search(clause)
