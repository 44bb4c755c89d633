"""A made-up past of the pharmacy, written by COPY."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform.copying import Json, JsonList, copy_rows


@dataclass(slots=True)
class PastDispense:
    """A prescription on its road through the pharmacy, as far as it came."""

    id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    site_id: UUID
    clinic_day: date
    state: str
    created_at: datetime
    released_at: datetime | None
    reviewed_at: datetime | None
    picked_at: datetime | None
    checked_at: datetime | None
    handed_over_at: datetime | None
    moved_at: datetime
    reviewed_by_id: UUID | None
    picked_by_id: UUID | None
    checked_by_id: UUID | None
    handed_over_by_id: UUID | None


def write_dispenses(lines: Iterable[PastDispense]) -> None:
    """Write dispenses. One statement."""
    copy_rows(
        "pharmacy_dispense",
        lines,
        PastDispense,
        review=Json(),
        reason="",
        batches=JsonList(),
        identity=JsonList(),
        counselling=Json(),
        given=JsonList(),
        taken_back=JsonList(),
        version=1,
    )
