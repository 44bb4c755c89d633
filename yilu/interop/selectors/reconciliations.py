"""The lists of the nights, and how partners' own lists differed from them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.interop.errors import DayNotOver
from yilu.interop.models import Comparison, Reconciliation
from yilu.interop.rules.signatures import content_digest
from yilu.platform import files


@dataclass(frozen=True, slots=True)
class ReconciliationLine:
    """The list of one day; `differ` is None as long as the partner sent none of its own."""

    id: UUID
    day: date
    bookings: int
    sha256: str
    differ: int | None = None


@dataclass(frozen=True, slots=True)
class ListContent:
    """A list as a file."""

    name: str
    content: bytes
    digest: str


def reconciliations(
    partner_id: UUID, *, before: date | None = None, limit: int = 31
) -> list[ReconciliationLine]:
    """A partner's lists, the newest first, and how many rows differed. Two queries."""
    rows = Reconciliation.objects.filter(partner_id=partner_id)
    if before:
        rows = rows.filter(clinic_day__lt=before)
    found = list(rows[:limit])
    newest: dict[UUID, int] = {}
    compared = Comparison.objects.filter(reconciliation__in=found).order_by("created_at")
    for made in compared:
        newest[made.reconciliation_id] = len(made.rows)
    return [
        ReconciliationLine(one.pk, one.clinic_day, one.bookings, one.sha256, newest.get(one.pk))
        for one in found
    ]


def list_content(partner_id: UUID, day: date) -> ListContent:
    """The list of a day as it was written, checked against its hash. Two queries.

    Raises: DayNotOver.
    """
    found = Reconciliation.objects.filter(partner_id=partner_id, clinic_day=day).first()
    if found is None:
        raise DayNotOver
    content = files.read(found.file_id)
    return ListContent(f"yilu-{day:%Y%m%d}.csv", content, content_digest(content))
