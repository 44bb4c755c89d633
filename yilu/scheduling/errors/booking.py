"""Why something cannot be booked, moved or set as it was asked."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid

WRITTEN = "%Y-%m-%d %H:%M"


class NotFree(Conflict):
    """The time cannot be had. The edge may say what could be had instead."""

    instead: Callable[[], list[dict[str, object]]] | None = None

    def members(self) -> dict[str, object]:
        """Looked for only now, after the deed is undone."""
        return {"alternatives": self.instead() if self.instead else []}


class SlotTaken(NotFree):
    code = "slot_taken"
    message = _("That time has just been taken. Please choose another.")


class OutsideSessions(NotFree):
    code = "outside_sessions"
    message = _("Nobody sees patients for this service at that time. Please choose another.")


class ShareUsedUp(NotFree):
    code = "share_used_up"
    message = _("What this channel may give away is used up. The rest is open to all from %(at)s.")

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(at=at.strftime(WRITTEN))


class NotYetReleased(NotFree):
    code = "not_yet_released"
    message = _("This time is not given away yet. It will be from %(at)s.")

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(at=at.strftime(WRITTEN))

    def members(self) -> dict[str, object]:
        return super().members() | {"released_at": self.at}


class QueueFirst(Conflict):
    code = "queue_first"
    message = _("Many want these times. Please take your place in the queue first.")


class AdmissionOver(Conflict):
    code = "admission_over"
    message = _("Your turn is over or was used already. Please take a new place in the queue.")


class SoldOut(Conflict):
    code = "sold_out"
    message = _("Everything is booked. You can join the waiting list.")


class PlaceElsewhere(Conflict):
    code = "place_elsewhere"
    message = _("The patient stands in this queue already, through another account.")


class NoQueue(Conflict):
    code = "no_queue"
    message = _("There is no queue for these times.")


class QueueNotOpen(Conflict):
    code = "queue_not_open"
    message = _("The waiting room opens an hour before the release.")


class IdentityNeeded(Conflict):
    code = "identity_needed"
    message = _("For these times we need to know the patient's identity number first.")


class EnoughBooked(Conflict):
    code = "enough_booked"
    message = _("The patient has as many bookings with this doctor on that day as are allowed.")


class ProofWrong(Invalid):
    code = "proof_wrong"
    message = _("The small task of the browser was not solved. Please try again.")


class AlreadyRuled(Conflict):
    code = "already_ruled"
    message = _("Another template rules these sessions already.")


class ShareIncomplete(Invalid):
    code = "share_incomplete"
    message = _("A release needs both, how many days before and the time of day.")


class PatientBusy(Conflict):
    code = "patient_busy"
    message = _("The patient already has a booking at that time.")


class TooSoon(Conflict):
    code = "too_soon"
    message = _("This service must be booked at least %(minutes)s minutes before.")


class TooFarAhead(Conflict):
    code = "too_far_ahead"
    message = _("This service can be booked at most %(days)s days ahead.")


class TooLateToChange(Conflict):
    code = "too_late_to_change"
    message = _("It is too late to change this by yourself. Please call the clinic.")


class AlreadyAsked(Conflict):
    code = "already_asked"
    message = _("A wish to change this booking is already with the clinic.")


class HoldExpired(Conflict):
    code = "hold_expired"
    message = _("The time was kept for you, but not long enough. Please choose again.")


class AlreadyCome(Conflict):
    code = "already_come"
    message = _(
        "The patient is here already, or the booking is over: its details stay as they are."
    )


class MoveRefused(Conflict):
    code = "move_refused"
    message = _("A booking that is “%(current)s” cannot become “%(target)s”.")


class CannotUndo(Conflict):
    code = "cannot_undo"
    message = _("This can no longer be taken back: time has passed or something was built on it.")


class ChangedSince(CannotUndo):
    code = "changed_since"
    message = _(
        "Booking %(number)s was changed since, last by %(who)s: %(what)s. So nothing is taken back."
        " It stands as it is: %(at)s, %(doctor)s, %(state)s."
    )


class Archived(Conflict):
    code = "archived"
    message = _("This booking is in the archive and can no longer be changed.")


class NotYetDue(Conflict):
    code = "not_yet_due"
    message = _("This booking has not begun yet.")


class ResourceAway(Conflict):
    code = "resource_away"
    message = _("The practitioner is absent at that time.")


class SessionsOverlap(Conflict):
    code = "sessions_overlap"
    message = _("There is already a session at that time.")


class AlreadyResource(Conflict):
    code = "already_resource"
    message = _("This can already be booked.")


class StretchesOverlap(Invalid):
    code = "stretches_overlap"
    message = _("Two stretches of one day overlap.")


class WeekEndsTooSoon(Invalid):
    code = "week_ends_too_soon"
    message = _("The last day must not lie before the first.")


class StartsInPast(Invalid):
    code = "starts_in_past"
    message = _("A booking cannot start in the past.")


class NotWholeMinutes(Invalid):
    code = "not_whole_minutes"
    message = _("A booking starts at a whole minute.")


class EndsTooSoon(Invalid):
    code = "ends_too_soon"
    message = _("The end must come after the start.")


class TooLong(Invalid):
    code = "too_long"
    message = _("That lasts longer than a day. Please enter it day by day.")


class OutOfCalendar(Invalid):
    code = "out_of_calendar"
    message = _("That time must lie between the years 1900 and 2200.")


class WindowTooWide(Invalid):
    code = "window_too_wide"
    message = _("Free times can be asked for at most 31 days at once.")


class UnknownPatient(Invalid):
    code = "unknown_patient"
    message = _("That patient is not registered here.")


class UnknownPractitioner(Invalid):
    code = "unknown_practitioner"
    message = _("Nobody by that name provides this service here.")


class UnknownService(Invalid):
    code = "unknown_service"
    message = _("There is no such service here.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    message = _("Please give a reason.")


class AlreadyWaiting(Conflict):
    code = "already_waiting"
    message = _("The patient is on the waiting list for this service already.")


class NoLongerWaiting(Conflict):
    code = "no_longer_waiting"
    message = _("This entry of the waiting list has ended.")


class OfferOver(Conflict):
    code = "offer_over"
    message = _("This time is no longer kept for you.")


class DaysOver(Invalid):
    code = "days_over"
    message = _("Please give days from today on, the first before the last, at most 90 ahead.")


class TimesOutOfOrder(Invalid):
    code = "times_out_of_order"
    message = _("The earliest time of day must come before the latest.")


class UnknownBooking(Invalid):
    code = "unknown_booking"
    message = _("The patient has no such booking to come.")


class NothingSuits(Conflict):
    code = "nothing_suits"
    message = _("Nothing is free on those days. Please allow more days or anyone.")


class PlaceUnsuited(NotFree):
    code = "place_unsuited"
    message = _("This service cannot be given there: it does not use that room, chair or device.")


class LengthOutOfBounds(Invalid):
    code = "length_out_of_bounds"
    message = _("A booking lasts from 5 minutes to 12 hours.")


class TooManyPins(Conflict):
    code = "too_many_pins"
    message = _("The pinboard is full. Find a place for some of its bookings first.")
