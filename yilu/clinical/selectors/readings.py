"""What somebody has read."""

from collections.abc import Iterable
from uuid import UUID

from yilu.clinical.models import Reading
from yilu.platform.actors import Actor


def read_by(actor: Actor, thing_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these the actor has read. One query, none for no ids."""
    wanted = list(thing_ids)
    if not wanted or actor.user_id is None:
        return set()
    found = Reading.objects.filter(thing_id__in=wanted, user_id=actor.user_id)
    return set(found.values_list("thing_id", flat=True))
