"""A made-up past of visits, written by COPY."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform.copying import copy_rows


@dataclass(slots=True)
class PastVisit:
    """Somebody's time with us, ended or not."""

    id: UUID
    number: str
    clinic_day: date
    kind: str
    state: str
    arrived_at: datetime
    in_care_at: datetime | None
    left_at: datetime | None
    access_code: str
    booking_id: UUID | None
    department_id: UUID
    patient_id: UUID
    practitioner_id: UUID
    responsible_user_id: UUID | None
    service_id: UUID
    site_id: UUID


def write_visits(lines: Iterable[PastVisit]) -> None:
    """Write visits. One statement."""
    copy_rows("visits_visit", lines, PastVisit, needs=[], version=1)
