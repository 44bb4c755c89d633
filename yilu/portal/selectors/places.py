"""Where an account's patient stands in the clinic's queue."""

from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.portal.selectors.doors import door_of_account
from yilu.queueing.selectors.tickets import Place, live_ticket, ticket_place


def my_place(actor: Actor, subject_id: UUID) -> Place:
    """The place of the visit that a booking became. Eleven queries.

    Raises: NotFound: not here yet, or not the account's own.
    """
    visit_id = door_of_account(actor, subject_id).about.visit_id
    ticket = live_ticket(visit_id) if visit_id else None
    if ticket is None:
        raise NotFound
    return ticket_place(ticket.id)
