"""What reception tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PatientCheckedIn:
    version: ClassVar[int] = 1

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    ticket_id: UUID


@dataclass(frozen=True, slots=True)
class PatientAtDoor:
    """Somebody with a booking stands at the desk and waits for our first word, or does not."""

    version: ClassVar[int] = 1

    booking_id: UUID
    patient_id: UUID
    is_here: bool


@dataclass(frozen=True, slots=True)
class PatientReady:
    """Somebody can be called or seen by video now; they have no number to wait with."""

    version: ClassVar[int] = 1

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True, slots=True)
class CheckInUndone:
    version: ClassVar[int] = 1

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    version: ClassVar[int] = 1

    incident_id: UUID
    kind: str
    patient_id: UUID | None
    resource_id: UUID | None


@dataclass(frozen=True, slots=True)
class IncidentChanged:
    """What is known about an incident was added to or corrected."""

    version: ClassVar[int] = 1

    incident_id: UUID
    kind: str
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class IncidentDeedDone:
    """Something was done and is in the timeline; `step` is what it finishes of the pathway."""

    version: ClassVar[int] = 1

    incident_id: UUID
    entry_id: UUID
    deed: str
    step: str


@dataclass(frozen=True, slots=True)
class IncidentDeedStruck:
    """A line of the timeline was struck out: that was not done."""

    version: ClassVar[int] = 1

    incident_id: UUID
    entry_id: UUID
    deed: str
    step: str


@dataclass(frozen=True, slots=True)
class IncidentClosed:
    version: ClassVar[int] = 1

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

    incident_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class IncidentWithdrawn:
    """An incident was opened by mistake; it stays in the list, and says so."""

    version: ClassVar[int] = 1

    incident_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class CallRang:
    """A telephone system told of a call. Who calls is not in it."""

    version: ClassVar[int] = 1

    call_id: UUID


@dataclass(frozen=True, slots=True)
class CallBegun:
    """Somebody of ours is on the line; `seconds` is how long it rang, if that is known."""

    version: ClassVar[int] = 1

    call_id: UUID
    seconds: int | None


@dataclass(frozen=True, slots=True)
class CallChanged:
    """Something was written down during a call."""

    version: ClassVar[int] = 1

    call_id: UUID
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallMissed:
    version: ClassVar[int] = 1

    call_id: UUID
    call_back_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallEnded:
    version: ClassVar[int] = 1

    call_id: UUID
    need: str
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallBackAsked:
    version: ClassVar[int] = 1

    call_back_id: UUID
    patient_id: UUID | None
    is_missed_call: bool


@dataclass(frozen=True, slots=True)
class CallBackOver:
    version: ClassVar[int] = 1

    call_back_id: UUID
    outcome: str
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class CallBackChanged:
    """A call to be returned was tried in vain, given to somebody, or taken up again."""

    version: ClassVar[int] = 1

    call_back_id: UUID


@dataclass(frozen=True, slots=True)
class TelephoneLineSet:
    """A telephone system was let in, or is no more."""

    version: ClassVar[int] = 1

    line_id: UUID
    is_withdrawn: bool
