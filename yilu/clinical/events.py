"""What the record tells others. Each event names the visit and the patient it concerns."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class VitalsRecorded:
    version: ClassVar[int] = 1
    says = _("Vital signs are recorded")

    visit_id: UUID
    patient_id: UUID
    vitals_id: UUID
    news2: int | None
    needs_recheck: bool


@dataclass(frozen=True, slots=True)
class VitalsWithdrawn:
    version: ClassVar[int] = 1
    says = _("Vital signs are withdrawn")

    visit_id: UUID
    patient_id: UUID
    vitals_id: UUID


@dataclass(frozen=True, slots=True)
class IntakeRecorded:
    version: ClassVar[int] = 1
    says = _("The intake is recorded")

    visit_id: UUID
    patient_id: UUID
    n: int


@dataclass(frozen=True, slots=True)
class AllergiesChanged:
    """An allergy was recorded or refuted, or their absence stated."""

    version: ClassVar[int] = 1
    says = _("Allergies are changed")

    patient_id: UUID
    visit_id: UUID | None


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """Something else of the record changed: a diagnosis, a problem, the background, a draft."""

    version: ClassVar[int] = 1
    says = _("The record is changed")

    patient_id: UUID
    visit_id: UUID | None
    what: str


@dataclass(frozen=True, slots=True)
class NoteSigned:
    version: ClassVar[int] = 1
    says = _("A note is signed")

    visit_id: UUID
    patient_id: UUID
    note_id: UUID
    n: int


@dataclass(frozen=True, slots=True)
class NoteAmended:
    version: ClassVar[int] = 1
    says = _("A note is amended")

    visit_id: UUID
    patient_id: UUID
    note_id: UUID
    n: int


@dataclass(frozen=True, slots=True)
class PrescriptionSigned:
    """`items` are `{drug_id, quantity}`, quantity in the unit in which the drug is dispensed."""

    version: ClassVar[int] = 1
    says = _("A prescription is signed")

    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    number: str
    items: tuple[dict[str, UUID | Decimal], ...]


@dataclass(frozen=True, slots=True)
class PrescriptionVoided:
    """`is_last`: nothing else that was prescribed at the visit is still to be handed over."""

    version: ClassVar[int] = 1
    says = _("A prescription is voided")

    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    is_last: bool


@dataclass(frozen=True, slots=True)
class PrescriptionReturned:
    """The pharmacist sent it back: the doctor changes it or signs again."""

    version: ClassVar[int] = 1
    says = _("A prescription is sent back by the pharmacy")

    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    practitioner_id: UUID


@dataclass(frozen=True, slots=True)
class TreatmentConsentPrepared:
    """Somebody was given a text to read and sign."""

    version: ClassVar[int] = 1
    says = _("A treatment consent is prepared")

    consent_id: UUID
    visit_id: UUID
    patient_id: UUID
    template: str


@dataclass(frozen=True, slots=True)
class TreatmentConsentGiven:
    """Everybody who has to has signed."""

    version: ClassVar[int] = 1
    says = _("A treatment consent is signed by all")

    consent_id: UUID
    visit_id: UUID
    patient_id: UUID
    template: str


@dataclass(frozen=True, slots=True)
class TreatmentConsentRefused:
    version: ClassVar[int] = 1
    says = _("A treatment consent is refused")

    consent_id: UUID
    visit_id: UUID
    patient_id: UUID
    template: str


@dataclass(frozen=True, slots=True)
class TreatmentConsentWithdrawn:
    version: ClassVar[int] = 1
    says = _("A treatment consent is withdrawn")

    consent_id: UUID
    visit_id: UUID
    patient_id: UUID
    template: str


@dataclass(frozen=True, slots=True)
class ExaminationSkipped:
    """A treatment may begin though an examination, a diagnosis or a consent is missing."""

    version: ClassVar[int] = 1
    says = _("A treatment begins without examination")

    visit_id: UUID
    patient_id: UUID
    missing: tuple[str, ...]
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class ProcedureStarted:
    version: ClassVar[int] = 1
    says = _("A procedure begins")

    procedure_id: UUID
    visit_id: UUID
    patient_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class ProcedureEnded:
    """`observations`: how many looks are due afterwards."""

    version: ClassVar[int] = 1
    says = _("A procedure ends")

    procedure_id: UUID
    visit_id: UUID
    patient_id: UUID
    kind: str
    observations: int


@dataclass(frozen=True, slots=True)
class ProcedureAbandoned:
    version: ClassVar[int] = 1
    says = _("A procedure is abandoned")

    procedure_id: UUID
    visit_id: UUID
    patient_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class ObservationOverdue:
    """Nobody has looked at a patient some minutes after the time for it."""

    version: ClassVar[int] = 1
    says = _("An observation is overdue")

    observation_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class ObservationMade:
    version: ClassVar[int] = 1
    says = _("An observation is made")

    observation_id: UUID
    visit_id: UUID
    patient_id: UUID
    is_well: bool


@dataclass(frozen=True, slots=True)
class PlanProposed:
    """A doctor put a treatment plan before a patient."""

    version: ClassVar[int] = 1
    says = _("A treatment plan is proposed")

    plan_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PlanAccepted:
    """A patient chose and has said it back; `items` of the price list belong to the choice."""

    version: ClassVar[int] = 1
    says = _("A treatment plan is accepted")

    plan_id: UUID
    visit_id: UUID
    patient_id: UUID
    chosen: int
    items: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PlanDeclined:
    version: ClassVar[int] = 1
    says = _("A treatment plan is declined")

    plan_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PlanReleased:
    """In an emergency, what belongs to a plan goes ahead before the patient has accepted it."""

    version: ClassVar[int] = 1
    says = _("A treatment plan goes ahead in an emergency")

    plan_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class OpinionAsked:
    """A doctor asks a colleague or a department about a patient; `urgency` says how soon."""

    version: ClassVar[int] = 1
    says = _("A colleague is asked for an opinion")

    opinion_id: UUID
    visit_id: UUID
    patient_id: UUID
    urgency: str


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    version: ClassVar[int] = 1
    says = _("An opinion is given")

    opinion_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class OpinionWithdrawn:
    version: ClassVar[int] = 1
    says = _("A question to a colleague is taken back")

    opinion_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class CaseDiscussionPlanned:
    version: ClassVar[int] = 1
    says = _("A case discussion is planned")

    discussion_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class CaseDiscussionNoted:
    """There are minutes and a decision; those who were present sign them."""

    version: ClassVar[int] = 1
    says = _("A case discussion has its minutes")

    discussion_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class CaseDiscussionSigned:
    """Everybody who was present has signed the minutes."""

    version: ClassVar[int] = 1
    says = _("The minutes of a case discussion are signed")

    discussion_id: UUID
    visit_id: UUID
    patient_id: UUID
