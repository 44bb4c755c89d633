"""What is said about a person, checked and brought into the one form that is kept."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yilu.patients.rules.papers import BadPaper, normal_number, read_paper
from yilu.patients.rules.text import tidy
from yilu.patients.rules.words import STANDING_NEEDS, Sex
from yilu.platform.decoder import is_readable
from yilu.platform.errors import FieldError, Invalid
from yilu.platform.forms import UNREADABLE
from yilu.platform.names import CHINESE, ENGLISH
from yilu.platform.phones import BadPhone, normal_phone

LONGEST = {"name": 100, "address": 300, "companion": 200, "email": 254, "wechat": 64}
LONGEST_CARD = 40
CARD = re.compile(r"[A-Z0-9]{4,40}")
OLDEST_YEARS = 150
EMAIL = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;.]{2,}")


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What is known about a person. Only the name must be; what is missing is asked for later.

    `needs` of one visit belong to the visit; these hold for every visit.
    """

    name: str
    sex: str = "unknown"
    born_on: date | None = None
    birth_estimated: bool = False
    phone: str = ""
    email: str = ""
    wechat: str = ""
    id_type: str = ""
    id_number: str = ""
    address: str = ""
    language: str = CHINESE
    special_needs: tuple[str, ...] = ()
    companion: str = ""
    visit_card: str = ""
    insurance_card: str = ""


TEXTS = ("name", "address", "companion", "email", "wechat", "visit_card", "insurance_card")


def checked(facts: PatientFacts, today: date) -> PatientFacts:
    """The same facts in the form that is kept, with birth date and sex from the paper.

    Raises:
        Invalid: with one `FieldError` for each field that cannot be.
    """
    errors: list[FieldError] = []
    kept: dict[str, Any] = {}
    for name in TEXTS:
        kept[name] = _text(name, getattr(facts, name), errors)
    if not kept["name"]:
        errors.append(FieldError("name", "required", _("Please give the name.")))
    _check_words(facts, errors)
    kept["email"] = _email(kept["email"], errors)
    kept["phone"] = _phone(facts.phone, errors)
    kept["special_needs"] = tuple(sorted(set(facts.special_needs)))
    kept |= _paper(facts, today, errors)
    _check_birth(kept["born_on"], today, errors)
    if errors:
        raise Invalid(*errors)
    return replace(facts, **kept)


def _text(field: str, typed: str, errors: list[FieldError]) -> str:
    text = tidy(typed)
    if not is_readable(text):
        errors.append(FieldError(field, "unreadable", str(UNREADABLE)))
    longest = LONGEST.get(field, LONGEST_CARD)
    if len(text) > longest:
        too_long = _("At most %(longest)s characters, please.") % {"longest": longest}
        errors.append(FieldError(field, "too_long", too_long))
    return normal_number(text) if field in {"visit_card", "insurance_card"} else text


def _check_words(facts: PatientFacts, errors: list[FieldError]) -> None:
    known = {
        "sex": ([facts.sex], Sex.values),
        "language": ([facts.language], [CHINESE, ENGLISH]),
        "special_needs": (facts.special_needs, STANDING_NEEDS),
    }
    for field, (given, choices) in known.items():
        if not set(given) <= set(choices):
            errors.append(FieldError(field, "unknown_choice", _("Choose one that is listed.")))


def _email(typed: str, errors: list[FieldError]) -> str:
    if typed and not EMAIL.fullmatch(typed):
        errors.append(FieldError("email", "bad_email", _("This is not an e-mail address.")))
    return typed.lower()


def _phone(typed: str, errors: list[FieldError]) -> str:
    if not typed.strip():
        return ""
    try:
        return normal_phone(typed)
    except BadPhone as bad:
        errors.append(FieldError("phone", "bad_phone", str(bad.message)))
        return ""


def _paper(facts: PatientFacts, today: date, errors: list[FieldError]) -> dict[str, Any]:
    """The paper's type and number, and the birth date and sex as it tells them."""
    born: dict[str, Any] = {"born_on": facts.born_on, "sex": facts.sex}
    if not facts.id_number.strip():
        return {"id_type": "", "id_number": "", **born}
    try:
        identity = read_paper(facts.id_type, facts.id_number, today)
    except BadPaper as bad:
        errors.append(FieldError("id_number", bad.code, str(bad.message)))
        return born
    if identity.born_on is None:
        return {"id_type": str(identity.paper), "id_number": identity.number, **born}
    if not facts.birth_estimated and facts.born_on not in {None, identity.born_on}:
        differs = _("The identity number says %(date)s.") % {"date": identity.born_on.isoformat()}
        errors.append(FieldError("born_on", "differs_from_id", differs))
    return {
        "id_type": str(identity.paper),
        "id_number": identity.number,
        "born_on": identity.born_on,
        "birth_estimated": False,
        # A card may say otherwise than its holder; what was chosen by hand stays.
        "sex": identity.sex if facts.sex == Sex.UNKNOWN else facts.sex,
    }


def _check_birth(born_on: date | None, today: date, errors: list[FieldError]) -> None:
    if born_on and not today.year - OLDEST_YEARS <= born_on.year <= today.year:
        errors.append(FieldError("born_on", "impossible", _("Nobody living was born then.")))
    elif born_on and born_on > today:
        errors.append(FieldError("born_on", "in_future", _("This day is still to come.")))


def checked_relative(name: str, phone: str, *, is_named: bool) -> tuple[str, str]:
    """A relative's name and phone in the form that is kept; `is_named` by a record of their own.

    Raises:
        Invalid.
    """
    errors: list[FieldError] = []
    kept_name, kept_phone = _text("name", name, errors), _phone(phone, errors)
    if not kept_name and not is_named:
        errors.append(FieldError("name", "required", _("Please give the name.")))
    if errors:
        raise Invalid(*errors)
    return kept_name, kept_phone


def checked_card(typed: str) -> str:
    """A card's number in the form that is kept; empty for none.

    Raises:
        Invalid: it has signs that no card has, or is too long or too short.
    """
    number = normal_number(tidy(typed))
    if number and not CARD.fullmatch(number):
        message = _("A card's number has 4 to 40 letters and digits.")
        raise Invalid(FieldError("number", "bad_card", message))
    return number
