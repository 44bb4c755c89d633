"""A Chinese resident's ID card, from the lines that a reader found in a picture of it.

The front says 姓名, 性别, 民族, 出生, 住址 and 公民身份号码, each left of its value. The number
says birth date and sex once more, and has a check character: what contradicts it is not believed.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from yilu.patients.rules.papers import BadPaper, Identity, read_paper

Point = tuple[float, float]
# What a reader takes for a digit, and what it is then.
_DIGITS = str.maketrans({"O": "0", "o": "0", "D": "0", "I": "1", "l": "1", "|": "1", "Z": "2",
                         "S": "5", "B": "8", "×": "X", "x": "X", "*": "X"})  # fmt: skip
_NUMBER = re.compile(r"\d{17}[\dX]")
_BIRTH = re.compile(r"((?:18|19|20)\d{2})年?(\d{1,2})月(\d{1,2})日?")
_LABELS = ("公民身份号码", "公民身份", "身份号码", "姓名", "性别", "民族", "出生", "住址")
_BACK = ("签发机关", "有效期限", "居民身份证")
_NAME = re.compile(r"[㐀-鿿𠀀-𪛟·•]{2,20}")


@dataclass(frozen=True, slots=True)
class Line:
    """Some words in a picture: where their four corners are, clockwise from the upper left."""

    text: str
    box: tuple[Point, Point, Point, Point]

    @property
    def middle(self) -> Point:
        return sum(x for x, _ in self.box) / 4, sum(y for _, y in self.box) / 4

    @property
    def height(self) -> float:
        return math.dist(self.box[0], self.box[3])

    @property
    def slope(self) -> float:
        (x0, y0), (x1, y1) = self.box[0], self.box[1]
        return math.atan2(y1 - y0, x1 - x0)


@dataclass(frozen=True, slots=True)
class IdCard:
    """What a card says. `doubts` names what could not be read, or contradicts the number."""

    name: str = ""
    sex: str = ""
    nation: str = ""
    born_on: date | None = None
    address: str = ""
    number: str = ""
    doubts: tuple[str, ...] = ()


class NoCard(ValueError):
    """There is no front of an ID card in the picture; `code`: nothing, back."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_card(lines: Iterable[Line], today: date) -> IdCard:
    """The card in a picture.

    Raises:
        NoCard: there is none, or only its back.
    """
    rows = _rows(list(lines))
    text = "".join(rows)
    identity, number = _number(rows, today)
    labels = sum(label in text for label in _LABELS[3:])
    if not number and labels < 2:
        raise NoCard("back" if any(word in text for word in _BACK) else "nothing")
    name, born_on = _name(rows), _born(text)
    sex = _sex(text)
    doubts = [what for what, value in (("name", name), ("number", number)) if not value]
    if identity is None and number:
        doubts.append("number")
    if identity is not None:
        if (born_on and born_on != identity.born_on) or (sex and sex != identity.sex):
            doubts.append("differs")
        born_on, sex = identity.born_on, identity.sex
    address = _address(rows)
    if not address:
        doubts.append("address")
    kept = number if identity is not None else ""
    return IdCard(name, sex, _nation(text), born_on, address, kept, tuple(doubts))


def _rows(lines: Sequence[Line]) -> list[str]:
    """The lines as rows of the card: straightened, from top to bottom, each from left to right."""
    wide = [line.slope for line in lines if len(line.text) > 3]
    angle = -median(wide) if wide else 0.0
    turned = sorted(((_turned(line.middle, angle), line) for line in lines), key=lambda t: t[0][1])
    rows: list[list[tuple[Point, Line]]] = []
    for middle, line in turned:
        if rows and middle[1] - rows[-1][-1][0][1] < line.height * 0.6:
            rows[-1].append((middle, line))
        else:
            rows.append([(middle, line)])
    return [
        "".join(_plain(line.text) for _, line in sorted(row, key=lambda t: t[0][0])) for row in rows
    ]


def _turned(point: Point, angle: float) -> Point:
    x, y = point
    return (
        x * math.cos(angle) - y * math.sin(angle),
        x * math.sin(angle) + y * math.cos(angle),
    )


def _plain(text: str) -> str:
    return re.sub(r"[\s:：]", "", text)


def _number(rows: Sequence[str], today: date) -> tuple[Identity | None, str]:
    """The number and what it says; what it says is None when the number cannot be."""
    found = ""
    for row in rows:
        tail = row.rsplit("码", 1)[-1].translate(_DIGITS)
        for match in _NUMBER.finditer(tail):
            found = found or match[0]
            try:
                return read_paper("resident_id", match[0], today), match[0]
            except BadPaper:
                continue
    return None, found


def _after(rows: Sequence[str], label: str) -> tuple[int, str]:
    """The row with a label, and what follows the label in it."""
    for n, row in enumerate(rows):
        if label in row:
            return n, row.split(label, 1)[1]
    return -1, ""


def _name(rows: Sequence[str]) -> str:
    at, words = _after(rows, "姓名")
    if at < 0:
        # The label is cut off: the name is what stands alone above the sex.
        at = next((n for n, row in enumerate(rows) if "性别" in row), 0) - 1
        words = rows[at] if at >= 0 else ""
    found = _NAME.match(words)
    return found[0] if found and not any(label in found[0] for label in _LABELS) else ""


def _sex(text: str) -> str:
    found = re.search(r"性?别([男女])|([男女])民族", text)
    return {"男": "male", "女": "female"}[found[1] or found[2]] if found else ""


def _nation(text: str) -> str:
    found = re.search(r"民族((?!出生|住址|公民)[㐀-鿿]{1,5}?)(?=出生|住址|公民|\d|$)", text)
    return found[1] if found else ""


def _born(text: str) -> date | None:
    found = _BIRTH.search(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _address(rows: Sequence[str]) -> str:
    """What follows the label, and the rows below until the number."""
    at, words = _after(rows, "住址")
    if at < 0:
        return ""
    for row in rows[at + 1 :]:
        if "公民" in row or "号码" in row or _NUMBER.search(row.translate(_DIGITS)):
            break
        if not any(label in row for label in _LABELS):
            words += row
    return words
