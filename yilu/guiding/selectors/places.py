"""Who is at home in which place, and may so confirm that somebody has come there."""

from uuid import UUID

from yilu.billing import permissions as billing
from yilu.clinical import permissions as clinical
from yilu.diagnostics import permissions as diagnostics
from yilu.guiding import permissions
from yilu.guiding.states import Destination
from yilu.pharmacy import permissions as pharmacy
from yilu.platform.actors import Actor
from yilu.reception import permissions as reception

# Any of these rights, besides that of receiving at all.
AT_HOME: dict[str, tuple[str, ...]] = {
    Destination.WAITING: (reception.CHECK_IN, clinical.ASSESS),
    Destination.ROOM: (clinical.ASSESS,),
    Destination.CASHIER: (billing.TAKE,),
    Destination.PHARMACY: (pharmacy.HAND_OVER,),
    Destination.EXAMINATION: (diagnostics.BOOK, diagnostics.COLLECT),
    Destination.EXIT: (reception.CHECK_IN, clinical.ASSESS),
    Destination.OTHER: (permissions.RECEIVE,),
}


def may_receive(actor: Actor, destination: str, site_id: UUID) -> bool:
    """Whether the actor is at home in a kind of place. No query."""
    is_receiver = actor.may(permissions.RECEIVE, site_id)
    return is_receiver and any(actor.may(one, site_id) for one in AT_HOME[destination])
