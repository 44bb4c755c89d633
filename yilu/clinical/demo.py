"""A made-up past of the record, written by COPY: the same rows, seals and versions as signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.clinical.rules import scores, vitals
from yilu.clinical.rules.notes import digest
from yilu.clinical.rules.rulesets import ruleset
from yilu.platform.copying import Json, JsonList, copy_rows


@dataclass(slots=True)
class PastVitals:
    """One round of measuring."""

    id: UUID
    visit_id: UUID
    patient_id: UUID
    site_id: UUID
    clinic_day: date
    taken_at: datetime
    taken_by_id: UUID | None
    values: Json
    flags: JsonList
    bounds_version: str


@dataclass(slots=True)
class PastScore:
    """What the rules made of a round of measuring."""

    id: UUID
    vitals_id: UUID
    visit_id: UUID
    patient_id: UUID
    site_id: UUID
    clinic_day: date
    ruleset: str
    ruleset_version: str
    inputs: Json
    points: Json
    total: Decimal
    band: str
    single_three: bool
    computed_at: datetime
    computed_by_id: UUID | None


@dataclass(slots=True)
class PastNote:
    """A note; `signed_n` is 1 once it is signed."""

    id: UUID
    visit_id: UUID
    patient_id: UUID
    site_id: UUID
    clinic_day: date
    kind: str
    state: str
    author_id: UUID | None
    draft: Json
    draft_saved_at: datetime
    signed_n: int


@dataclass(slots=True)
class PastNoteVersion:
    """A note as it was signed."""

    id: UUID
    note_id: UUID
    content: Json
    diagnoses: JsonList
    author_id: UUID | None
    practitioner_id: UUID
    signed_at: datetime
    digest: str


@dataclass(slots=True)
class PastDiagnosis:
    """A coded diagnosis of a visit."""

    id: UUID
    visit_id: UUID
    patient_id: UUID
    site_id: UUID
    clinic_day: date
    code: str
    text: Json
    recorded_by_id: UUID | None
    recorded_at: datetime


@dataclass(slots=True)
class PastPrescription:
    """A signed prescription."""

    id: UUID
    visit_id: UUID
    patient_id: UUID
    site_id: UUID
    practitioner_id: UUID
    author_id: UUID | None
    clinic_day: date
    number: str
    kind: str
    state: str
    diagnosis_basis: str
    rationale: str
    follow_up_plan: str
    diagnoses: JsonList
    written_at: datetime
    signed_at: datetime
    valid_until: date
    digest: str


@dataclass(slots=True)
class PastItem:
    """One drug of a prescription."""

    id: UUID
    prescription_id: UUID
    position: int
    drug_id: UUID
    name: Json
    brand: Json
    form: Json
    strength: str
    atc: str
    dose: Decimal
    dose_unit: str
    route: str
    frequency: str
    days: int
    quantity: Decimal
    form_unit: Json
    dose_per_unit: Decimal
    dispense_unit: Json


def bounds_version() -> str:
    """The version of the bounds that hold now."""
    return ruleset("vitals").version


def flagged(values: dict[str, str], age: int) -> JsonList:
    """What of these values is out of range, as kept beside them."""
    return JsonList(
        {"value": one.value, "grade": one.grade, "do": one.do} for one in vitals.flags(values, age)
    )


def scored(values: dict[str, str], about: scores.About) -> list[scores.Score]:
    """What the rules make of these values."""
    return scores.score_vitals(values, about)


def seal(*parts: Any) -> str:
    """The seal over what is signed, as the operations make it."""
    return digest(*parts)


def write_vitals(lines: Iterable[PastVitals]) -> None:
    """Write rounds of measuring. One statement."""
    same = {"note": "", "withdrawn_at": None, "withdrawn_reason": "", "version": 1}
    copy_rows("clinical_vitalsigns", lines, PastVitals, **same)


def write_scores(lines: Iterable[PastScore]) -> None:
    """Write scores. One statement."""
    copy_rows("clinical_scoreresult", lines, PastScore)


def write_notes(notes: Iterable[PastNote], versions: Iterable[PastNoteVersion]) -> None:
    """Write notes, and what was signed of them. Two statements."""
    copy_rows("clinical_note", notes, PastNote, copied=Json(), draft_version=1, version=1)
    copy_rows("clinical_noteversion", versions, PastNoteVersion, n=1, copied=Json(), reason="")


def write_diagnoses(lines: Iterable[PastDiagnosis]) -> None:
    """Write diagnoses. One statement."""
    copy_rows(
        "clinical_diagnosis",
        lines,
        PastDiagnosis,
        remark="",
        is_primary=True,
        is_suspected=False,
        removed_at=None,
        version=1,
    )


def write_prescriptions(
    prescriptions: Iterable[PastPrescription], items: Iterable[PastItem]
) -> None:
    """Write the drugs of prescriptions, and these. Two statements, inside one transaction.

    The drugs go first, as they did when they were written: a signed prescription gets no more.
    """
    copy_rows("clinical_prescriptionitem", items, PastItem, instruction="")
    copy_rows(
        "clinical_prescription",
        prescriptions,
        PastPrescription,
        draft=JsonList(),
        window="",
        advice="",
        long_supply_reason="",
        returned_reason="",
        returned_at=None,
        confirmed_reason="",
        confirmed_at=None,
        void_reason="",
        voided_at=None,
        version=2,
    )
