"""Which marks stand beside a patient's name. Nothing here reads or writes."""

from typing import Any, Protocol

KNOWN_NEEDS = ("allergy", "child", "wheelchair", "pregnant")


class Marked(Protocol):
    """What a booking says that deserves a mark."""

    @property
    def patient(self) -> Any: ...
    @property
    def is_first_visit(self) -> bool: ...
    @property
    def is_confirmed(self) -> bool: ...
    @property
    def special_needs(self) -> tuple[str, ...]: ...


def flags_of(line: Marked, *, has_allergy: bool = False) -> tuple[str, ...]:
    """The marks of a booking; the page shows the first three in its own order."""
    needs = {*line.special_needs, *(line.patient.special_needs if line.patient else ())}
    missing = bool(line.patient and line.patient.missing)
    marks = {
        "allergy": has_allergy,
        "first_visit": line.is_first_visit,
        "missing_data": missing,
        "confirmed": line.is_confirmed,
    }
    return (*(mark for mark, holds in marks.items() if holds), *needs_flags(needs))


def needs_flags(needs: set[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The needs that have a mark."""
    return tuple(need for need in KNOWN_NEEDS if need in needs)
