"""One patient's record on one page, and what aftercare must know of a visit."""

from dataclasses import dataclass
from uuid import UUID

from yilu.clinical.models import (
    Background,
    Diagnosis,
    Intake,
    Note,
    OxygenTarget,
    Prescription,
    Problem,
    VitalSigns,
)
from yilu.clinical.rules.checks import Taken
from yilu.clinical.selectors.allergies import AllergyCard, allergy_card
from yilu.clinical.selectors.chart import taken
from yilu.clinical.selectors.context import require_patient
from yilu.clinical.selectors.measures import TrendPoint, vitals_trend
from yilu.clinical.selectors.notes import PastNote, diagnoses_of, past_notes, visit_note
from yilu.clinical.selectors.prescriptions import ItemFacts, prescriptions_of_visits
from yilu.clinical.states import ProblemStatus
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.patients.selectors.patients import today as patients_today
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

OF_A_VISIT = (VitalSigns, Intake, Note, Diagnosis, Prescription)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """Something that stays with the patient."""

    id: UUID
    code: str
    text: str
    onset: str
    is_active: bool
    version: int


@dataclass(frozen=True, slots=True)
class IntakeCard:
    """What the nurse asked; `n` 0 when nobody asked yet."""

    n: int
    content: dict[str, object]


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """A patient's record on one page."""

    patient: PatientBrief
    allergies: AllergyCard
    problems: tuple[ProblemLine, ...]
    background: dict[str, str]
    background_n: int
    medicines: tuple[Taken, ...]
    past: tuple[PastNote, ...]
    trend: tuple[TrendPoint, ...]
    oxygen_target: str


@dataclass(frozen=True, slots=True)
class AfterVisit:
    """What was decided at a visit, for the sheet the patient takes home and for follow-up."""

    visit_id: UUID
    diagnoses: tuple[Localized, ...]
    complaint: str
    plan: str
    advice: str
    follow_up_plans: tuple[str, ...]
    medicines: tuple[ItemFacts, ...]


def patient_summary(actor: Actor, patient_id: UUID, visit_id: UUID | None = None) -> PatientSummary:
    """Allergies, problems, background, medicines, last visits and trend. Thirteen queries.

    `visit_id` is the visit at hand: it is left out of the past.

    Raises:
        NotFound: there is no such patient, or the actor may see no record anywhere.
        OutsideCare: the actor has nothing to do with the patient now.
    """
    require_patient(actor, patient_id)
    patient = patient_briefs(actor, [patient_id], "summary").get(patient_id)
    if patient is None:
        raise NotFound
    background = Background.objects.filter(patient_id=patient_id).order_by("-n").first()
    target = OxygenTarget.objects.filter(patient_id=patient_id, ended_at=None).first()
    return PatientSummary(
        patient=patient,
        allergies=allergy_card(patient_id, visit_id),
        problems=tuple(problems_of(patient_id)),
        background=background.content if background else {},
        background_n=background.n if background else 0,
        medicines=taken(patient_id, patients_today()),
        past=tuple(past_notes(patient_id, visit_id)),
        trend=tuple(vitals_trend(patient_id)),
        oxygen_target=target.reason if target else "",
    )


def problems_of(patient_id: UUID) -> list[ProblemLine]:
    """The problem list, active ones first. One query."""
    rows = Problem.objects.filter(patient_id=patient_id).order_by("status", "recorded_at")
    return [
        ProblemLine(
            row.pk, row.code, row.text, row.onset, row.status == ProblemStatus.ACTIVE, row.version
        )
        for row in rows
    ]


def intake_of(visit_id: UUID) -> IntakeCard:
    """The intake of a visit as it was last saved. One query."""
    row = Intake.objects.filter(visit_id=visit_id).order_by("-n").first()
    return IntakeCard(row.n, row.content) if row else IntakeCard(0, {})


def intake_at(visit_id: UUID, n: int) -> dict[str, object]:
    """What version `n` of the intake of a visit held; nothing for 0. One query."""
    return (
        Intake.objects.filter(visit_id=visit_id, n=n).values_list("content", flat=True).first()
        or {}
    )


def is_untouched(visit_id: UUID) -> bool:
    """Whether nobody has measured, asked, written or prescribed anything yet. Five queries."""
    return not any(kind.objects.filter(visit_id=visit_id).exists() for kind in OF_A_VISIT)


def after_visit_facts(visit_id: UUID) -> AfterVisit:
    """What was decided at a visit. Five queries. For jobs: it shows no patient."""
    note = visit_note(visit_id)
    signed = [one for one in prescriptions_of_visits([visit_id]) if one.is_in_force]
    return AfterVisit(
        visit_id=visit_id,
        diagnoses=tuple(one.text for one in diagnoses_of([visit_id]).get(visit_id, [])),
        complaint=note.sections.get("chief_complaint", ""),
        plan=note.sections.get("treatment", ""),
        advice=note.sections.get("advice", ""),
        follow_up_plans=tuple(one.follow_up_plan for one in signed),
        medicines=tuple(item for one in signed for item in one.items),
    )
