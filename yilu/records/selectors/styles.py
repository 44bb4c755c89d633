"""How a patient likes to read, and which entries of a record are shown to their account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.patients.selectors.accounts import family_among
from yilu.platform.actors import Actor
from yilu.records.models import ReadingStyle
from yilu.records.rules.plain import guardians_below, is_sensitive


@dataclass(frozen=True, slots=True)
class Style:
    """Large print, plain words."""

    large: bool = False
    plain: bool = False


def style_of(patient_id: UUID) -> Style:
    """How a patient likes to read. One query."""
    row = ReadingStyle.objects.filter(patient_id=patient_id).first()
    return Style(row.large, row.plain) if row else Style()


def hidden_visits(
    actor: Actor,
    patient_id: UUID,
    born_on: date | None,
    today: date,
    codes: Mapping[UUID, Iterable[str]],
) -> frozenset[UUID]:
    """Which visits of a patient an account does not see, by their diagnoses. One query.

    Family reads a record by right, but for what GB/T 39725 puts on the highest level: that is
    the patient's alone, unless they are a child whose guardians decide.
    """
    if patient_id not in family_among(actor.owns):
        return frozenset()
    if born_on is not None and _age(born_on, today) < guardians_below():
        return frozenset()
    return frozenset(visit for visit, many in codes.items() if is_sensitive(many))


def _age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
