"""What reception tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class PatientCheckedIn:
    version: ClassVar[int] = 1
    says = _("A patient is checked in")

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    ticket_id: UUID


@dataclass(frozen=True, slots=True)
class VisitorAtDoor:
    """Somebody without a booking stands at the desk and waits for our first word, or does not."""

    version: ClassVar[int] = 1
    says = _("Somebody without a booking stands at the desk")

    doorstep_id: UUID
    is_here: bool


@dataclass(frozen=True, slots=True)
class PatientAtDoor:
    """Somebody with a booking stands at the desk and waits for our first word, or does not."""

    version: ClassVar[int] = 1
    says = _("Somebody stands at the desk")

    booking_id: UUID
    patient_id: UUID
    is_here: bool


@dataclass(frozen=True, slots=True)
class PatientReady:
    """Somebody can be called or seen by video now; they have no number to wait with."""

    version: ClassVar[int] = 1
    says = _("A patient can be seen")

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True, slots=True)
class CheckInUndone:
    version: ClassVar[int] = 1
    says = _("A check-in is undone")

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    version: ClassVar[int] = 1
    says = _("An incident is opened")

    incident_id: UUID
    kind: str
    patient_id: UUID | None
    resource_id: UUID | None


@dataclass(frozen=True, slots=True)
class IncidentChanged:
    """What is known about an incident was added to or corrected."""

    version: ClassVar[int] = 1
    says = _("What is known of an incident is changed")

    incident_id: UUID
    kind: str
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class IncidentDeedDone:
    """Something was done and is in the timeline; `step` is what it finishes of the pathway."""

    version: ClassVar[int] = 1
    says = _("Something is done about an incident")

    incident_id: UUID
    entry_id: UUID
    deed: str
    step: str


@dataclass(frozen=True, slots=True)
class IncidentDeedStruck:
    """A line of the timeline was struck out: that was not done."""

    version: ClassVar[int] = 1
    says = _("A deed of an incident is struck out")

    incident_id: UUID
    entry_id: UUID
    deed: str
    step: str


@dataclass(frozen=True, slots=True)
class IncidentClosed:
    version: ClassVar[int] = 1
    says = _("An incident is closed")

    incident_id: UUID
    kind: str
    outcome: str
    patient_id: UUID | None
    needs_review: bool
    is_complaint: bool


@dataclass(frozen=True, slots=True)
class IncidentReopened:
    """That an incident is over was taken back."""

    version: ClassVar[int] = 1
    says = _("An incident is opened again")

    incident_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class IncidentWithdrawn:
    """An incident was opened by mistake; it stays in the list, and says so."""

    version: ClassVar[int] = 1
    says = _("An incident is withdrawn")

    incident_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class CallRang:
    """A telephone system told of a call. Who calls is not in it."""

    version: ClassVar[int] = 1
    says = _("The telephone rings")

    call_id: UUID


@dataclass(frozen=True, slots=True)
class CallBegun:
    """Somebody of ours is on the line; `seconds` is how long it rang, if that is known."""

    version: ClassVar[int] = 1
    says = _("A call is answered")

    call_id: UUID
    seconds: int | None


@dataclass(frozen=True, slots=True)
class CallChanged:
    """Something was written down during a call."""

    version: ClassVar[int] = 1
    says = _("Notes of a call are changed")

    call_id: UUID
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallMissed:
    version: ClassVar[int] = 1
    says = _("A call is missed")

    call_id: UUID
    call_back_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallEnded:
    version: ClassVar[int] = 1
    says = _("A call is over")

    call_id: UUID
    need: str
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallBackAsked:
    version: ClassVar[int] = 1
    says = _("Somebody is to be called back")

    call_back_id: UUID
    patient_id: UUID | None
    is_missed_call: bool


@dataclass(frozen=True, slots=True)
class CallBackOver:
    version: ClassVar[int] = 1
    says = _("The call back is over")

    call_back_id: UUID
    outcome: str
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallBackChanged:
    """A call to be returned was tried in vain, given to somebody, or taken up again."""

    version: ClassVar[int] = 1
    says = _("A call back is changed")

    call_back_id: UUID


@dataclass(frozen=True, slots=True)
class TelephoneLineSet:
    """A telephone system was let in, or is no more."""

    version: ClassVar[int] = 1
    says = _("A telephone line is set up or ended")

    line_id: UUID
    is_withdrawn: bool
