"""Identity papers: which there are, and what makes a number one that can exist.

Resident identity numbers follow GB 11643: six digits of region, birth date, three digits of
order (odd for men), and a check character by ISO 7064 MOD 11-2.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yilu.patients.rules.text import fold

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# First two digits. 81–83 are residence permits of Hong Kong, Macau and Taiwan people, 9x those
# of foreigners (91 older, 9 since 2023); 99 was never given, and demonstrations live in it.
_PROVINCES = """
    11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54
    61 62 63 64 65 71 81 82 83
"""
PROVINCES = frozenset(_PROVINCES.split())
EARLIEST = date(1870, 1, 1)
# Orders 996–999 of a 15-digit number were kept for people then over a hundred.
CENTENARIANS = frozenset({"996", "997", "998", "999"})


class Paper(TextChoices):
    RESIDENT_ID = "resident_id", _("Resident identity card")
    PASSPORT = "passport", _("Passport")
    HK_MACAU_PERMIT = "hk_macau_permit", _("Mainland travel permit (Hong Kong, Macau)")
    TAIWAN_PERMIT = "taiwan_permit", _("Mainland travel permit (Taiwan)")
    RESIDENCE_PERMIT = "residence_permit", _("Residence permit (Hong Kong, Macau, Taiwan)")
    FOREIGN_RESIDENT = "foreign_resident", _("Foreign permanent resident card")
    MILITARY = "military", _("Military identity card")
    BIRTH_CERTIFICATE = "birth_certificate", _("Birth certificate")
    OTHER = "other", _("Other paper")


SHAPES: dict[str, re.Pattern[str]] = {
    Paper.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    Paper.HK_MACAU_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?"),
    Paper.TAIWAN_PERMIT: re.compile(r"\d{8}|\d{10}[A-Z]?"),
    Paper.FOREIGN_RESIDENT: re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]"),
    Paper.MILITARY: re.compile(r"[\u4e00-\u9fff]{0,4}\d{5,12}[\u4e00-\u9fff]?"),
    Paper.BIRTH_CERTIFICATE: re.compile(r"[A-Z]\d{9}"),
    Paper.OTHER: re.compile(r"[\w\-/.]{3,40}"),
}
LIKE_RESIDENT_ID = frozenset({Paper.RESIDENT_ID, Paper.RESIDENCE_PERMIT})


class BadPaper(ValueError):
    """A number that cannot exist; `code` says why, the message says it to a person."""

    def __init__(self, code: str, message: object) -> None:
        self.code, self.message = code, message
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that can exist, in its one written form, and what it tells about its holder."""

    paper: Paper
    number: str
    born_on: date | None = None
    sex: str = ""


def normal_number(typed: str) -> str:
    """A number as it is kept: half-width, capital, without the spaces and dashes people type."""
    return re.sub(r"[\s\-‐-―.·]", "", fold(typed)).upper()


def read_paper(paper: str, typed: str, today: date) -> Identity:
    """What a paper's number says, or `BadPaper` when there can be no such number."""
    if paper in LIKE_RESIDENT_ID or (not paper and looks_like_resident_id(typed)):
        return _resident(typed, today)
    number = normal_number(typed) if paper != Paper.OTHER else fold(typed).strip().upper()
    shape = SHAPES.get(paper)
    if shape is None:
        raise BadPaper("paper_unknown", _("Say which paper this number is from."))
    if not shape.fullmatch(number):
        raise BadPaper("number_shape", _("A number of this paper looks different."))
    return Identity(Paper(paper), number)


def looks_like_resident_id(typed: str) -> bool:
    """Whether something typed has the form of a resident identity number, right or wrong."""
    return bool(re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", normal_number(typed)))


def check_character(first_17: str) -> str:
    """The last character of a resident identity number."""
    return CHECKS[sum(int(d) * w for d, w in zip(first_17, WEIGHTS, strict=True)) % 11]


def lengthened(number_15: str) -> str:
    """The 18 characters of a number from before 1999."""
    century = "18" if number_15[-3:] in CENTENARIANS else "19"
    longer = number_15[:6] + century + number_15[6:]
    return longer + check_character(longer)


def _resident(typed: str, today: date) -> Identity:
    number = normal_number(typed)
    if not looks_like_resident_id(number):
        raise BadPaper("id_length", _("An identity number has 18 characters, or 15 if old."))
    if len(number) == 15:
        number = lengthened(number)
    if number[:2] not in PROVINCES and not number.startswith("9"):
        raise BadPaper("id_region", _("The first digits name no province."))
    born_on = _date(number[6:14])
    if born_on is None or not EARLIEST <= born_on <= today:
        raise BadPaper("id_date", _("The birth date in this number does not exist."))
    if check_character(number[:17]) != number[17]:
        raise BadPaper("id_check", _("A digit is wrong: the check character does not fit."))
    paper = Paper.RESIDENCE_PERMIT if number[:2] in {"81", "82", "83"} else Paper.RESIDENT_ID
    return Identity(paper, number, born_on, "male" if int(number[16]) % 2 else "female")


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
