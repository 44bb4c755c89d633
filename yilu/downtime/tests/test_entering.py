"""Paper entered afterwards, with its true times; every number accounted for."""

from datetime import timedelta
from decimal import Decimal

import pytest

from yilu.billing.models import Bill, Payment
from yilu.downtime.errors import (
    BadPeriod,
    BookingContradicts,
    EnteredAlready,
    FormSettled,
    OutageClosed,
    OutageOpen,
    OutsideOutage,
    PaidOtherwise,
    StillOpen,
    TimesContradict,
)
from yilu.downtime.jobs import PRINTER
from yilu.downtime.models import Outage, PaperForm
from yilu.downtime.operations.entering import Written, enter_paper
from yilu.downtime.operations.kits import make_kit
from yilu.downtime.operations.outages import (
    account_for,
    close_outage,
    open_outage,
    rest_is_unused,
)
from yilu.downtime.rules import TrueTimes
from yilu.downtime.selectors.kits import form_of_visit, forms, outage, outages
from yilu.downtime.states import FormState
from yilu.kiosk.tests.factories import make_guest
from yilu.platform import clock
from yilu.platform.errors import Invalid, NotFound
from yilu.platform.models import AuditEntry
from yilu.platform.testing import drain
from yilu.queueing.models import Ticket
from yilu.reception.operations.arrivals import check_in
from yilu.reception.tests.factories import nobody_at, open_clinic
from yilu.scheduling.models import Booking
from yilu.scheduling.states import BookingState
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit
from yilu.visits.states import VisitState

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B17")]


class Evening:
    """A clinic that worked on paper from nine to twelve and enters it at three."""

    def __init__(self) -> None:
        with clock.at(SUNDAY_EVENING):
            self.opened = open_clinic()
            self.guest = make_guest(self.opened)
            booked = self.opened.clinic.book(at(10), patient_id=self.guest.patient_id)
            self.guest.booking_id = booked.id
        with clock.at(at(9)):
            self.kit_id = make_kit(actor=PRINTER, site_id=self.opened.site_id)
        self.desk = self.opened.desk

    def begin(self):
        self.outage_id = open_outage(
            actor=self.desk, kit_id=self.kit_id, began_at=at(9), ended_at=at(12)
        )
        return self

    def form(self, place: int = 0) -> PaperForm:
        return PaperForm.objects.filter(outage_id=self.outage_id)[place]

    def written(self, **facts: object) -> Written:
        times = {"arrived_at": at(9, 50), "called_at": at(10, 5), "ended_at": at(10, 25)}
        times |= {"paid_at": at(10, 30)} | facts.pop("times", {})
        usual = {
            "patient_id": self.guest.patient_id,
            "service_id": self.opened.clinic.service_id,
            "practitioner_id": self.opened.clinic.doctors[0],
            "booking_id": self.guest.booking_id,
            "paid": Decimal("25.00"),
            "times": TrueTimes(**times),
        }
        return Written(**usual | facts)

    def enter(self, place: int = 0, **facts: object):
        return enter_paper(
            actor=self.desk, form_id=self.form(place).pk, written=self.written(**facts)
        )


@pytest.fixture
def evening(settings, tmp_path):
    settings.DOWNTIME_FOLDER = tmp_path
    found = Evening()
    with clock.at(at(15)):
        yield found.begin()


def nothing_was_entered() -> None:
    assert not Visit.objects.exists()
    assert not Bill.objects.exists()
    assert not PaperForm.objects.exclude(state=FormState.OPEN).exists()


def test_a_form_becomes_a_visit_with_its_true_times_and_says_who_entered_it_when(evening):
    visit_id = evening.enter()

    visit = Visit.objects.get(pk=visit_id)
    assert (visit.arrived_at, visit.in_care_at, visit.left_at) == (
        at(9, 50), at(10, 5), at(10, 30),
    )  # fmt: skip
    assert (visit.state, visit.responsible_user_id is not None) == (VisitState.LEFT, True)
    booking = Booking.objects.get()
    assert booking.state == BookingState.FINISHED
    payment = Payment.objects.get()
    assert (payment.amount, payment.paid_at) == (Decimal("25.00"), at(10, 30))
    form = form_of_visit(visit_id)
    assert form is not None
    assert (form.state, form.entered_at) == (FormState.USED, at(15))
    (line,) = [one for one in forms(evening.desk, evening.outage_id) if one.state == "used"]
    assert line.entered_by
    entry = AuditEntry.objects.get(action="downtime.paper.entered")
    assert (entry.at, entry.actor_id) == (at(15), evening.desk.user_id)


def test_nobody_is_called_or_made_to_wait_by_what_is_over(evening):
    evening.enter()
    drain()
    assert not Ticket.objects.exists()


def test_a_walk_in_on_paper_is_entered_without_a_booking_and_without_payment(evening):
    visit_id = evening.enter(booking_id=None, paid=None, times={"paid_at": None})
    visit = Visit.objects.get(pk=visit_id)
    assert (visit.kind, visit.booking_id) == ("walk_in", None)
    assert Bill.objects.get().state == "open"
    assert Booking.objects.get().state == BookingState.CONFIRMED


@pytest.mark.parametrize(
    ("times", "refusal"),
    [
        ({"called_at": at(9, 40)}, TimesContradict),
        ({"ended_at": at(10)}, TimesContradict),
        ({"called_at": None}, TimesContradict),
        ({"paid_at": at(9, 45)}, TimesContradict),
        ({"paid_at": None}, TimesContradict),
        ({"ended_at": at(16)}, TimesContradict),
        ({"arrived_at": at(8, 59)}, OutsideOutage),
        ({"arrived_at": at(12, 1), "called_at": None, "ended_at": None, "paid_at": at(13)},
         OutsideOutage),
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_refused_and_nothing_is_entered(evening, times, refusal):
    with pytest.raises(refusal):
        evening.enter(times=times)
    nothing_was_entered()


def test_a_sum_that_is_not_the_price_of_that_day_is_refused(evening):
    with pytest.raises(PaidOtherwise) as refused:
        evening.enter(paid=Decimal("20.00"))
    assert "25.00" in str(refused.value)
    nothing_was_entered()


def test_a_booking_that_says_otherwise_is_refused(evening):
    other = make_guest(evening.opened, "白术")
    with pytest.raises(BookingContradicts):
        evening.enter(patient_id=other.patient_id)
    Booking.objects.update(state=BookingState.NO_SHOW)
    with pytest.raises(BookingContradicts):
        evening.enter()
    nothing_was_entered()


def test_who_was_checked_in_by_the_system_at_that_time_is_not_entered_again(evening):
    with clock.at(at(9, 45)):
        check_in(actor=evening.desk, booking_id=evening.guest.booking_id)
    with pytest.raises(EnteredAlready):
        evening.enter(booking_id=None)
    assert Visit.objects.count() == 1


def test_one_form_is_entered_once_and_one_visit_from_one_form(evening):
    evening.enter()
    with pytest.raises(FormSettled):
        evening.enter()
    with pytest.raises(EnteredAlready):
        evening.enter(1, booking_id=None)
    with pytest.raises(FormSettled):
        account_for(actor=evening.desk, form_id=evening.form().pk, state="void", reason="x")
    assert Visit.objects.count() == 1


def test_a_form_that_a_colleague_calls_unused_meanwhile_is_entered_while_the_outage_is_open(
    evening,
):
    rest_is_unused(actor=evening.desk, outage_id=evening.outage_id)

    visit_id = evening.enter()
    account_for(actor=evening.desk, form_id=evening.form(1).pk, state="void", reason="写错")

    assert form_of_visit(visit_id).state == FormState.USED
    line = outage(evening.desk, evening.outage_id)
    assert line.counts == {"open": 0, "used": 1, "unused": 22, "void": 1, "missing": 0}
    with pytest.raises(FormSettled):
        evening.enter(1, booking_id=None)
    close_outage(actor=evening.desk, outage_id=evening.outage_id)
    with pytest.raises(OutageClosed):
        evening.enter(2, booking_id=None)


def test_every_number_is_accounted_for_before_the_outage_is_closed(evening):
    evening.enter()
    with pytest.raises(StillOpen):
        close_outage(actor=evening.desk, outage_id=evening.outage_id)
    account_for(actor=evening.desk, form_id=evening.form(1).pk, state="void", reason="写错")
    account_for(actor=evening.desk, form_id=evening.form(2).pk, state="missing", reason="找不到")
    assert rest_is_unused(actor=evening.desk, outage_id=evening.outage_id) == 21
    close_outage(actor=evening.desk, outage_id=evening.outage_id)

    line = outage(evening.desk, evening.outage_id)
    assert line.counts == {"open": 0, "used": 1, "unused": 21, "void": 1, "missing": 1}
    assert not line.is_open
    with pytest.raises(OutageClosed):
        account_for(actor=evening.desk, form_id=evening.form(1).pk, state="unused")


@pytest.mark.parametrize(("state", "reason"), [("void", " "), ("missing", ""), ("used", "x")])
def test_void_and_missing_say_why_and_used_needs_a_visit(evening, state: str, reason: str):
    with pytest.raises(Invalid):
        account_for(actor=evening.desk, form_id=evening.form().pk, state=state, reason=reason)
    nothing_was_entered()


def test_one_outage_at_a_time_is_entered_and_its_period_can_be(evening):
    with pytest.raises(OutageOpen):
        evening.begin()
    rest_is_unused(actor=evening.desk, outage_id=evening.outage_id)
    close_outage(actor=evening.desk, outage_id=evening.outage_id)
    for began, ended in ((at(12), at(9)), (at(14), at(16))):
        with pytest.raises(BadPeriod):
            open_outage(actor=evening.desk, kit_id=evening.kit_id, began_at=began, ended_at=ended)
    assert Outage.objects.count() == 1


def test_who_may_not_enters_nothing(evening):
    with pytest.raises(NotFound):
        enter_paper(
            actor=nobody_at(evening.opened.site_id), form_id=evening.form().pk,
            written=evening.written(),
        )  # fmt: skip
    nothing_was_entered()


@pytest.mark.parametrize("many", [1, 12])
def test_the_list_of_forms_costs_the_same_for_one_entered_and_for_twelve(
    evening, many: int, django_assert_max_num_queries
):
    for n in range(many):
        guest = make_guest(evening.opened, f"病人{n}")
        moment = timedelta(minutes=n)
        evening.enter(
            n, patient_id=guest.patient_id, booking_id=None, paid=None,
            times={"arrived_at": at(9) + moment, "paid_at": None},
        )  # fmt: skip
    with django_assert_max_num_queries(7):
        assert len(forms(evening.desk, evening.outage_id)) == 24
    with django_assert_max_num_queries(2):
        assert outages(evening.desk, evening.opened.site_id)[0].counts["used"] == many
