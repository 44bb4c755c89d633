"""That somebody has read a thing. For the deeds of this app and of those above it."""

from uuid import UUID

from yilu.clinical.models import Reading
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound


def keep_reading(actor: Actor, thing_id: UUID) -> None:
    """Note that the actor has read it by now. The caller has asked for the right to it.

    Call inside a deed. Raises: NotFound: nobody in person reads.
    """
    if actor.user_id is None:
        raise NotFound
    Reading.objects.update_or_create(
        thing_id=thing_id, user_id=actor.user_id, defaults={"read_at": clock.now()}
    )
