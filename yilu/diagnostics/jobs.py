"""What diagnostics does when it hears of something, and what it reminds of itself."""

from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.operations.chosen import order_chosen
from yilu.diagnostics.operations.lab_telling import tell_of_refusal, tell_of_report, tell_of_study
from yilu.diagnostics.operations.requests import follow_booking
from yilu.diagnostics.operations.studies import arrive_with_booking, leave_with_booking
from yilu.diagnostics.operations.telling import remind_of_trip, tell_of_trip
from yilu.platform import outbox
from yilu.platform.actors import Actor
from yilu.scheduling.enclosing import remind_together
from yilu.scheduling.selectors.telling import Telling, telling
from yilu.scheduling.states import BookingState

NOT_HERE = (
    BookingState.REQUESTED,
    BookingState.CONFIRMED,
    BookingState.CANCELLED,
    BookingState.NO_SHOW,
)
FOLLOWER = Actor.system("diagnostics.follow", permissions.SEE)
ORDERER = Actor.system("diagnostics.order_chosen", permissions.SEE, permissions.ASK)


@outbox.subscriber(
    "diagnostics.follow_booking",
    "BookingCancelled",
    "BookingMissed",
    "BookingFinished",
    "BookingMoved",
    "BookingDeedUndone",
)
def follow(told: outbox.Told) -> None:
    """An examination goes where its booking goes."""
    follow_booking(actor=FOLLOWER, booking_id=told.subject_id)


@outbox.subscriber("diagnostics.arrive_with_booking", "BookingArrived")
def arrive(told: outbox.Told) -> None:
    """Who is checked in for an examination has arrived at it."""
    arrive_with_booking(actor=FOLLOWER, booking_id=told.subject_id)


@outbox.subscriber(
    "diagnostics.leave_with_booking", "BookingCancelled", "BookingMissed", "BookingDeedUndone"
)
def leave(told: outbox.Told) -> None:
    """A check-in that was taken back is no arrival."""
    if telling(told.subject_id).state in NOT_HERE:
        leave_with_booking(actor=FOLLOWER, booking_id=told.subject_id)


@outbox.subscriber("diagnostics.tell_of_study", "StudyReleased")
def tell_study(told: outbox.Told) -> None:
    """The report of an examination is ready; a correction is told like the first."""
    tell_of_study(actor=FOLLOWER, report_id=UUID(told.body["report_id"]))


@outbox.subscriber("diagnostics.order_chosen", "PlanAccepted")
def order(told: outbox.Told) -> None:
    """Tests and examinations of an accepted plan go to their worklists."""
    order_chosen(actor=ORDERER, plan_id=UUID(told.body["plan_id"]))


@outbox.subscriber("diagnostics.tell_of_trip", "TripBooked")
def tell(told: outbox.Told) -> None:
    """The whole trip in one message, when it is booked and whenever it is placed anew."""
    tell_of_trip(actor=FOLLOWER, trip_id=told.subject_id, version=told.body["trip_version"])


@outbox.subscriber("diagnostics.tell_of_report", "LabReportReleased")
def tell_report(told: outbox.Told) -> None:
    """A report is ready; a correction is told like the first."""
    tell_of_report(actor=FOLLOWER, report_id=told.subject_id)


@outbox.subscriber("diagnostics.tell_of_refusal", "SpecimenRejected")
def tell_refusal(told: outbox.Told) -> None:
    """A specimen cannot be used: the patient is asked back."""
    tell_of_refusal(actor=FOLLOWER, specimen_id=told.subject_id)


def remind(actor: Actor, told: Telling, template: str) -> bool:
    """The examinations of one trip are reminded of in one message, with all their preparation."""
    return remind_of_trip(actor=FOLLOWER, told=told, template=template)


remind_together("diagnostics.trip", remind)
