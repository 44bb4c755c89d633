"""Entering a visit that was written on paper: the same deeds as ever, at their true times.

Each deed below runs as if it were the moment that the paper names (`clock.at`), so a price, a
receipt and the history of a booking are those of that moment; the record keeps besides when and
by whom it was really entered. No number is given and nobody is called: that is over.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yilu.billing import permissions as billing
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.charges import add_charge
from yilu.catalogue.selectors.prices import prices_at
from yilu.catalogue.selectors.services import service_info
from yilu.downtime.errors import (
    BookingContradicts,
    EnteredAlready,
    OutsideOutage,
    PaidOtherwise,
    TimesContradict,
)
from yilu.downtime.events import PaperEntered
from yilu.downtime.models import PaperForm
from yilu.downtime.operations.holding import hold_form
from yilu.downtime.rules import TrueTimes, is_in_order
from yilu.downtime.selectors.kits import downtime_topic
from yilu.downtime.states import FormState
from yilu.facility.selectors.sites import site_zone
from yilu.patients import permissions as patients
from yilu.patients.operations.holding import hold_patient
from yilu.patients.operations.registrations import register_at_site
from yilu.platform import audit, clock, outbox, wording
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.arrivals import mark_arrived, mark_finished, mark_in_consultation
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.scheduling.states import COMING
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import begin_care, close_visit, open_visit
from yilu.visits.selectors.visits import visits_of
from yilu.visits.states import VisitKind
from yilu.workforce.selectors.practitioners import practitioner_info

NEEDED = (
    visits.OPEN, visits.CLOSE, visits.SEE,
    scheduling.SEE, scheduling.CHANGE,
    billing.CHARGE, billing.TAKE, billing.SEE,
    patients.SEE, patients.REGISTER, patients.CHANGE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What stands on the paper. `paid` is what was taken in cash; none when nothing was."""

    patient_id: UUID
    service_id: UUID
    practitioner_id: UUID
    times: TrueTimes
    booking_id: UUID | None = None
    paid: Decimal | None = None


@operation
def enter_paper(*, actor: Actor, form_id: UUID, written: Written) -> UUID:
    """Enter a visit from its form, with its booking and its payment; gives back the visit.

    While the outage is open, also from one that was said to be unused.

    Raises:
        NotFound, OutageClosed, FormSettled, UnknownPatient.
        TimesContradict: the times are not in order, or lie in the future.
        OutsideOutage: the arrival lies outside the outage.
        BookingContradicts: another patient's, another day's or site's, or no longer expected.
        EnteredAlready: the patient has a visit at that time.
        PaidOtherwise: the sum is not the price of that day.
    """
    form = hold_form(actor, form_id)
    able = actor.lent(*NEEDED)
    hold_patient(able, written.patient_id)
    _check(able, form, written)
    visit_id = _visit(able, form, written)
    _pay(able, form, written, visit_id)
    times = written.times
    form.state, form.visit_id, form.paid = FormState.USED, visit_id, written.paid
    form.reason = ""
    form.arrived_at, form.called_at = times.arrived_at, times.called_at
    form.ended_at, form.paid_at = times.ended_at, times.paid_at
    form.entered_by, form.entered_at = actor.user_id, clock.now()
    form.save()
    _tell(actor, form, written)
    return visit_id


def _check(able: Actor, form: PaperForm, written: Written) -> None:
    times = written.times
    if not is_in_order(times, clock.now()) or (times.paid_at is None) != (written.paid is None):
        raise TimesContradict
    if not form.outage.began_at <= times.arrived_at <= form.outage.ended_at:
        raise OutsideOutage
    ended = times.ended_at or times.called_at or times.arrived_at
    for visit in visits_of(able, written.patient_id, limit=20):
        left = visit.left_at or clock.now()
        if visit.arrived_at <= ended and times.arrived_at <= left:
            raise EnteredAlready
    if written.booking_id is not None:
        _check_booking(form, written, written.booking_id)


def _check_booking(form: PaperForm, written: Written, booking_id: UUID) -> None:
    booking = coming_patient(booking_id)
    day = written.times.arrived_at.astimezone(site_zone(form.site_id)).date()
    says = (booking.patient_id, booking.site_id, booking.clinic_day)
    if says != (written.patient_id, form.site_id, day) or booking.state not in COMING:
        raise BookingContradicts


def _visit(able: Actor, form: PaperForm, written: Written) -> UUID:
    """The visit, and what became of its booking, each at its own moment."""
    times, booking_id = written.times, written.booking_id
    doctor = practitioner_info(written.practitioner_id)
    with clock.at(times.arrived_at):
        register_at_site(
            actor=able, patient_id=written.patient_id, site_id=form.site_id, has_agreed=True
        )
        if booking_id is not None:
            mark_arrived(actor=able, booking_id=booking_id)
        visit_id = open_visit(
            actor=able, patient_id=written.patient_id, site_id=form.site_id,
            booking_id=booking_id, practitioner_id=written.practitioner_id,
            department_id=doctor.department_id, service_id=written.service_id,
            kind=VisitKind.BOOKED if booking_id else VisitKind.WALK_IN,
        )  # fmt: skip
    if times.called_at is not None:
        with clock.at(times.called_at):
            begin_care(actor=able, visit_id=visit_id, user_id=doctor.user_id)
            if booking_id is not None:
                mark_in_consultation(actor=able, booking_id=booking_id)
    if times.ended_at is not None and booking_id is not None:
        with clock.at(times.ended_at):
            mark_finished(actor=able, booking_id=booking_id)
    return visit_id


def _pay(able: Actor, form: PaperForm, written: Written, visit_id: UUID) -> None:
    """Charge the fee, take what was paid, and let the patient have left when the paper says so."""
    times, item_id = written.times, service_info(written.service_id).fee_item_id
    day = times.arrived_at.astimezone(site_zone(form.site_id)).date()
    price = prices_at([item_id], day).get(item_id) if item_id else None
    due = price.amount if price else Decimal(0)
    if written.paid is not None and written.paid != due:
        raise PaidOtherwise(due=wording.money(due), paid=wording.money(written.paid))
    if item_id is not None and price is not None:
        with clock.at(times.ended_at or times.arrived_at):
            add_charge(
                actor=able, visit_id=visit_id, item_id=item_id, quantity=Decimal(1),
                source_type="visits.visit", source_id=visit_id,
            )  # fmt: skip
            bill_id = open_bill(actor=able, visit_id=visit_id)
        if bill_id is not None and times.paid_at is not None and due:
            with clock.at(times.paid_at):
                pay_cash(actor=able, bill_id=bill_id, tendered=due)
    if times.ended_at is not None:
        with clock.at(max(times.ended_at, times.paid_at or times.ended_at)):
            close_visit(actor=able, visit_id=visit_id)


def _tell(actor: Actor, form: PaperForm, written: Written) -> None:
    audit.record(
        actor, "downtime.paper.entered", form, site_id=form.site_id,
        patient_id=written.patient_id, number=form.number, arrived_at=written.times.arrived_at,
    )  # fmt: skip
    if form.visit_id is None:
        return
    outbox.publish(
        PaperEntered(form.visit_id, written.patient_id, form.number, written.times.arrived_at),
        actor=actor, site_id=form.site_id, subject=form, topics=[downtime_topic(form.site_id)],
    )  # fmt: skip
