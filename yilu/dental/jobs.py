"""What dentistry does when it hears of plans and bookings."""

from uuid import UUID

from yilu.dental.operations.item_deeds import follow_booking
from yilu.dental.operations.planning import accept_items
from yilu.platform import outbox
from yilu.platform.actors import Actor

FOLLOWER = Actor.system("dental.follower")


@outbox.subscriber("dental.accept_items", "PlanAccepted")
def accept(told: outbox.Told) -> None:
    """What the patient chose goes ahead."""
    plan_id, chosen = UUID(told.body["plan_id"]), int(told.body["chosen"])
    accept_items(actor=FOLLOWER, plan_id=plan_id, chosen=chosen)


@outbox.subscriber(
    "dental.follow_bookings", "BookingCancelled", "BookingMissed", "BookingDeedUndone"
)
def follow(told: outbox.Told) -> None:
    """What stood on a booking that is over waits for another one."""
    follow_booking(actor=FOLLOWER, booking_id=told.subject_id)
