"""What a consultation's ticket means for its visit and booking. Only operations use it."""

from django.db.models import Q

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.queueing.models import Ticket
from yilu.queueing.rules.order import RETURN
from yilu.queueing.states import QueueKind, TicketState
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations import arrivals
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import begin_care, end_care


class Attending:
    """The deeds of lower apps that go with a ticket's.

    Somebody who comes back with results has had their booking finished: it is left alone.
    """

    @staticmethod
    def begin(actor: Actor, ticket: Ticket) -> None:
        """The patient is with somebody now."""
        if ticket.queue.kind != QueueKind.CONSULTATION:
            return
        actor = _lent(actor)
        begin_care(actor=actor, visit_id=ticket.visit_id, user_id=actor.user_id)
        if ticket.booking_id and ticket.placed != RETURN:
            arrivals.mark_in_consultation(actor=actor, booking_id=ticket.booking_id)

    @staticmethod
    def come_by(actor: Actor, ticket: Ticket) -> None:
        """The patient was seen without having been called; their booking ends as it is."""
        if ticket.queue.kind == QueueKind.CONSULTATION:
            begin_care(actor=_lent(actor), visit_id=ticket.visit_id, user_id=actor.user_id)

    @staticmethod
    def undo_come_by(actor: Actor, ticket: Ticket) -> None:
        """The patient was not seen after all."""
        if _is_first_consultation(ticket):
            end_care(actor=_lent(actor), visit_id=ticket.visit_id)

    @staticmethod
    def end(actor: Actor, ticket: Ticket) -> None:
        """The patient has left the room."""
        if ticket.booking_id and _is_first_consultation(ticket):
            arrivals.mark_finished(actor=_lent(actor), booking_id=ticket.booking_id)

    @staticmethod
    def undo_begin(actor: Actor, ticket: Ticket) -> None:
        """The patient was not with anybody after all."""
        if not _is_first_consultation(ticket):
            return
        actor = _lent(actor)
        if ticket.booking_id:
            arrivals.undo_mark_in_consultation(actor=actor, booking_id=ticket.booking_id)
        end_care(actor=actor, visit_id=ticket.visit_id)

    @staticmethod
    def undo_end(actor: Actor, ticket: Ticket) -> None:
        """The patient has not left the room after all."""
        if ticket.booking_id and _is_first_consultation(ticket):
            arrivals.undo_mark_finished(actor=_lent(actor), booking_id=ticket.booking_id)


def _lent(actor: Actor) -> Actor:
    """Who may call patients may say what follows for their booking and visit."""
    return actor.lent(scheduling.SEE, scheduling.CHANGE, visits.SEE, visits.OPEN)


def _is_first_consultation(ticket: Ticket) -> bool:
    return ticket.queue.kind == QueueKind.CONSULTATION and ticket.placed != RETURN


class Turn:
    """Whose turn it is in a queue."""

    @staticmethod
    def is_next(ticket: Ticket) -> bool:
        """Whether nobody of those who wait is ahead of this one, by the rule. One query."""
        now = clock.now()
        past = ticket.limit_at <= now
        level = Q(level__lt=ticket.level)
        if past:
            same = Q(limit_at__lte=now, limit_at__lt=ticket.limit_at)
        else:
            same = Q(limit_at__lte=now) | Q(limit_at__gt=now, turn_at__lt=ticket.turn_at)
        waiting = Ticket.objects.filter(queue_id=ticket.queue_id, state=TicketState.WAITING)
        ahead = waiting.exclude(pk=ticket.pk).filter(level | Q(level=ticket.level) & same)
        return not ahead.exists()
