"""Telephone numbers in one form, +8613800000000, wherever people put spaces and zeros."""

import re

import phonenumbers
from django.utils.translation import gettext_lazy as _

from yilu.patients.rules.text import fold

HOME = "CN"
# Never given to anybody: demonstrations and their sandboxes live here. The library takes the
# first five digits for a carrier's code, so these are read before it is asked.
DEMONSTRATION = re.compile(r"(?:\+?86|0086)?(121\d{8})")


class BadPhone(ValueError):
    """Not a number that can be called."""

    message = _("This is not a telephone number. Abroad, begin with + and the country.")


def normal_phone(typed: str) -> str:
    """A number as it is kept and compared, in international form.

    Raises:
        BadPhone: nobody can have it.
    """
    text = fold(typed).strip()
    if not re.fullmatch(r"\+?[\d\s\-‐-―().·转ext,#]{3,40}", text):
        raise BadPhone
    made_up = DEMONSTRATION.fullmatch(re.sub(r"[^\d+]", "", text))
    if made_up:
        return f"+86{made_up[1]}"
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException as error:
        raise BadPhone from error
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(number):
        raise BadPhone
    return f"{written};{number.extension}" if number.extension else written


def shown_phone(phone: str) -> str:
    """A number as people here write it: without the country when it is ours."""
    return phone.removeprefix("+86") if phone.startswith("+861") else phone


def tail(phone: str) -> str:
    """The last four digits, by which people at a desk name their number."""
    return re.sub(r"\D", "", phone.split(";", maxsplit=1)[0])[-4:]
