"""The kinds of treatment, what is written down of each, and whether numbers can be right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from yilu.aesthetics.rules.tables import in_both, table
from yilu.platform.decoder import is_readable
from yilu.platform.errors import FieldError
from yilu.platform.names import Localized

LONGEST_NUMBER = 9
DARK_SKIN, GREEN_LIGHT = ("5", "6"), "532"


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter: a number with its limits, one of a few, a day, or words."""

    key: str
    title: Localized
    unit: str = ""
    hard: tuple[Decimal, Decimal] | None = None
    usual: tuple[Decimal, Decimal] | None = None
    one_of: tuple[str, ...] = ()
    choices: Mapping[str, Localized] | None = None
    text: int = 0
    is_day: bool = False
    is_whole: bool = False
    is_optional: bool = False

    @property
    def range_text(self) -> str:
        """The limits, to be read under the field."""
        return f"{self.hard[0]}–{self.hard[1]}" if self.hard else ""


@dataclass(frozen=True, slots=True)
class Treatment:
    """One kind: one of `consents` stands before it; `procedure`: steps of risk that run with it."""

    key: str
    title: Localized
    groups: tuple[str, ...]
    consents: tuple[str, ...]
    procedure: str
    repeat_days: int
    needs_shield: bool
    has_device: bool
    device_kinds: tuple[str, ...]
    total: Mapping[str, str]
    fields: tuple[Field, ...]


@cache
def treatments() -> Mapping[str, Treatment]:
    """Every kind by its key, in the order of the list."""
    return {one["key"]: _treatment(one) for one in table("treatments").body["treatments"]}


def choices(name: str) -> Mapping[str, Localized]:
    """A list of the table, such as `cooling` or `adverse`, by key."""
    return {key: Localized(words) for key, words in table("treatments").body[name].items()}


def is_alarming(adverse: str) -> bool:
    """Whether an adverse event goes to a manager at once."""
    return adverse in table("treatments").body["alarming"]


def read_parameters(
    kind: Treatment, typed: Mapping[str, str], today: date
) -> tuple[dict[str, str], list[FieldError]]:
    """What was typed, in its one form, and what of it cannot be kept."""
    values: dict[str, str] = {}
    errors: list[FieldError] = []
    for field in kind.fields:
        text = typed.get(field.key, "").strip()
        if not text:
            if not field.is_optional:
                errors.append(FieldError(field.key, "required", _("This is needed.")))
            continue
        kept = _kept(field, text, today)
        if isinstance(kept, FieldError):
            errors.append(kept)
        else:
            values[field.key] = kept
    return values, errors


def unusual(kind: Treatment, values: Mapping[str, str]) -> list[str]:
    """What lies outside the usual range, in words; somebody confirms it."""
    return [
        _("%(what)s %(value)s is outside the usual %(low)s–%(high)s")
        % {
            "what": field.title, "value": _with_unit(field, values[field.key]),
            "low": field.usual[0], "high": field.usual[1],
        }
        for field in kind.fields
        if field.usual and field.key in values
        and not field.usual[0] <= Decimal(values[field.key]) <= field.usual[1]
    ]  # fmt: skip


def needs_senior(kind: Treatment, values: Mapping[str, str], skin_type: str) -> bool:
    """Whether light of 532 nm goes on dark skin, which a senior doctor answers for in words."""
    is_green = "laser" in kind.groups and values.get("wavelength") == GREEN_LIGHT
    return is_green and skin_type in DARK_SKIN


def described(kind: Treatment, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was set, as pairs of title and value with its unit."""
    return [
        (str(field.title), _shown(field, values[field.key]))
        for field in kind.fields
        if field.key in values
    ]


def _shown(field: Field, value: str) -> str:
    if field.choices:
        return str(field.choices[value])
    return _with_unit(field, value)


def _with_unit(field: Field, value: object) -> str:
    """A value as it is said; what is counted has no unit."""
    return f"{value} {field.unit}" if field.unit and field.unit != "n" else str(value)


def _kept(field: Field, text: str, today: date) -> str | FieldError:
    if field.one_of:
        words = _("Choose one of these.")
        return text if text in field.one_of else FieldError(field.key, "unknown_value", words)
    if field.choices is not None:
        words = _("Choose one of these.")
        return text if text in field.choices else FieldError(field.key, "unknown_value", words)
    if field.is_day:
        return _day(field, text, today)
    if field.text:
        if len(text) > field.text or not is_readable(text):
            words = _("At most %(most)s characters.") % {"most": field.text}
            return FieldError(field.key, "too_long", words)
        return text
    return _number(field, text)


def _number(field: Field, text: str) -> str | FieldError:
    number = None
    if len(text) <= LONGEST_NUMBER and text.isascii() and "e" not in text.lower():
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = None
    if number is None or not number.is_finite() or (field.is_whole and number % 1):
        return FieldError(field.key, "not_a_number", _("Enter a number."))
    if field.hard and not field.hard[0] <= number <= field.hard[1]:
        words = _("%(what)s must lie between %(low)s and %(high)s.") % {
            "what": field.title, "low": field.hard[0],
            "high": _with_unit(field, field.hard[1]),
        }  # fmt: skip
        return FieldError(field.key, "implausible_value", words)
    return str(number.normalize().to_eng_string()) if "." in text else str(number)


def _day(field: Field, text: str, today: date) -> str | FieldError:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return FieldError(field.key, "not_a_day", _("Enter a day."))
    if day < today:
        return FieldError(field.key, "expired", _("This has expired."))
    return day.isoformat()


def _treatment(one: Mapping[str, Any]) -> Treatment:
    return Treatment(
        key=one["key"],
        title=in_both(one),
        groups=tuple(one["groups"]),
        consents=tuple(one["consents"]),
        procedure=one.get("procedure", ""),
        repeat_days=one["repeat_days"],
        needs_shield=one.get("eye_shield", False),
        has_device=one.get("device", False),
        device_kinds=tuple(one.get("device_kinds", ())),
        total=one.get("total", {}),
        fields=tuple(map(_field, one["fields"])),
    )


def _field(one: Mapping[str, Any]) -> Field:
    return Field(
        key=one["key"],
        title=in_both(one),
        unit=one.get("unit", ""),
        hard=_range(one.get("hard")),
        usual=_range(one.get("usual")),
        one_of=tuple(one.get("one_of", ())),
        choices={k: Localized(v) for k, v in one["choices"].items()} if "choices" in one else None,
        text=one.get("text", 0),
        is_day=one.get("day", False),
        is_whole=one.get("whole", False),
        is_optional=one.get("optional", False),
    )


def _range(given: list[str] | None) -> tuple[Decimal, Decimal] | None:
    return (Decimal(given[0]), Decimal(given[1])) if given else None
