"""What a scanner types into the field of a batch: the codes on packs. Pure functions."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

# GS1 element strings: how long the parts are that are never cut short.
FIXED = {"01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
VARIABLE = ("10", "21")
BATCH, EXPIRES = "10", "17"
# What scanners type for the separator, which no keyboard has.
SEPARATORS = "\x1d|^~"
IN_BRACKETS = re.compile(r"\((\d{2})\)([^(]*)")
# The number of a kind of goods, and the traceability code of a single pack: no batch is in them.
OF_THE_PACK = re.compile(r"\d{13}|\d{20}")


@dataclass(frozen=True, slots=True)
class Scanned:
    """The batch and the last day that a code holds."""

    batch: str
    expires_on: date | None


def scanned(typed: str) -> Scanned | None:
    """The batch in a GS1 code, with or without brackets; None for anything else."""
    text = typed.strip().removeprefix("]d2").removeprefix("]C1").strip(SEPARATORS)
    parts = dict(IN_BRACKETS.findall(text)) if text.startswith("(") else _parts(text)
    if not parts or not parts.get(BATCH, "").strip():
        return None
    return Scanned(parts[BATCH].strip(), _day(parts.get(EXPIRES, "")))


def is_of_the_pack(typed: str) -> bool:
    """Whether it is a code that stands on every pack, or on this one alone, instead of a batch."""
    text = typed.strip()
    if not text.isascii() or OF_THE_PACK.fullmatch(text) is None:
        return False
    return len(text) > 13 or _is_checked(text)


def _parts(text: str) -> dict[str, str]:
    """The parts of a code without brackets, which begins with the number of the goods."""
    if not text.startswith("01"):
        return {}
    parts: dict[str, str] = {}
    while text:
        kind, text = text[:2], text[2:]
        if kind in FIXED:
            length = FIXED[kind]
        elif kind in VARIABLE:
            length = next((n for n, one in enumerate(text) if one in SEPARATORS), len(text))
        else:
            return {}
        if not text[:length] or (kind in FIXED and not text[:length].isdigit()):
            return {}
        parts[kind], text = text[:length], text[length:].lstrip(SEPARATORS)
    return parts


def _day(text: str) -> date | None:
    """`YYMMDD` of this century; day 00 is the last of the month."""
    if not (text.isascii() and text.isdigit() and len(text) == 6):
        return None
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None


def _is_checked(text: str) -> bool:
    """Whether the last of thirteen digits fits the others."""
    weighed = sum(int(one) * (3 if n % 2 else 1) for n, one in enumerate(text[:12]))
    return (10 - weighed % 10) % 10 == int(text[12])
