"""What the record stores, and what the database refuses to store."""

from yilu.clinical.models.alerts import PrescriptionAlert
from yilu.clinical.models.consents import (
    ConsentPaper,
    ConsentSignature,
    ConsentText,
    TreatmentConsent,
)
from yilu.clinical.models.history import (
    Allergy,
    AllergyStatement,
    Background,
    OxygenTarget,
    Problem,
)
from yilu.clinical.models.listening import Listening, ListeningSwitch
from yilu.clinical.models.measures import Intake, ScoreResult, VitalSigns
from yilu.clinical.models.notes import Diagnosis, Note, NoteVersion
from yilu.clinical.models.opinions import CaseDiscussion, DiscussionMember, Opinion
from yilu.clinical.models.plans import TreatmentPlan
from yilu.clinical.models.prescriptions import Prescription, PrescriptionItem
from yilu.clinical.models.procedures import (
    Exemption,
    Observation,
    Procedure,
    ProcedureEntry,
)
from yilu.clinical.models.readings import Reading
from yilu.clinical.models.risks import RiskAssessment

__all__ = [
    "Allergy",
    "AllergyStatement",
    "Background",
    "CaseDiscussion",
    "ConsentPaper",
    "ConsentSignature",
    "ConsentText",
    "Diagnosis",
    "DiscussionMember",
    "Exemption",
    "Intake",
    "Listening",
    "ListeningSwitch",
    "Note",
    "NoteVersion",
    "Observation",
    "Opinion",
    "OxygenTarget",
    "Prescription",
    "PrescriptionAlert",
    "PrescriptionItem",
    "Problem",
    "Procedure",
    "ProcedureEntry",
    "Reading",
    "RiskAssessment",
    "ScoreResult",
    "TreatmentConsent",
    "TreatmentPlan",
    "VitalSigns",
]
