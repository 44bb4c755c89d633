"""What the label of a sterile pack says: GS1 element strings, or our own label."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

GROUP = "\x1d"
# What scanners type for the separator, which no keyboard has.
TYPED = str.maketrans(dict.fromkeys("|^~", GROUP))
LONGEST = 120
_FIXED = {"01": 14, "11": 6, "13": 6, "15": 6, "17": 6}
_VARIABLE = {"10": 20, "21": 20}
_OWN = re.compile(r"YP:([0-9A-Z-]{3,30}):(\d{8})")
_BRACKETS = re.compile(r"\((\d{2})\)([^(]*)")


@dataclass(frozen=True, slots=True)
class PackLabel:
    """One pack: by `code` it is told from every other; `batch` is its lot or sterilisation load."""

    code: str
    batch: str
    expires_on: date


def read_label(text: str) -> PackLabel | None:
    """What a scanner read; None when the label does not say which pack it is, and until when."""
    scanned = text.strip().removeprefix("]d2").removeprefix("]C1").translate(TYPED).strip(GROUP)
    if len(scanned) > LONGEST:
        return None
    if own := _OWN.fullmatch(scanned.upper()):
        until = _day(own.group(2)[2:]) if own.group(2).startswith("20") else None
        code = own.group(1)
        return PackLabel(code, code.rpartition("-")[0] or code, until) if until else None
    found = _bracketed(scanned) if scanned.startswith("(") else _elements(scanned)
    until = _day(found.get("17", ""))
    serial, goods = found.get("21", ""), found.get("01", "")
    if until is None or not serial or not is_gtin(goods):
        return None
    return PackLabel(f"{goods}.{serial}", found.get("10", ""), until)


def is_gtin(digits: str) -> bool:
    """Whether fourteen digits end in the check digit that GS1 computes for them."""
    if len(digits) != 14 or not (digits.isascii() and digits.isdigit()):
        return False
    weighted = sum(int(one) * (3 if place % 2 == 0 else 1) for place, one in enumerate(digits[:13]))
    return (10 - weighted % 10) % 10 == int(digits[13])


def _bracketed(text: str) -> dict[str, str]:
    return {name: value.strip() for name, value in _BRACKETS.findall(text)}


def _elements(text: str) -> dict[str, str]:
    """Elements one after the other; those of free length end at a separator."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        name = text[at : at + 2]
        if name in _FIXED:
            end = at + 2 + _FIXED[name]
        elif name in _VARIABLE:
            stop = text.find(GROUP, at)
            end = len(text) if stop < 0 else stop
        else:
            return {}
        found[name] = text[at + 2 : end]
        at = end + (text[end : end + 1] == GROUP)
    return found


def _day(digits: str) -> date | None:
    """YYMMDD; the day 00 is the last of its month."""
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    year, month, day = 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None
