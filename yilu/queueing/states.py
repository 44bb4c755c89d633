"""The life of a ticket: its states, and the only moves between them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

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

AT_STATION = (S.CALLED, S.IN_ROOM)
ENDED = (S.FINISHED, S.LEFT)
IN_QUEUE = (S.WAITING, S.CALLED, S.IN_ROOM, S.SKIPPED)


def check_move(current: str, target: TicketState) -> None:
    """Refuse any move that `MOVES` does not list."""
    state = TicketState(current)
    if target not in MOVES[state]:
        raise TicketMoveRefused(current=state.label, target=target.label)
