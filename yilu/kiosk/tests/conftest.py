"""A hall with a kiosk."""

import pytest

from yilu.kiosk.tests.factories import make_guest, make_kiosk
from yilu.platform import clock
from yilu.reception.tests.factories import open_clinic
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at


@pytest.fixture
def hall():
    """An open clinic with a kiosk and a guest booked for ten o'clock, at five to ten."""
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        guest = make_guest(opened)
        guest.booking_id = opened.clinic.book(patient_id=guest.patient_id).id
        guest.number = Booking.objects.get().number
    with clock.at(at(9, 55)):
        yield opened, make_kiosk(opened.site_id), guest
