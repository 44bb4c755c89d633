"""What two or more merged records say together, each line with the record that it came from."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from yilu.clinical.models import Allergy, Background, Prescription, PrescriptionItem, Problem
from yilu.clinical.selectors.allergies import allergy_text
from yilu.clinical.selectors.context import require_patient
from yilu.clinical.states import IN_USE, AllergyStatus, ProblemStatus
from yilu.patients.selectors.aliases import Alias, aliases_of, rows_from
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.visits.selectors.visits import visits_of

TABLES = (
    "clinical_allergy",
    "clinical_problem",
    "clinical_background",
    "clinical_prescription",
    "visits_visit",
)
MOST = 12


@dataclass(frozen=True, slots=True)
class JoinedLine:
    """One line of a merged record. `record_no` is where it stood before the merge.

    `is_second`: it says again, or otherwise, what the record that stayed says; only an allergy
    still counts there, as the checks of a prescription ask for the graver.
    """

    text: str
    record_no: str
    day: date | None = None
    name: Localized | None = None
    is_over: bool = False
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """The history of a merged patient, by kind, and the records that it is made of."""

    record_no: str
    aliases: list[Alias]
    allergies: list[JoinedLine] = field(default_factory=list)
    problems: list[JoinedLine] = field(default_factory=list)
    medicines: list[JoinedLine] = field(default_factory=list)
    visits: list[JoinedLine] = field(default_factory=list)
    background: list[JoinedLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Origins:
    """Says of a row in which record it was written."""

    own: UUID
    numbers: dict[UUID, str]
    moved: dict[UUID, UUID]

    def of(self, row_id: UUID, patient_id: UUID) -> str:
        return self.numbers[self.moved.get(row_id, patient_id)]


def joined_history(actor: Actor, patient_id: UUID) -> Joined | None:
    """Allergies, problems, medicines, visits and background of a merged patient, with their origin.

    Four queries of a patient into whom nobody was merged, which gives None; else at most eleven.

    Raises:
        NotFound: there is no such patient, or the actor may see no record anywhere.
    """
    require_patient(actor, patient_id)
    patient = patient_briefs(actor, [patient_id], "summary").get(patient_id)
    if patient is None:
        raise NotFound
    aliases = aliases_of(patient_id)
    if not aliases:
        return None
    numbers = {patient_id: patient.record_no} | {one.id: one.record_no for one in aliases}
    origins = _Origins(patient_id, numbers, rows_from(aliases, TABLES))
    return Joined(
        record_no=patient.record_no,
        aliases=aliases,
        allergies=_allergies(origins),
        problems=_problems(origins),
        medicines=_medicines(origins),
        visits=_visits(actor, origins),
        background=_background(origins),
    )


def _allergies(origins: _Origins) -> list[JoinedLine]:
    rows = Allergy.objects.filter(patient_id__in=origins.numbers).order_by("status", "recorded_at")
    return [
        JoinedLine(
            text=allergy_text(row),
            record_no=origins.of(row.pk, row.patient_id),
            is_over=row.status != AllergyStatus.ACTIVE,
            is_second=row.patient_id != origins.own,
        )
        for row in rows
    ]


def _problems(origins: _Origins) -> list[JoinedLine]:
    rows = Problem.objects.filter(patient_id__in=origins.numbers).order_by("status", "recorded_at")
    return [
        JoinedLine(
            text=" · ".join(filter(None, (row.text, row.onset))),
            record_no=origins.of(row.pk, row.patient_id),
            is_over=row.status != ProblemStatus.ACTIVE,
            is_second=row.patient_id != origins.own,
        )
        for row in rows
    ]


def _medicines(origins: _Origins) -> list[JoinedLine]:
    signed = Prescription.objects.filter(patient_id__in=origins.numbers, state__in=IN_USE)
    items = PrescriptionItem.objects.filter(prescription__in=signed)
    rows = items.order_by("-prescription__signed_at", "position").values_list(
        "name", "prescription_id", "prescription__patient_id", "prescription__clinic_day"
    )
    return [
        JoinedLine("", origins.of(sheet_id, patient_id), day, Localized(name))
        for name, sheet_id, patient_id, day in rows[:MOST]
    ]


def _visits(actor: Actor, origins: _Origins) -> list[JoinedLine]:
    return [
        JoinedLine(one.number, origins.of(one.id, one.patient_id), one.clinic_day)
        for one in visits_of(actor, origins.own, MOST)
    ]


def _background(origins: _Origins) -> list[JoinedLine]:
    """The last version of each record: two histories need a doctor to make one."""
    rows = Background.objects.filter(patient_id__in=origins.numbers).order_by("patient_id", "-n")
    found = [
        JoinedLine(
            text="；".join(filter(None, map(str, row.content.values()))),
            record_no=origins.of(row.pk, row.patient_id),
            day=row.clinic_day,
            is_second=row.patient_id != origins.own,
        )
        for row in rows.distinct("patient_id")
    ]
    return [one for one in found if one.text]
