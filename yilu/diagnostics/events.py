"""What diagnostics tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ExamRequested:
    """A doctor asks for an examination; `due_at` is what we promise, if we do."""

    version: ClassVar[int] = 1
    says = _("An examination is asked for")

    request_id: UUID
    patient_id: UUID
    visit_id: UUID
    service_id: UUID
    kind: str
    urgency: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExamBooked:
    """A request has a booking now, or another one."""

    version: ClassVar[int] = 1
    says = _("An examination is booked")

    request_id: UUID
    patient_id: UUID
    booking_id: UUID
    trip_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ExamUnbooked:
    """The booking of a request was cancelled or missed: it is to be booked again."""

    version: ClassVar[int] = 1
    says = _("An examination is to be booked again")

    request_id: UUID
    patient_id: UUID
    booking_id: UUID


@dataclass(frozen=True, slots=True)
class ExamDone:
    version: ClassVar[int] = 1
    says = _("An examination is done")

    request_id: UUID
    patient_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class ExamReturned:
    """An examination that was noted as done is not: its finish was taken back."""

    version: ClassVar[int] = 1
    says = _("The end of an examination is taken back")

    request_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class ExamWithdrawn:
    version: ClassVar[int] = 1
    says = _("An examination is withdrawn")

    request_id: UUID
    patient_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class TripBooked:
    """Several examinations of a patient were booked together, or placed anew."""

    version: ClassVar[int] = 1
    says = _("Several examinations are booked together")

    trip_id: UUID
    trip_version: int
    patient_id: UUID
    request_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class LabOrdered:
    """A doctor orders a test; `price` names the item of the price list."""

    version: ClassVar[int] = 1
    says = _("A laboratory test is ordered")

    order_id: UUID
    visit_id: UUID
    patient_id: UUID
    test: str
    price: str
    urgency: str


@dataclass(frozen=True, slots=True)
class LabOrderCancelled:
    """`is_last`: nothing else of the visit waits for the laboratory."""

    version: ClassVar[int] = 1
    says = _("A laboratory test is cancelled")

    order_id: UUID
    visit_id: UUID
    patient_id: UUID
    is_last: bool


@dataclass(frozen=True, slots=True)
class SpecimenCollected:
    """A tube was taken. `is_last`: nothing else of the visit is to be collected."""

    version: ClassVar[int] = 1
    says = _("A specimen is collected")

    specimen_id: UUID
    visit_id: UUID
    patient_id: UUID
    container: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class SpecimenReceived:
    version: ClassVar[int] = 1
    says = _("A specimen comes to the laboratory")

    specimen_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class SpecimenRejected:
    """The laboratory refuses a tube: the patient is asked back."""

    version: ClassVar[int] = 1
    says = _("The laboratory refuses a specimen")

    specimen_id: UUID
    visit_id: UUID
    patient_id: UUID
    rejection: str


@dataclass(frozen=True, slots=True)
class ResultsEntered:
    version: ClassVar[int] = 1
    says = _("Results are entered")

    report_id: UUID
    specimen_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class ResultsSentBack:
    version: ClassVar[int] = 1
    says = _("Results are sent back to be entered again")

    report_id: UUID
    specimen_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class LabReportReleased:
    """A report is in force. `is_last`: nothing else of the visit waits for the laboratory."""

    version: ClassVar[int] = 1
    says = _("A laboratory report is released")

    report_id: UUID
    specimen_id: UUID
    visit_id: UUID
    patient_id: UUID
    issue: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class LabReportExplained:
    version: ClassVar[int] = 1
    says = _("A laboratory report is explained")

    report_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class OutsideReportGiven:
    version: ClassVar[int] = 1
    says = _("Results from elsewhere are given to us")

    outside_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class OutsideReportRemoved:
    version: ClassVar[int] = 1
    says = _("Results from elsewhere are taken away again")

    outside_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class CriticalValueFound:
    version: ClassVar[int] = 1
    says = _("A critical value is found")

    critical_id: UUID
    report_id: UUID
    visit_id: UUID
    patient_id: UUID
    analyte: str


@dataclass(frozen=True, slots=True)
class CriticalValueAcknowledged:
    version: ClassVar[int] = 1
    says = _("A critical value is acknowledged")

    critical_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class CriticalValueHandled:
    version: ClassVar[int] = 1
    says = _("A critical value is acted on")

    critical_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class CriticalValueWithdrawn:
    """The laboratory found that the value was wrong."""

    version: ClassVar[int] = 1
    says = _("A critical value is withdrawn")

    critical_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class StudyArrived:
    """Somebody has come for an examination. `is_booked`: it has a visit and a fee of its own."""

    version: ClassVar[int] = 1
    says = _("Somebody comes for an examination")

    study_id: UUID
    visit_id: UUID
    patient_id: UUID
    is_booked: bool


@dataclass(frozen=True, slots=True)
class StudyLeft:
    """Who had come for an examination has not: the check-in was taken back."""

    version: ClassVar[int] = 1
    says = _("Somebody is expected again for an examination")

    study_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class StudyBegun:
    """An examination begins after its check. `is_overridden`: in spite of an answer."""

    version: ClassVar[int] = 1
    says = _("An examination begins after its check")

    study_id: UUID
    visit_id: UUID
    patient_id: UUID
    is_overridden: bool


@dataclass(frozen=True, slots=True)
class StudyTaken:
    version: ClassVar[int] = 1
    says = _("The images of an examination are in")

    study_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class StudyReported:
    version: ClassVar[int] = 1
    says = _("The report of an examination is written")

    report_id: UUID
    study_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class StudySentBack:
    version: ClassVar[int] = 1
    says = _("The report of an examination is sent back")

    report_id: UUID
    study_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class StudyReleased:
    """The report of an examination is in force."""

    version: ClassVar[int] = 1
    says = _("The report of an examination is released")

    report_id: UUID
    study_id: UUID
    visit_id: UUID
    patient_id: UUID
    issue: int


@dataclass(frozen=True, slots=True)
class StudyExplained:
    version: ClassVar[int] = 1
    says = _("The report of an examination is explained")

    report_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class ImageReceived:
    """An image came from a device or a person. Without a study nobody knows yet whose it is."""

    version: ClassVar[int] = 1
    says = _("An image is received")

    image_id: UUID
    study_id: UUID | None


@dataclass(frozen=True, slots=True)
class ImageAssigned:
    """A person said whose an image is."""

    version: ClassVar[int] = 1
    says = _("An image is assigned to an examination")

    image_id: UUID
    study_id: UUID
