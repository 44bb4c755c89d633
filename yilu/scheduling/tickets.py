"""Signed tickets: proof that a place in the queue for a release has its turn, for one account."""

from datetime import datetime
from uuid import UUID

from django.core import signing

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.scheduling.errors import AdmissionOver

SALT = "scheduling.rush.ticket"


def issue(place_id: UUID, user_id: UUID, until: datetime) -> str:
    """The ticket of a turn; worth nothing in another account's hands, or after `until`."""
    return signing.dumps([place_id.hex, user_id.hex, int(until.timestamp())], salt=SALT)


def place_of(ticket: str, actor: Actor) -> UUID:
    """The place a ticket stands for. Raises: AdmissionOver: forged, over, or somebody else's."""
    try:
        place, user, until = signing.loads(ticket, salt=SALT)
        place_id, user_id = UUID(place), UUID(user)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise AdmissionOver from error
    if user_id != actor.user_id or int(until) <= clock.now().timestamp():
        raise AdmissionOver
    return place_id
