"""What the worker does for scheduling: messages, reminders, and what time itself ends."""

from uuid import UUID

from yilu.platform import timers
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due
from yilu.scheduling import permissions
from yilu.scheduling.errors import MoveRefused
from yilu.scheduling.operations.arrivals import mark_no_show
from yilu.scheduling.operations.holds import release_hold
from yilu.scheduling.operations.telling import remind_patient, set_timers, tell_patient
from yilu.scheduling.rules import NO_SHOW, REMIND_DAY, REMIND_HOURS

TEMPLATES = {
    "BookingMade": "booking_confirmed",
    "BookingMoved": "booking_changed",
    "BookingCancelled": "booking_cancelled",
}


@subscriber("scheduling.tell_patient", *TEMPLATES, "BookingDeedUndone")
def tell(told: Told) -> None:
    """Say what was agreed, changed or cancelled; a cancellation taken back is an agreement."""
    if told.name == "BookingDeedUndone" and told.body["deed"] != "cancelled":
        return
    tell_patient(
        actor=Actor.system("scheduling.tell_patient"),
        booking_id=told.subject_id,
        template=TEMPLATES.get(told.name, "booking_confirmed"),
        version=told.body["booking_version"],
    )


@subscriber(
    "scheduling.set_timers",
    *TEMPLATES,
    "BookingArrived",
    "BookingFinished",
    "BookingMissed",
    "BookingDeedUndone",
)
def keep_timers(told: Told) -> None:
    """Let reminders and the end of waiting follow the booking."""
    set_timers(actor=Actor.system("scheduling.set_timers"), booking_id=told.subject_id)


@timers.handler(REMIND_DAY)
def remind_day(due: Due) -> None:
    """A day before."""
    _remind(due.subject_id, "booking_reminder_day")


@timers.handler(REMIND_HOURS)
def remind_hours(due: Due) -> None:
    """Two hours before."""
    _remind(due.subject_id, "booking_reminder_hours")


def _remind(booking_id: UUID, template: str) -> None:
    actor = Actor.system("scheduling.remind")
    remind_patient(actor=actor, booking_id=booking_id, template=template)


@timers.handler(NO_SHOW)
def end_waiting(due: Due) -> None:
    """Who has not come by now does not come; who came was faster than the timer."""
    actor = Actor.system("scheduling.no_show", permissions.CHANGE)
    try:
        mark_no_show(actor=actor, booking_id=due.subject_id)
    except MoveRefused:
        return


@timers.handler("scheduling.release_hold")
def end_hold(due: Due) -> None:
    """A kept time is over."""
    actor = Actor.system("scheduling.release_hold", permissions.BOOK)
    release_hold(actor=actor, hold_id=due.subject_id)
