"""Findings as they are dictated and typed: “16 MO caries; 36 missing”, “16 近中咬合 龋”."""

import re
from dataclasses import dataclass, field

from yilu.dental.rules import findings
from yilu.dental.rules.notation import TEETH, surfaces_as_written

LONGEST = 400
_TOOTH = re.compile(r"([1-8][1-8])(?:\s*[-–~至]\s*([1-8][1-8]))?(?!\d)")
_BETWEEN = re.compile(r"[\s,，、.。:：/]+")
_SURFACES = re.compile(r"[MODBLIVP]{1,5}(?![a-z])", re.IGNORECASE)
_LAYERS = {
    "planned": "planned", "plan": "planned", "to be": "planned", "计划": "planned", "拟": "planned",
    "done": "done", "已完成": "done", "完成": "done", "existing": "existing", "原有": "existing",
}  # fmt: skip
_CHINESE_SURFACES = {
    "近中": "M", "远中": "D", "咬合": "O", "𬌗": "O", "合面": "O",
    "切端": "I", "切缘": "I", "切": "I", "颊": "B", "唇": "B", "舌": "L", "腭": "L",
}  # fmt: skip
_FILLERS = ("侧面", "侧", "面", "度", "和", "及", "的", "邻", "and", "grade", "tooth", "体")


@dataclass(slots=True)
class Said:
    """One statement, as far as it was understood. `rest` is where understanding ended."""

    teeth: list[str] = field(default_factory=list)
    surfaces: str = ""
    finding: str = ""
    detail: str = ""
    layer: str = ""
    rest: str = ""

    def about(self, tooth: str) -> str:
        """The surfaces meant, by their names on one of the teeth."""
        return surfaces_as_written(tooth, self.surfaces)


def _table() -> list[tuple[str, str, str]]:
    words = [
        *((w, "finding", one.code) for one in findings.FINDINGS.values() for w in one.words),
        *((w, "layer", layer) for w, layer in _LAYERS.items()),
        *((w, "detail", detail) for w, detail in findings.DETAIL_WORDS.items()),
        *((w, "surfaces", letter) for w, letter in _CHINESE_SURFACES.items()),
        *((w, "nothing", "") for w in _FILLERS),
    ]
    return sorted(words, key=lambda one: -len(one[0]))


_WORDS = _table()


def read(text: str) -> list[Said]:
    """What was typed, one statement for each part between semicolons or line ends."""
    parts = re.split(r"[;；\n]+", text[:LONGEST])
    return [_statement(part.strip()) for part in parts if part.strip()]


def _statement(text: str) -> Said:
    said = Said()
    at = 0
    while at < len(text):
        if between := _BETWEEN.match(text, at):
            at = between.end()
            continue
        step = _tooth(said, text, at) or _word(said, text, at) or _letters(said, text, at)
        if not step:
            said.rest = text[at:]
            break
        at += step
    return said


def _tooth(said: Said, text: str, at: int) -> int:
    found = _TOOTH.match(text, at)
    if not found:
        return 0
    first, last = found.group(1), found.group(2)
    teeth = _range(first, last) if last else [first]
    if not teeth or not set(teeth) <= TEETH:
        return 0
    said.teeth += [one for one in teeth if one not in said.teeth]
    return found.end() - at


def _range(first: str, last: str) -> list[str]:
    """Teeth from one to another of the same quadrant."""
    if first[0] != last[0]:
        return []
    step = 1 if last >= first else -1
    return [f"{first[0]}{n}" for n in range(int(first[1]), int(last[1]) + step, step)]


def _word(said: Said, text: str, at: int) -> int:
    low = text.lower()
    for word, kind, value in _WORDS:
        if low.startswith(word, at) and _ends_here(word, low, at):
            _take(said, kind, value)
            return len(word)
    return 0


def _ends_here(word: str, low: str, at: int) -> bool:
    """A Latin word is not found inside a longer one."""
    after = low[at + len(word) : at + len(word) + 1]
    return not (word[-1].isascii() and word[-1].isalnum() and after.isascii() and after.isalnum())


def _take(said: Said, kind: str, value: str) -> None:
    if kind == "surfaces":
        said.surfaces += value
    elif kind != "nothing" and not getattr(said, kind):
        setattr(said, kind, value)


def _letters(said: Said, text: str, at: int) -> int:
    found = _SURFACES.match(text, at)
    if not found:
        return 0
    if said.finding == "mobility" and found.group().upper() == "I":
        said.detail = "1"
    else:
        said.surfaces += found.group().upper()
    return found.end() - at
