"""What intake tells the other apps. Names are facts in the past tense; never what was answered."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class QuestionsAsked:
    version: ClassVar[int] = 1
    says = _("Questions are sent before the visit")

    sheet_id: UUID
    booking_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class QuestionsAnswered:
    """`risks` says how many things stand out; which is read in the sheet.

    Who came without a booking has none here.
    """

    version: ClassVar[int] = 1
    says = _("The questions before the visit are answered")

    sheet_id: UUID
    booking_id: UUID | None
    patient_id: UUID
    risks: int


@dataclass(frozen=True, slots=True)
class AnswersKept:
    """Staff kept at a visit what was answered so far; `missing` says how much is not."""

    version: ClassVar[int] = 1
    says = _("Answers are kept at the visit")

    sheet_id: UUID
    visit_id: UUID
    patient_id: UUID
    missing: int


@dataclass(frozen=True, slots=True)
class AnswerTakenOver:
    """An answer went into the record by somebody's press."""

    version: ClassVar[int] = 1
    says = _("An answer goes into the record")

    sheet_id: UUID
    booking_id: UUID | None
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PreTriaged:
    """Somebody was told where to go; what they complained of is read in the row."""

    version: ClassVar[int] = 1
    says = _("Somebody is told where to go")

    pretriage_id: UUID
    patient_id: UUID | None
    outcome: str
    confidence: str
    rules_version: str


@dataclass(frozen=True, slots=True)
class PreTriageOverruled:
    """A person sent somebody elsewhere than the rules had."""

    version: ClassVar[int] = 1
    says = _("A person decides otherwise than the rules")

    pretriage_id: UUID
    outcome: str
    department: str


@dataclass(frozen=True, slots=True)
class PatientFeltWorse:
    """A patient who waits feels worse: a nurse is to look at once."""

    version: ClassVar[int] = 1
    says = _("A patient who waits feels worse")

    feltworse_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class FeltWorseSaidAgain:
    """The patient pressed once more, or said what it is; it stays one call."""

    version: ClassVar[int] = 1
    says = _("A patient says again that they feel worse")

    feltworse_id: UUID
    visit_id: UUID
    patient_id: UUID
    presses: int


@dataclass(frozen=True, slots=True)
class FeltWorseAnswered:
    """A nurse has looked, and set the level."""

    version: ClassVar[int] = 1
    says = _("A nurse has looked at who felt worse")

    feltworse_id: UUID
    visit_id: UUID
    patient_id: UUID
    level: int
