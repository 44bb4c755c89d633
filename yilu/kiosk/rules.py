"""Small rules of kiosks: what a reader typed, how many kiosks a clinic needs."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yilu.patients.rules.papers import looks_like_resident_id
from yilu.reception.passes import PASS

VISITS_A_KIOSK = 500
"""The planning rule: one kiosk for so many visits a day."""

LONGEST_SCAN = 100
_BOOKING = re.compile(r"(\d{8})-?(\d{4,6})")
_CARD = re.compile(r"[A-Z0-9]{5,32}")
_CHINESE_PHONE = re.compile(r"1\d{10}")


class ScanKind(StrEnum):
    """What a reader may have read."""

    BOOKING_CODE = "code"
    PAPER = "paper"
    BOOKING = "booking"
    PHONE = "phone"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read, in its normal form."""

    kind: ScanKind
    value: str


def read_scan(typed: str) -> Scan | None:
    """What a reader, or a finger, typed; None when it is nothing that we know.

    Spaces, full-width letters, small letters and the keys that a reader adds do not matter.
    """
    text = unicodedata.normalize("NFKC", typed).upper()
    text = "".join(each for each in text if each.isprintable() and not each.isspace())
    if not text or len(text) > LONGEST_SCAN or not text.isascii():
        return None
    if PASS.fullmatch(text):
        return Scan(ScanKind.BOOKING_CODE, text)
    if looks_like_resident_id(text):
        return Scan(ScanKind.PAPER, text)
    if _CHINESE_PHONE.fullmatch(text):
        return Scan(ScanKind.PHONE, text)
    if found := _BOOKING.fullmatch(text):
        return Scan(ScanKind.BOOKING, f"{found[1]}-{found[2]}")
    return Scan(ScanKind.CARD, text) if _CARD.fullmatch(text) else None


def read_birth(typed: str) -> date | None:
    """A birth date typed as eight digits, dashes or not; None when there is no such day."""
    digits = re.sub(r"[\s./年月日-]", "", unicodedata.normalize("NFKC", typed))
    if not re.fullmatch(r"\d{8}", digits):
        return None
    try:
        return date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return None


def kiosks_needed(visits_a_day: int) -> int:
    """How many kiosks a site with so many visits a day needs: at least one when anybody comes."""
    return -(-visits_a_day // VISITS_A_KIOSK)
