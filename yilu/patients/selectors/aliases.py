"""Which record holds the place of one that was merged, and what came to it from which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.patients.models import Merge, MergedRow, Patient
from yilu.patients.selectors import lines


@dataclass(frozen=True, slots=True)
class Alias:
    """A record that was merged into another: its id, its number, and when."""

    id: UUID
    record_no: str
    merged_on: date


def survivor_of(patient_id: UUID) -> UUID:
    """The record that an id leads to: itself, unless it was merged. One query."""
    merged = Patient.objects.filter(pk=patient_id).values_list("merged_into_id", flat=True).first()
    return merged or patient_id


def aliases_of(patient_id: UUID) -> list[Alias]:
    """The records that were merged into one and stand so, the oldest merge first. One query."""
    found = Merge.objects.filter(merged__merged_into=patient_id, undone_at=None)
    rows = found.order_by("made_at").values_list("merged_id", "merged__record_no", "made_at")
    return [Alias(key, no, at.astimezone(lines.CALENDAR).date()) for key, no, at in rows]


def rows_from(aliases: Sequence[Alias], tables: Sequence[str]) -> dict[UUID, UUID]:
    """Which rows of some tables came with which alias: row to record. One query, none for none.

    Of a row that came by way of another record, the first one counts.
    """
    if not aliases:
        return {}
    moved = MergedRow.objects.filter(
        merge__merged__in=[one.id for one in aliases], merge__undone_at=None, place__in=tables
    )
    found = moved.order_by("-id").values_list("row_id", "merge__merged_id")
    return dict(found)
