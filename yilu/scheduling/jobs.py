"""What the worker does for scheduling: messages, reminders, and what time itself ends."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yilu.facility.selectors.sites import open_sites
from yilu.messaging.selectors.reached import lost
from yilu.messaging.states import NOT_ARRIVED
from yilu.platform import timers, undo
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due
from yilu.scheduling import permissions
from yilu.scheduling.advance import UNPAID
from yilu.scheduling.errors import MoveRefused
from yilu.scheduling.operations.arrivals import mark_no_show
from yilu.scheduling.operations.attempts import note_untaken
from yilu.scheduling.operations.blocks import undo_lift_absence
from yilu.scheduling.operations.following import (
    PUBLISH,
    follow_place,
    follow_practitioner,
    give_first_weeks,
    keep_publishing,
)
from yilu.scheduling.operations.holds import release_hold
from yilu.scheduling.operations.later import COME_LATER, note_later_lost
from yilu.scheduling.operations.prepaying import release_unpaid
from yilu.scheduling.operations.roster import publish_ahead
from yilu.scheduling.operations.telling import (
    REQUESTED,
    remind_patient,
    set_timers,
    tell_of_rule,
    tell_patient,
)
from yilu.scheduling.operations.weeks import undo_set_week
from yilu.scheduling.rules import ABSENCE_LIFTED, NO_SHOW, REMIND_DAY, REMIND_HOURS, WEEK_SET
from yilu.scheduling.selectors.later import later_of_message
from yilu.scheduling.states import BookingState
from yilu.workforce.selectors.practitioners import practitioner_of

undo.reverses(WEEK_SET, undo_set_week)
undo.reverses(ABSENCE_LIFTED, undo_lift_absence)
PLANNER = Actor.system(
    "scheduling.planner", permissions.SEE, permissions.ROSTER, permissions.CHANGE
)
TEMPLATES = {
    "BookingMade": "booking_confirmed",
    "BookingMoved": "booking_changed",
    "BookingCancelled": "booking_cancelled",
}


# Further things to tell: it was paid for, or a sum is asked for.
PAYING = ("BookingPaid", "PrepaymentAsked")


@subscriber("scheduling.tell_patient", *TEMPLATES, "BookingDeedUndone", *PAYING)
def tell(told: Told) -> None:
    """Say what was agreed, changed or cancelled; a cancellation taken back is an agreement."""
    if told.name == "BookingDeedUndone" and told.body["deed"] != "cancelled":
        return
    if told.body.get("is_told_apart"):
        return
    if told.name == "BookingMoved" and _is_the_same_for_the_patient(told.body):
        return
    tell_patient(
        actor=Actor.system("scheduling.tell_patient"),
        booking_id=told.subject_id,
        template=_template(told),
        version=told.body["booking_version"],
    )


def _template(told: Told) -> str:
    """Which words tell of an event: what is not agreed to yet is not called agreed to."""
    if told.name == "BookingMade" and told.body.get("is_requested"):
        return REQUESTED
    if told.name == "BookingDeedUndone" and told.body["after"] == BookingState.REQUESTED:
        return REQUESTED
    if told.name == "BookingCancelled" and told.body.get("is_lapsed"):
        return "booking_lapsed"
    if told.name == "PrepaymentAsked":
        return "booking_to_pay"
    return TEMPLATES.get(told.name, "booking_confirmed")


def _is_the_same_for_the_patient(moved: dict[str, Any]) -> bool:
    """Only a room or device is another one: nobody needs to hear of it before they come."""
    if moved.get("is_other_way"):
        return False
    return (moved["old_starts_at"], moved["old_practitioner_id"]) == (
        moved["starts_at"],
        moved["practitioner_id"],
    )


@subscriber("scheduling.tell_length", "BookingResized")
def tell_length(told: Told) -> None:
    """Say when a booking ends now, if that is by more than a few minutes otherwise."""
    ends_at, old = (datetime.fromisoformat(told.body[one]) for one in ("ends_at", "old_ends_at"))
    if abs(ends_at - old) > timedelta(minutes=settings.LENGTH_TOLD_MINUTES):
        tell_patient(
            actor=Actor.system("scheduling.tell_length"),
            booking_id=told.subject_id,
            template="booking_length",
            version=told.body["booking_version"],
        )


@subscriber("scheduling.note_later_lost", "MessageSettled")
def note_lost(told: Told) -> None:
    """The message with a later time reached nobody: the desk is to see that."""
    if told.body["template"] != COME_LATER or told.body["state"] not in NOT_ARRIVED:
        return
    later_id = later_of_message(lost(told.subject_id))
    if later_id is not None:
        actor = Actor.system("scheduling.note_later_lost", permissions.CHANGE)
        note_later_lost(actor=actor, later_id=later_id)


@subscriber(
    "scheduling.set_timers",
    *TEMPLATES,
    "BookingResized",
    "BookingArrived",
    "BookingFinished",
    "BookingMissed",
    "BookingDeedUndone",
    "BookingPaid",
    "LaterTimePromised",
)
def keep_timers(told: Told) -> None:
    """Let reminders and the end of waiting follow the booking."""
    set_timers(actor=Actor.system("scheduling.set_timers"), booking_id=told.subject_id)


@timers.handler(REMIND_DAY, says=_("Remind a patient a day before"))
def remind_day(due: Due) -> None:
    """A day before."""
    _remind(due.subject_id, "booking_reminder_day")


@timers.handler(REMIND_HOURS, says=_("Remind a patient hours before"))
def remind_hours(due: Due) -> None:
    """Two hours before."""
    _remind(due.subject_id, "booking_reminder_hours")


def _remind(booking_id: UUID, template: str) -> None:
    actor = Actor.system("scheduling.remind")
    remind_patient(actor=actor, booking_id=booking_id, template=template)


@timers.handler(NO_SHOW, says=_("Note that a patient did not come"))
def end_waiting(due: Due) -> None:
    """Who has not come by now does not come; who came was faster than the timer."""
    actor = Actor.system("scheduling.no_show", permissions.CHANGE)
    try:
        mark_no_show(actor=actor, booking_id=due.subject_id)
    except MoveRefused:
        return


@timers.handler(UNPAID, says=_("End a booking that was not paid"))
def end_unpaid(due: Due) -> None:
    """A booking that had to be paid was not."""
    actor = Actor.system("scheduling.unpaid", permissions.CHANGE)
    release_unpaid(actor=actor, booking_id=due.subject_id)


@subscriber("scheduling.tell_of_rule", "BookingMissed")
def tell_rule(told: Told) -> None:
    """Say to who missed so many visits what follows, why, until when, and how to object."""
    tell_of_rule(actor=Actor.system("scheduling.tell_of_rule"), booking_id=told.subject_id)


@timers.handler("scheduling.release_hold", says=_("Free a time that was held"))
def end_hold(due: Due) -> None:
    """A kept time is over."""
    actor = Actor.system("scheduling.release_hold", permissions.BOOK)
    if release_hold(actor=actor, hold_id=due.subject_id):
        note_untaken(actor=actor, hold_id=due.subject_id)


@subscriber("scheduling.follow_places", "PlaceAdded", "PlaceChanged")
def follow_places(told: Told) -> None:
    """What stands at a site can be booked, and what was taken out of use cannot."""
    if told.site_id is not None:
        place_id = UUID(told.body["place_id"])
        follow_place(actor=PLANNER, site_id=told.site_id, kind=told.body["kind"], place_id=place_id)


@subscriber("scheduling.follow_practitioners", "PractitionerAdded", "PractitionerChanged")
def follow_practitioners(told: Told) -> None:
    """Who sees patients can be booked, and who no longer does cannot."""
    follow_practitioner(actor=PLANNER, practitioner_id=told.subject_id)


@subscriber("scheduling.follow_staff", "StaffLeft", "StaffReturned")
def follow_staff(told: Told) -> None:
    """Who has left cannot be booked; who comes back can."""
    practitioner_id = practitioner_of(UUID(told.body["user_id"]))
    if practitioner_id is not None:
        follow_practitioner(actor=PLANNER, practitioner_id=practitioner_id)


@subscriber(
    "scheduling.follow_hours",
    "OpeningHoursSet",
    "SiteChanged",
    "SiteClosureSet",
    "SiteClosureChanged",
    "SiteClosureLifted",
    "SpecialDaySet",
    "SpecialDayDropped",
)
def follow_hours(told: Told) -> None:
    """When a site is open otherwise, its published sessions follow."""
    if told.site_id is not None:
        give_first_weeks(actor=PLANNER, site_id=told.site_id)
        publish_ahead(actor=PLANNER, site_id=told.site_id)


@subscriber("scheduling.follow_calendar", "CalendarDaySet")
def follow_calendar(told: Told) -> None:
    """A holiday or working day of the group holds at every site."""
    for site in open_sites():
        publish_ahead(actor=PLANNER, site_id=site.id)


@subscriber("scheduling.begin_publishing", "SiteOpened")
def begin_publishing(told: Told) -> None:
    """From now on the sessions of a new site are published every night."""
    keep_publishing(actor=PLANNER, site_id=told.subject_id)


@timers.handler(PUBLISH, says=_("Publish one more day"))
def publish_nightly(due: Due) -> None:
    """Publish one more day, and come again in the next night."""
    publish_ahead(actor=PLANNER, site_id=due.subject_id)
    keep_publishing(actor=PLANNER, site_id=due.subject_id)


def begin_everywhere(apps: Any = None, **_signal: object) -> None:
    """After each start and upgrade: no site is without its nightly publishing."""
    try:
        apps.get_model("facility", "SpecialDay")
    except (AttributeError, LookupError):
        return  # Emptied tables, or those of another version.
    for site in open_sites():
        if not timers.is_waiting(PUBLISH, site.id):
            keep_publishing(actor=PLANNER, site_id=site.id)
