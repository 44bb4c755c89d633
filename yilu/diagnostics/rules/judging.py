"""What a result means: its range for this person, its flag, and whether it can be at all. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from yilu.diagnostics.rules.catalogue import Analyte, Bounds, LabTable

LONGEST = 12
# How far from the ranges: normal, low and high, low and high beyond the critical limits, abnormal.
NORMAL, LOW, HIGH, VERY_LOW, VERY_HIGH, ABNORMAL = "", "L", "H", "LL", "HH", "A"
CRITICAL = frozenset({VERY_LOW, VERY_HIGH})
EMPTY, NO_NUMBER, IMPOSSIBLE, UNKNOWN_WORD = "empty", "no_number", "impossible", "unknown_word"


@dataclass(frozen=True, slots=True)
class Person:
    """What ranges depend on."""

    sex: str
    age: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A result that can be: as a number or as a word, with the range that it was judged by."""

    number: Decimal | None
    word: str
    bounds: Bounds
    flag: str

    @property
    def is_critical(self) -> bool:
        return self.flag in CRITICAL


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why what was typed is no result of this analyte."""

    why: str


def range_for(analyte: Analyte, person: Person) -> Bounds:
    """The reference range for a person: the first that fits sex and age, else the general one."""
    for one in analyte.by:
        if one.sex and one.sex != person.sex:
            continue
        if one.below is not None and (person.age is None or person.age >= one.below):
            continue
        return one.bounds
    return analyte.bounds


def judge(table: LabTable, analyte: Analyte, typed: str, person: Person) -> Judged | Wrong:
    """What was typed as a result, with its flag; or why it is none."""
    text = typed.strip()
    if not text:
        return Wrong(EMPTY)
    if not analyte.is_number:
        scale = table.scales[analyte.scale]
        if text not in scale.values:
            return Wrong(UNKNOWN_WORD)
        return Judged(None, text, (None, None), NORMAL if text in scale.normal else ABNORMAL)
    number = _number(text, analyte.places)
    if number is None:
        return Wrong(NO_NUMBER)
    if _outside(number, analyte.possible):
        return Wrong(IMPOSSIBLE)
    bounds = range_for(analyte, person)
    return Judged(number, "", bounds, _flag(number, bounds, analyte.critical))


def shown_range(bounds: Bounds) -> str:
    """A range as reports print it; empty without one."""
    low, high = bounds
    if low is not None and high is not None:
        return f"{low}–{high}"
    if low is not None:
        return f"≥ {low}"
    return "" if high is None else f"≤ {high}"


def results_of(
    table: LabTable, typed: Mapping[str, str], person: Person
) -> tuple[dict[str, Judged], dict[str, Wrong]]:
    """Everything that was typed, by analyte: what can be, and what cannot."""
    good: dict[str, Judged] = {}
    bad: dict[str, Wrong] = {}
    for key, text in typed.items():
        found = judge(table, table.analytes[key], text, person)
        if isinstance(found, Judged):
            good[key] = found
        else:
            bad[key] = found
    return good, bad


def _flag(number: Decimal, bounds: Bounds, critical: Bounds) -> str:
    if critical[0] is not None and number < critical[0]:
        return VERY_LOW
    if critical[1] is not None and number > critical[1]:
        return VERY_HIGH
    if bounds[0] is not None and number < bounds[0]:
        return LOW
    if bounds[1] is not None and number > bounds[1]:
        return HIGH
    return NORMAL


def _outside(number: Decimal, bounds: Bounds) -> bool:
    low, high = bounds
    return (low is not None and number < low) or (high is not None and number > high)


def _number(text: str, places: int) -> Decimal | None:
    """A number with at most the places of its analyte; more would pretend to be exact."""
    if not text.isascii() or len(text) > LONGEST or not set(text) <= set("0123456789.-"):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and -exponent <= places else None
