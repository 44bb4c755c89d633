"""How a patient likes to read, and whose most sensitive entries family does not see."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.patients.selectors.accounts import family_among
from yilu.patients.selectors.patients import brief_rows, today
from yilu.platform.actors import Actor
from yilu.records.models import ReadingStyle
from yilu.records.rules.plain import guardians_below


@dataclass(frozen=True, slots=True)
class Style:
    """Large print, plain words."""

    large: bool = False
    plain: bool = False


def style_of(patient_id: UUID) -> Style:
    """How a patient likes to read. One query."""
    row = ReadingStyle.objects.filter(patient_id=patient_id).first()
    return Style(row.large, row.plain) if row else Style()


def keeping_to_themselves(actor: Actor) -> frozenset[UUID]:
    """Of an account's people, those whose most sensitive entries it is not shown.

    Family reads a record by right, but for what GB/T 39725 puts on the highest level: that is
    the patient's alone, unless they are a child whose guardians decide. Two queries; none for
    who has but one person.
    """
    if actor.kind != "patient" or len(actor.owns) < 2:
        return frozenset()
    family = family_among(actor.owns)
    on = today()
    return frozenset(
        row["asked"]
        for row in (brief_rows(family) if family else ())
        if row["born_on"] is None or _age(row["born_on"], on) >= guardians_below()
    )


def _age(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
