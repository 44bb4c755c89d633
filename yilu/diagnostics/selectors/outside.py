"""What patients brought from elsewhere, always marked as such."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.clinical.selectors.context import require_patient
from yilu.diagnostics.models import OutsideReport
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class OutsideLine:
    """One paper from elsewhere: what it is, who made it and when, who gave it to us."""

    id: UUID
    title: str
    source: str
    taken_on: date
    given_at: datetime
    is_from_patient: bool
    patient: PatientBrief | None
    version: int


def my_outside(actor: Actor) -> list[OutsideLine]:
    """What was given for everybody whom an account owns, the newest first. Three queries."""
    rows = OutsideReport.objects.filter(patient_id__in=actor.owns, removed_at=None)
    people = patient_briefs(actor, actor.owns, "my.outside")
    return [_line(one, people.get(one.patient_id)) for one in rows.order_by("-taken_on", "id")]


def outside_of(actor: Actor, patient_id: UUID) -> list[OutsideLine]:
    """What a patient brought, for staff who may read records. Two queries. Raises: NotFound."""
    require_patient(actor, patient_id)
    audit.seen(actor, [patient_id], "outside results")
    rows = OutsideReport.objects.filter(patient_id=patient_id, removed_at=None)
    return [_line(one, None) for one in rows.order_by("-taken_on", "id")]


def outside_file(actor: Actor, outside_id: UUID) -> UUID:
    """The file of one, for its patient and for staff who may read records. Two queries.

    Raises: NotFound.
    """
    row = OutsideReport.objects.filter(pk=outside_id, removed_at=None).first()
    if row is None:
        raise NotFound
    if not actor.is_owner(row.patient_id):
        require_patient(actor, row.patient_id)
    audit.seen(actor, [row.patient_id], "outside results")
    return row.file_id


def _line(row: OutsideReport, patient: PatientBrief | None) -> OutsideLine:
    return OutsideLine(
        row.pk, row.title, row.source, row.taken_on, row.given_at, row.is_from_patient, patient,
        row.version,
    )  # fmt: skip
