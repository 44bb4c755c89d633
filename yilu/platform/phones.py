"""Telephone numbers in one form, +8613800000000, wherever people put spaces and zeros."""

import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext_lazy as _

HOME = "CN"
# How many write the extension of a line: 021-64041990-8012.
EXTENSION = re.compile(r"(\d{4})[-‐-―](\d{1,6})$")
# Numbers of five or six digits that a clinic may be reached by, and nobody else has: 96120, 12320.
SERVICE = re.compile(r"9\d{4,5}|12\d{3}")
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
    text = unicodedata.normalize("NFKC", typed).casefold().strip()
    if not re.fullmatch(r"\+?[\d\s\-‐-―().·转ext,#]{3,40}", text):
        raise BadPhone
    made_up = DEMONSTRATION.fullmatch(re.sub(r"[^\d+]", "", text))
    if made_up:
        return f"+86{made_up[1]}"
    # Only if a number is none as it stands is its end taken for an extension.
    for written in (text.replace("转", " ext "), EXTENSION.sub(r"\1 ext \2", text)):
        try:
            number = phonenumbers.parse(written, HOME)
        except phonenumbers.NumberParseException as error:
            raise BadPhone from error
        if phonenumbers.is_valid_number(number):
            kept = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return f"{kept};{number.extension}" if number.extension else kept
    raise BadPhone


def check_line(typed: str) -> None:
    """Refuse what is no number of a clinic's own line; numbers of services are of few digits.

    Raises:
        BadPhone: nobody can have it.
    """
    if not SERVICE.fullmatch(typed.strip()):
        normal_phone(typed)


def shown_phone(phone: str) -> str:
    """A number as people here write it: without the country when it is ours."""
    return phone.removeprefix("+86") if phone.startswith("+861") else phone


def tail(phone: str) -> str:
    """The last four digits, by which people at a desk name their number."""
    return re.sub(r"\D", "", phone.split(";", maxsplit=1)[0])[-4:]
