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


@dataclass(frozen=True, slots=True)
class _LongWaitDeed:
    """Something happened to a wait that is too long."""

    version: ClassVar[int] = 1

    long_wait_id: UUID
    visit_id: UUID
    patient_id: UUID
    trigger: str


class LongWaitRaised(_LongWaitDeed):
    """Somebody has waited longer than the rule allows or than was promised."""


class LongWaitExplained(_LongWaitDeed):
    """Staff have explained the wait, and said why it was so long."""


class LongWaitOver(_LongWaitDeed):
    """The patient was called, or left, before anybody explained the wait."""


class LongWaitResumed(_LongWaitDeed):
    """What ended or explained the wait was taken back: it is to be explained again."""


@dataclass(frozen=True, slots=True)
class _NoticeDeed:
    """Something happened to what somebody who waits is to be told."""

    version: ClassVar[int] = 1

    notice_id: UUID
    visit_id: UUID
    patient_id: UUID
    way: str


class NoticeAsked(_NoticeDeed):
    """Staff are to tell somebody who waits how it goes: no message can."""


class NoticeGiven(_NoticeDeed):
    """Somebody who waits was told how it goes."""


class NoticeAskedAgain(_NoticeDeed):
    """That staff had told somebody was taken back: they are to do so."""


class NoticeMissed(_NoticeDeed):
    """Somebody who waits was not told in time how it goes."""


class NoticeNeedless(_NoticeDeed):
    """The patient was called before staff had to say anything."""


@dataclass(frozen=True, slots=True)
class WaitRuleChanged:
    """How long one may wait at a site, or what is offered then, was set."""

    version: ClassVar[int] = 1

    what: str
