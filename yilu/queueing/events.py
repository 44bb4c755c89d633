"""What queueing tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class TicketIssued:
    version: ClassVar[int] = 1
    says = _("A number is issued")

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

    says = _("A number is called")


class TicketRecalled(_TicketDeed):
    """The same number was called again."""

    says = _("A number is called again")


class TicketStarted(_TicketDeed):
    """The patient is in the room."""

    says = _("The patient is in the room")


class TicketSkipped(_TicketDeed):
    """Nobody came when the number was called."""

    says = _("Nobody came when called")


class TicketRequeued(_TicketDeed):
    """Who missed a call, or comes back with results, waits again."""

    says = _("The patient waits again")


class TicketFinished(_TicketDeed):
    """The patient has left the station."""

    says = _("The patient has left the station")


class TicketLeft(_TicketDeed):
    """The patient waits no longer, and was not seen in this queue."""

    says = _("The patient waits no longer")


class TicketTransferred(_TicketDeed):
    """The patient waits in another queue now: `queue_id` is the new one."""

    says = _("The patient waits in another queue")


class TicketMoved(_TicketDeed):
    """Somebody changed the order by hand, or the urgency."""

    says = _("The order in a queue is changed")


class TicketDeedUndone(_TicketDeed):
    """The last deed on this ticket was taken back."""

    says = _("A deed in a queue is taken back")


class TicketFinishUndone(_TicketDeed):
    """The patient had not finished after all."""

    says = _("The patient has not finished after all")


@dataclass(frozen=True, slots=True)
class QueuesChanged:
    """Queues, stations, rules or screens of a site were set up."""

    version: ClassVar[int] = 1
    says = _("Queues are set up")

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

    says = _("Somebody waits too long")


class LongWaitExplained(_LongWaitDeed):
    """Staff have explained the wait, and said why it was so long."""

    says = _("A long wait is explained")


class LongWaitOver(_LongWaitDeed):
    """The patient was called, or left, before anybody explained the wait."""

    says = _("A long wait is over")


class LongWaitResumed(_LongWaitDeed):
    """What ended or explained the wait was taken back: it is to be explained again."""

    says = _("A long wait is to be explained again")


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

    says = _("Somebody who waits is to be told how it goes")


class NoticeGiven(_NoticeDeed):
    """Somebody who waits was told how it goes."""

    says = _("Somebody who waits is told how it goes")


class NoticeAskedAgain(_NoticeDeed):
    """That staff had told somebody was taken back: they are to do so."""

    says = _("Somebody who waits is to be told again")


class NoticeMissed(_NoticeDeed):
    """Somebody who waits was not told in time how it goes."""

    says = _("Somebody who waits was not told in time")


class NoticeNeedless(_NoticeDeed):
    """The patient was called before staff had to say anything."""

    says = _("Nobody need be told any more")


@dataclass(frozen=True, slots=True)
class WaitRuleChanged:
    """How long one may wait at a site, or what is offered then, was set."""

    version: ClassVar[int] = 1
    says = _("Rules for waiting are set")

    what: str
