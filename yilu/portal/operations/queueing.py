"""A place in a queue: looking at it, and taking one as somebody new."""

from dataclasses import replace
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import lock_name, operation
from yilu.platform.pace import Pace
from yilu.portal.operations.family import Relative, add_relative
from yilu.scheduling.operations.rushes import QueueWish, call_up, take_place
from yilu.scheduling.selectors.rushes import QueuePlace, place_in_rush, queue_place

CALLER = Actor.system("portal.queue")
LOOKS = Pace(limit=45, seconds=30)
"""An honest page looks ten times in that while; four of them are no robot."""


def seen_place(*, actor: Actor, place_id: UUID) -> QueuePlace:
    """Where the account stands, after the queue has moved on if it was time to. One query; nine
    more at most once a second for all who look. Raises: NotFound."""
    place = queue_place(actor, place_id)
    if not place.is_due:
        return place
    call_up(actor=CALLER, rush_id=place.rush_id)
    return queue_place(actor, place_id)


@operation
def take_place_as_new(*, actor: Actor, who: Relative, phone: str, wish: QueueWish) -> UUID:
    """Register the account's own person and stand in the queue for them, or neither.

    `wish` names no patient of its own yet. Of two such presses of an account the later finds the
    place of the first and registers nobody. Raises: what `add_relative` and `take_place` raise.
    """
    lock_name("portal.queue", actor.user_id)
    stands = place_in_rush(actor, wish.site_id, wish.practitioner_id, wish.clinic_day)
    if stands is not None:
        return stands
    patient_id = add_relative(actor=actor, relative=who, phone=phone)
    owner = replace(actor, owns=actor.owns | {patient_id})
    return take_place(actor=owner, wish=replace(wish, patient_id=patient_id))
