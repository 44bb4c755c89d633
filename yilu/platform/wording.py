"""How numbers, times and phones are written for people. Nothing here reads a clock."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

CENT = Decimal("0.01")
CURRENCY_SIGN = "¥"
# Django's own short weekdays are not short in Chinese.
WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def money(amount: Decimal | int | str) -> str:
    """An amount as a bill shows it: `¥1,234.00`, `−¥120.00`."""
    cents = Decimal(amount).quantize(CENT, ROUND_HALF_UP)
    sign = "\N{MINUS SIGN}" if cents < 0 else ""
    return f"{sign}{CURRENCY_SIGN}{abs(cents):,.2f}"


def clock_time(moment: datetime) -> str:
    """The time of day, `09:05`, of a moment that is already on the reader's wall clock."""
    return f"{moment:%H:%M}"


def clock_seconds(moment: datetime) -> str:
    """The time of day to the second, `09:05:07`."""
    return f"{moment:%H:%M:%S}"


def day(value: date) -> str:
    """A day with its weekday, in the reader's language: `Tue 24 Nov`, `11月24日 周二`."""
    # Translators: a date format of Django; Chinese is "n月j日".
    written = date_format(value, pgettext("date format", "j M"))
    weekday = str(WEEKDAYS[value.weekday()])
    return pgettext("day", "%(weekday)s %(date)s") % {"weekday": weekday, "date": written}


def long_day(value: date) -> str:
    """A day with its whole weekday, for walls: `Tuesday 24 November`, `11月24日 星期二`."""
    # Translators: a date format of Django; Chinese is "n月j日 l".
    return date_format(value, pgettext("date format", "l j F"))


def minutes(amount: int) -> str:
    """A length of time: `29 min`, `29 分`."""
    return _("%(minutes)s min") % {"minutes": amount}


def mask_phone(phone: str) -> str:
    """A phone that others may read over a shoulder: `121****3482`.

    One too short to keep three and four digits apart is hidden but for its last two.
    """
    digits = phone.strip()
    if len(digits) < 8:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}"
