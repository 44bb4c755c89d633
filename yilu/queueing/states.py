"""The life of a ticket: its states, and the only moves between them."""

from datetime import time

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.queueing.errors import TicketMoveRefused


class QueueKind(TextChoices):
    CONSULTATION = "consultation", _("Consultation")
    ASSESSMENT = "assessment", _("Assessment")
    CASHIER = "cashier", _("Cashier")
    PHARMACY = "pharmacy", _("Pharmacy")
    EXAMINATION = "examination", _("Examination")


class TicketState(TextChoices):
    WAITING = "waiting", _("Waiting")
    CALLED = "called", _("Called")
    IN_ROOM = "in_room", _("In room")
    FINISHED = "finished", _("Finished")
    SKIPPED = "skipped", _("Missed call")
    LEFT = "left", _("Left the queue")


S = TicketState

MOVES: dict[TicketState, frozenset[TicketState]] = {
    # Finished without a call: served at a window as they came by.
    S.WAITING: frozenset({S.CALLED, S.LEFT, S.FINISHED}),
    S.CALLED: frozenset({S.IN_ROOM, S.SKIPPED, S.WAITING, S.FINISHED, S.LEFT}),
    S.IN_ROOM: frozenset({S.FINISHED, S.CALLED, S.WAITING, S.LEFT}),
    S.SKIPPED: frozenset({S.WAITING, S.CALLED, S.LEFT, S.FINISHED}),
    S.FINISHED: frozenset({S.IN_ROOM, S.CALLED, S.WAITING}),  # Undone, or back with results.
    S.LEFT: frozenset({S.WAITING, S.CALLED, S.SKIPPED}),
}

# The key of a queue into which nobody gets but by being sent: a room apart.
APART = "apart"
# Where a deed keeps, beside the ticket as it was, when it was done.
DONE_AT = "done_at"

# When the day before is closed.
AT_NIGHT = time(3, 30)

AT_STATION = (S.CALLED, S.IN_ROOM)
ENDED = (S.FINISHED, S.LEFT)
IN_QUEUE = (S.WAITING, S.CALLED, S.IN_ROOM, S.SKIPPED)


def check_move(current: str, target: TicketState) -> None:
    """Refuse any move that `MOVES` does not list."""
    state = TicketState(current)
    if target not in MOVES[state]:
        raise TicketMoveRefused(current=state.label, target=target.label)


class WaitTrigger(TextChoices):
    """Why a wait is to be explained."""

    LONG = "long", _("Waits too long")
    PROMISE = "promise", _("Promised time is past")


class LongWaitState(TextChoices):
    OPEN = "open", _("To be explained")
    EXPLAINED = "explained", pgettext_lazy("long wait", "Explained")
    OVER = "over", _("Over before it was explained")


class WaitEnd(TextChoices):
    """How a wait ended."""

    CALLED = "called", _("Called")
    LEFT = "left", _("Left without being called")
    WITHDRAWN = "withdrawn", _("Check-in taken back")


class WaitReason(TextChoices):
    """What staff found made somebody wait."""

    BEFORE = "before", _("The patients before took longer")
    EMERGENCY = "emergency", _("An emergency came first")
    DOCTOR_LATE = "doctor_late", _("The doctor began late or was called away")
    TOO_MANY = "too_many", _("More came than expected")
    EQUIPMENT = "equipment", _("A device or system did not work")
    RESULTS = "results", _("Results were not there yet")
    STAFF = "staff", _("Too few staff")
    MISLAID = "mislaid", _("Our mistake: the patient was overlooked")
    PATIENT = "patient", _("The patient was away or wished to wait")
    OTHER = "other", _("Something else")


WAIT_MOVES: dict[LongWaitState, frozenset[LongWaitState]] = {
    LongWaitState.OPEN: frozenset({LongWaitState.EXPLAINED, LongWaitState.OVER}),
    LongWaitState.EXPLAINED: frozenset(
        {LongWaitState.OPEN, LongWaitState.OVER}
    ),  # The explanation is taken back.
    LongWaitState.OVER: frozenset({LongWaitState.OPEN}),  # The call is taken back.
}
# Kinds in which one waits for what one came for; at the assessment one waits on the way there.
WAITED_FOR = (QueueKind.CONSULTATION, QueueKind.EXAMINATION)
WAITED_IN = (*WAITED_FOR, QueueKind.ASSESSMENT)


class NoticeKind(TextChoices):
    """What somebody who waits was told."""

    PROGRESS = "progress", _("How it goes")
    LONGER = "longer", _("It takes longer")
    NEXT = "next", _("You are next")


class NoticeWay(TextChoices):
    PHONE = "phone", _("On the phone")
    SCREEN = "screen", _("On the wall screen")
    STAFF = "staff", _("By staff")
    NONE = "none", _("By nobody")


class NoticeState(TextChoices):
    ASKED = "asked", _("Staff are to say it")
    GIVEN = "given", _("Told")
    MISSED = "missed", _("Not told in time")
    NEEDLESS = "needless", _("Called before it had to be said")


NOTICE_MOVES: dict[NoticeState, frozenset[NoticeState]] = {
    NoticeState.ASKED: frozenset({NoticeState.GIVEN, NoticeState.MISSED, NoticeState.NEEDLESS}),
    NoticeState.GIVEN: frozenset({NoticeState.ASKED, NoticeState.MISSED}),  # Taken back; lost.
    NoticeState.MISSED: frozenset(),
    NoticeState.NEEDLESS: frozenset(),
}


def check_notice_move(current: str, target: NoticeState) -> None:
    """Refuse any move of a notice that `NOTICE_MOVES` does not list."""
    state = NoticeState(current)
    if target not in NOTICE_MOVES[state]:
        raise TicketMoveRefused(current=state.label, target=target.label)


def check_wait_move(current: str, target: LongWaitState) -> None:
    """Refuse any move of a long wait that `WAIT_MOVES` does not list."""
    state = LongWaitState(current)
    if target not in WAIT_MOVES[state]:
        raise TicketMoveRefused(current=state.label, target=target.label)
