"""How what other apps give – instants, sums, names in two languages – reads inside a message."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from yilu.platform.names import CHINESE, PersonName

_WEEKDAYS = {
    "zh": ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def as_words(value: object, language: str, zone: ZoneInfo) -> str:
    """A value in the reader's language, instants by the site's wall clock.

    Raises:
        TypeError: nobody could read it.
    """
    for kind, say in _SAYINGS:
        if isinstance(value, kind) and not isinstance(value, bool):
            return str(say(value, language, zone))
    raise TypeError(f"a message cannot carry a {type(value).__name__}")


def _instant(value: datetime, language: str, zone: ZoneInfo) -> str:
    local = value.astimezone(zone)
    return f"{_day(local.date(), language)} {local:%H:%M}"


def _person(name: PersonName, language: str) -> str:
    return name.written if language == CHINESE else name.pinyin or name.written


def _day(day: date, language: str) -> str:
    if language == CHINESE:
        return f"{day.month}月{day.day}日 {_WEEKDAYS['zh'][day.weekday()]}"
    return f"{_WEEKDAYS['en'][day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


# Tried in order: an instant is a date too.
_SAYINGS: list[tuple[type, Callable[[Any, str, ZoneInfo], object]]] = [
    (str, lambda text, *_: text),
    (int, lambda number, *_: number),
    (Decimal, lambda amount, *_: f"¥{amount:,.2f}"),
    (datetime, _instant),
    (date, lambda day, language, _: _day(day, language)),
    (PersonName, lambda name, language, _: _person(name, language)),
    (dict, lambda words, language, _: words.get(language) or next(iter(words.values()), "")),
    (type(None), lambda *_: ""),
]
