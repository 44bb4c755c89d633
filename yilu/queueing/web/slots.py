"""Places where a higher app puts its own deed in: finishing may mean more than leaving a queue."""

from uuid import UUID

from django.urls import reverse

_views = {"finish": "queueing:finish"}


def finish_by(view_name: str) -> None:
    """Let the boards here finish a ticket through a higher app's view (it takes the ticket's id).

    Called once, in that app's `ready()`.
    """
    _views["finish"] = view_name


def finish_url(ticket_id: UUID) -> str:
    """Where a ticket is finished."""
    return reverse(_views["finish"], args=[ticket_id])
