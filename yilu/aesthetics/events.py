"""What aesthetics tells others."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ConsultationWritten:
    """Wishes and answers before a treatment were written down."""

    version: ClassVar[int] = 1
    says = _("An aesthetic consultation is written")

    consultation_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class SessionBegun:
    """A treatment session begins; `kind` is that of the list of treatments."""

    version: ClassVar[int] = 1
    says = _("An aesthetic session begins")

    session_id: UUID
    visit_id: UUID
    patient_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """What was done in a session was entered or withdrawn."""

    version: ClassVar[int] = 1
    says = _("An aesthetic session is recorded")

    session_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session is over: `state` says whether it was done or stopped."""

    version: ClassVar[int] = 1
    says = _("An aesthetic session ends")

    session_id: UUID
    visit_id: UUID
    patient_id: UUID
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class AdverseEventNoted:
    """Something went wrong with a treatment; `is_alarming`: a manager looks at it at once."""

    version: ClassVar[int] = 1
    says = _("An adverse event of a treatment is noted")

    adverse_id: UUID
    session_id: UUID
    visit_id: UUID
    patient_id: UUID
    what: str
    is_alarming: bool


@dataclass(frozen=True, slots=True)
class PhotoUseSigned:
    """A patient has signed what photographs may be used for."""

    version: ClassVar[int] = 1
    says = _("What photographs may be used for is signed")

    visit_id: UUID
    patient_id: UUID
    care: bool
    teaching: bool
    publicity: bool


@dataclass(frozen=True, slots=True)
class PhotosChanged:
    """A photograph was taken, marked or withdrawn."""

    version: ClassVar[int] = 1
    says = _("Photographs of treatment changed")

    photo_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PhotoShared:
    """A photograph was given out with its eyes covered; `use` as the patient has signed."""

    version: ClassVar[int] = 1
    says = _("A photograph is given out")

    photo_id: UUID
    visit_id: UUID
    patient_id: UUID
    use: str


@dataclass(frozen=True, slots=True)
class DesignChanged:
    """A design over a photograph was drawn or signed."""

    version: ClassVar[int] = 1
    says = _("A design over a photograph changed")

    design_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class CourseSold:
    """A package was sold; billing charges the visit for the item."""

    version: ClassVar[int] = 1
    says = _("A course of treatment is sold")

    course_id: UUID
    visit_id: UUID
    patient_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True)
class CourseChanged:
    """A course was paid, counted down or given a session back; so many are `left`."""

    version: ClassVar[int] = 1
    says = _("A course of treatment changed")

    course_id: UUID
    visit_id: UUID
    patient_id: UUID
    left: int


@dataclass(frozen=True, slots=True)
class CourseClosed:
    """A course ended early; `amount` goes back the way it was paid."""

    version: ClassVar[int] = 1
    says = _("A course of treatment ends early")

    course_id: UUID
    visit_id: UUID
    patient_id: UUID
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class CareProfileWritten:
    """How a skin is and what it is cared for with was written down."""

    version: ClassVar[int] = 1
    says = _("A care profile is written")

    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class AdviceHandedOver:
    """What to do after a treatment was handed over, to the phone and perhaps on paper."""

    version: ClassVar[int] = 1
    says = _("Advice after a treatment is handed over")

    session_id: UUID
    visit_id: UUID
    patient_id: UUID
    on_paper: bool
