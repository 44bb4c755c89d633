"""A later time on the patient's own pages, and saying that one is on the way."""

from datetime import timedelta

import pytest

from yilu.platform import clock, links
from yilu.portal.tests.factories import Front, Someone, details
from yilu.queueing.jobs import LATE
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.later import Promise, promise_later_time
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A24", "B10")]


@pytest.fixture
def told(front: Front, someone: Someone) -> Booking:
    """Somebody was booked for ten and told to come at half past."""
    patient_id = someone.patient(front.clinic.site_id)
    made = front.clinic.clinic.book(at(10), patient_id=patient_id)
    turn = at(10, 50)
    with clock.at(at(9)):
        promise = Promise(made.id, at(10), at(10, 30), turn, turn, turn)
        assert promise_later_time(actor=LATE, promise=promise)
    return Booking.objects.get(pk=made.id)


def base(booking: Booking) -> str:
    expires_at = booking.ends_at + timedelta(days=30)
    return f"/v/{links.issue('visit', subject_id=booking.pk, expires_at=expires_at)}"


def test_the_page_says_when_to_come_and_that_the_place_is_kept(told: Booking):
    who = Someone()
    who.client.cookies["yilu_language"] = "en"
    with clock.at(at(9, 5)):
        page = who.client.get(base(told)).content.decode()
    assert "Your doctor is running late. Please come at" in page
    assert 'id="come-at">10:30<small>instead of 10:00</small>' in page
    assert "you keep your place" in page


def test_who_is_on_the_way_is_told_nothing_more_until_they_take_it_back(told: Booking):
    who, url = Someone(), f"{base(told)}/on-my-way"
    later = Promise(told.pk, at(10, 30), at(11), at(11, 20), at(11, 20), at(11, 20))
    with clock.at(at(9, 5)):
        assert who.client.get(url).status_code == 405
        stale = details() | {"version": str(told.version - 1)}
        assert who.client.post(url, stale).status_code == 412
        assert who.client.post(url, details()).status_code == 303
        told.refresh_from_db()
        assert told.under_way_at == at(9, 5)
        assert promise_later_time(actor=LATE, promise=later) is False
        assert who.client.post(url, details(not_yet="1")).status_code == 303
        assert promise_later_time(actor=LATE, promise=later) is True
