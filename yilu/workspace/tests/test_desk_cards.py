"""What a card of the desk grid says of a booking that does not stand yet."""

from datetime import timedelta

import pytest
from django.utils import translation

from yilu.catalogue.models import Service
from yilu.platform import clock
from yilu.platform.daygrid import Card
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.models import Booking, Prepayment
from yilu.scheduling.operations.changing import confirm_booking
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, at
from yilu.workspace.selectors.desk import desk_day

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A13", "A12")]


@pytest.fixture
def opened():
    """An open clinic at five to ten on Monday, whose service is booked online too."""
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic()
        Service.objects.filter(pk=clinic.clinic.service_id).update(online=True)
    with clock.at(at(9, 55)):
        yield clinic


def requested(opened: OpenClinic, pay_by: timedelta | None) -> None:
    """A booking at eleven that stands only once it is agreed to, or paid."""
    booked = opened.clinic.book(at(11))
    Booking.objects.filter(pk=booked.id).update(state="requested")
    if pay_by is not None:
        Prepayment.objects.create(
            booking_id=booked.id, amount=50, is_must=True, pay_by=clock.now() + pay_by,
            full_hours=24, part_hours=2, part_percent=50,
        )  # fmt: skip


def card(opened: OpenClinic, language: str) -> Card:
    with translation.override(language):
        return desk_day(opened.desk, opened.site_id, MONDAY).columns[0].cards[0]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "To pay by 10:10"), ("zh-hans", "待支付，10:10 前")]
)
def test_what_awaits_its_payment_says_until_when(opened, language, words):
    requested(opened, timedelta(minutes=15))
    found = card(opened, language)
    assert (found.state, found.now) == ("soon", words)


def test_a_deadline_of_another_day_has_its_date(opened):
    requested(opened, timedelta(days=1))
    assert card(opened, "en").now == "To pay by 03-04 09:55"


def test_what_waits_to_be_agreed_to_says_so_and_then_stands(opened):
    requested(opened, None)
    found = card(opened, "en")
    assert (found.state, found.now) == ("soon", "Requested")
    confirm_booking(actor=opened.clinic.actor, booking_id=found.id)
    assert card(opened, "en").state == "booked"


def test_a_desk_full_of_them_costs_one_query_more(opened, django_assert_max_num_queries):
    requested(opened, timedelta(minutes=15))
    with django_assert_max_num_queries(27):
        desk_day(opened.desk, opened.site_id, MONDAY)
