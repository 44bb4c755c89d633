"""A made-up past of cases and their steps, written by COPY."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform.copying import Json, copy_rows


@dataclass(slots=True)
class PastCase:
    """Something that was on its way by a definition."""

    id: UUID
    definition_id: UUID
    key: str
    subject_type: str
    subject_id: UUID
    patient_id: UUID
    site_id: UUID
    clinic_day: date
    state: str
    facts: Json
    started_at: datetime
    closed_at: datetime | None


@dataclass(slots=True)
class PastStep:
    """One step of a case, as far as it came."""

    id: UUID
    case_id: UUID
    site_id: UUID
    clinic_day: date
    key: str
    position: int
    title: Json
    place: Json
    role: str
    state: str
    opened_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    why: str


def write_cases(cases: Iterable[PastCase], steps: Iterable[PastStep]) -> None:
    """Write cases and their steps. Two statements."""
    copy_rows("pathways_case", cases, PastCase, version=1)
    copy_rows(
        "pathways_step",
        steps,
        PastStep,
        reason="",
        level=0,
        escalated_to=[],
        closed_by_id=None,
        owner_id=None,
        version=1,
    )
