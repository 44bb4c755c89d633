"""What reception does when it hears of something."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.pharmacy.states import DispenseState
from yilu.platform import outbox, timers, undo
from yilu.platform.actors import Actor
from yilu.queueing.states import QueueKind
from yilu.reception import permissions
from yilu.reception.operations.arrivals import CHECKED_IN
from yilu.reception.operations.call_backs import OVER, undo_finish_call_back
from yilu.reception.operations.calls import MISSED, note_hung_up, refresh_calls_of
from yilu.reception.operations.departures import (
    FINISHED,
    NEEDED,
    follow_laboratory,
    leave_in_vain,
    leave_window,
)
from yilu.reception.operations.incidents import (
    CLOSED,
    OPENED,
    undo_close_incident,
    undo_open_incident,
)
from yilu.reception.operations.timeline import NOTED, undo_note_deed
from yilu.reception.operations.undoing import undo_check_in, undo_finish_ticket

OPERATOR = Actor.system("reception.operator", permissions.TELEPHONE)
USHER = Actor.system("reception.usher", *NEEDED)

undo.reverses(CHECKED_IN, undo_check_in, _("Check-in taken back. The patient's record stays."))
undo.reverses(
    FINISHED,
    undo_finish_ticket,
    _("Taken back: the patient is with you again. What was signed stays signed."),
)
undo.reverses(OPENED, undo_open_incident, _("Taken back: it was no incident."))
undo.reverses(NOTED, undo_note_deed, _("Struck out. It stays readable in the timeline."))
undo.reverses(OVER, undo_finish_call_back, _("Taken back: it is to be called back again."))
undo.reverses(CLOSED, undo_close_incident, _("Taken back: the incident is under way again."))


@outbox.subscriber("reception.after_payment", "BillSettled")
def after_payment(told: outbox.Told) -> None:
    """A paid bill ends the wait at the cashier's."""
    visit_id = UUID(told.body["visit_id"])
    leave_window(actor=USHER, visit_id=visit_id, kind=QueueKind.CASHIER)


@outbox.subscriber("reception.after_medicine", "DispenseHandedOver")
def after_medicine(told: outbox.Told) -> None:
    """The last medicine in the patient's hand ends the wait at the pharmacy."""
    visit_id = UUID(told.body["visit_id"])
    leave_window(actor=USHER, visit_id=visit_id, kind=QueueKind.PHARMACY)


@outbox.subscriber(
    "reception.after_laboratory",
    "SpecimenCollected",
    "LabReportReleased",
    "LabOrderCancelled",
    "StudyReleased",
)
def after_laboratory(told: outbox.Told) -> None:
    """Sampled, reported or called off: on to the next step, or back to the doctor with results."""
    follow_laboratory(actor=USHER, visit_id=UUID(told.body["visit_id"]))


@outbox.subscriber("reception.after_calling_off", "DispenseMoved")
def after_calling_off(told: outbox.Told) -> None:
    """Nobody waits at the pharmacy for what is void."""
    if told.body["state"] == DispenseState.CANCELLED:
        leave_in_vain(actor=USHER, visit_id=UUID(told.body["visit_id"]))


@outbox.subscriber(
    "reception.refresh_calls",
    "BookingMade",
    "BookingMoved",
    "BookingCancelled",
    "BookingConfirmed",
    "BookingDeedUndone",
)
def refresh_calls(told: outbox.Told) -> None:
    """What a caller has booked changed: the page of their call shows it."""
    patient_id = told.body.get("patient_id")
    if patient_id and told.site_id is not None:
        refresh_calls_of(actor=OPERATOR, site_id=told.site_id, patient_id=UUID(patient_id))


@timers.handler(MISSED, says=_("Note a missed call"))
def nobody_answered(due: timers.Due) -> None:
    """A call whose end nobody told has rung for two minutes: it is missed."""
    note_hung_up(actor=OPERATOR, call_id=due.subject_id)
