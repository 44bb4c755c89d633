"""What queueing tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TicketIssued:
    version: ClassVar[int] = 1

    ticket_id: UUID
    queue_id: UUID
    kind: str
    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    clinic_day: date


@dataclass(frozen=True, slots=True)
class _TicketDeed:
    """Something happened to a ticket."""

    version: ClassVar[int] = 1

    ticket_id: UUID
    queue_id: UUID
    kind: str
    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    station_id: UUID | None
    at: datetime


class TicketCalled(_TicketDeed):
    """A number was called to a station, for the first time or again after a missed call."""


class TicketRecalled(_TicketDeed):
    """The same number was called again."""


class TicketStarted(_TicketDeed):
    """The patient is in the room."""


class TicketSkipped(_TicketDeed):
    """Nobody came when the number was called."""


class TicketRequeued(_TicketDeed):
    """Who missed a call, or comes back with results, waits again."""


class TicketFinished(_TicketDeed):
    """The patient has left the station."""


class TicketLeft(_TicketDeed):
    """The patient waits no longer, and was not seen in this queue."""


class TicketTransferred(_TicketDeed):
    """The patient waits in another queue now: `queue_id` is the new one."""


class TicketMoved(_TicketDeed):
    """Somebody changed the order by hand, or the urgency."""


class TicketDeedUndone(_TicketDeed):
    """The last deed on this ticket was taken back."""


class TicketFinishUndone(_TicketDeed):
    """The patient had not finished after all."""


@dataclass(frozen=True, slots=True)
class QueuesChanged:
    """Queues, stations, rules or screens of a site were set up."""

    version: ClassVar[int] = 1

    what: str
