"""What other apps may ask about patients: who they are, and how to reach them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from yilu.patients.models import ContactPoint, Patient
from yilu.patients.selectors import lines
from yilu.patients.selectors.lines import PatientBrief, today
from yilu.patients.states import ContactKind
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import prepared, prepared_rows
from yilu.platform.names import PersonName

__all__ = ["Contact", "PatientBrief", "contact_of", "patient_briefs", "patient_exists", "today"]

# An id of a merged record leads to its survivor.
_BRIEFS = f"""
SELECT {lines.COLUMNS}, f.id AS asked
FROM patients_patient f JOIN patients_patient p ON p.id = coalesce(f.merged_into_id, f.id)
WHERE f.id = ANY(%(ids)s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a patient, and in which language. In full: for messages, never for a page."""

    phone: str
    email: str
    wechat: str
    language: str
    name: PersonName


def patient_exists(patient_id: UUID) -> bool:
    """Whether we know this patient. A yes stays true: no patient is ever deleted. One query."""
    return bool(prepared("SELECT 1 FROM patients_patient WHERE id = %(id)s", {"id": patient_id}))


def patient_briefs(actor: Actor, ids: Iterable[UUID], why: str) -> dict[UUID, PatientBrief]:
    """Patients in one line each. One query, none for no ids.

    Whom staff may see is decided where the ids come from: their queue, their day, their visit.
    A patient's own account gets only the patients it owns. Who was asked for by the id of a
    merged record is there under that id, as the survivor. `why` says in the record of reads what
    they were seen for.
    """
    wanted = set(ids)
    if actor.kind == "patient":
        wanted &= actor.owns
    if not wanted:
        return {}
    found = brief_rows(wanted)
    audit.seen(actor, [row["id"] for row in found], why)
    on = today()
    return {row["asked"]: lines.brief(row, on) for row in found}


def brief_rows(ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """The rows behind briefs. Asks nobody and records nothing: for our own selectors. One query."""
    return prepared_rows(_BRIEFS, {"ids": list(ids), **lines.parameters()})


def contact_of(patient_id: UUID) -> Contact | None:
    """How to reach a patient, for messages only; None for somebody we do not know. One query."""
    primary = ContactPoint.objects.filter(patient=OuterRef("pk"), is_primary=True, ended_at=None)
    merged = Patient.objects.filter(pk=patient_id).values("merged_into")
    patient = (
        Patient.objects.filter(pk=Coalesce(Subquery(merged), patient_id))
        .annotate(
            **{k.value: Subquery(primary.filter(kind=k).values("value")[:1]) for k in ContactKind}
        )
        .only("name", "pinyin", "language")
        .first()
    )
    if patient is None:
        return None
    values = {kind.value: getattr(patient, kind.value) or "" for kind in ContactKind}
    name = PersonName(patient.name, patient.pinyin)
    return Contact(**values, language=patient.language, name=name)
