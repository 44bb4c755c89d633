"""Two windows of one account ask for a place at the same moment."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from yilu.patients.models import Patient
from yilu.portal.operations.family import Relative
from yilu.portal.operations.queueing import take_place_as_new
from yilu.portal.tests.factories import Someone, open_front
from yilu.portal.tests.test_rush_pages import DAY, moment, popular
from yilu.scheduling.models import RushPlace
from yilu.scheduling.operations.rushes import QueueWish
from yilu.scheduling.tests.test_races import at_once

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A21"),
]
WHO = Relative("沈白芷", "female", date(1988, 4, 12), "")


def pressed_at_once() -> dict[str, int]:
    front = open_front()
    popular(front)
    clinic = front.clinic.clinic
    actor = Someone().account()
    wish = QueueWish(clinic.site_id, clinic.service_id, clinic.doctors[0], DAY, UUID(int=0))

    def press() -> None:
        with moment(timedelta(minutes=-30)):
            take_place_as_new(actor=actor, who=WHO, phone="12155550001", wish=wish)

    return at_once([press] * 4)


def test_one_person_is_registered_and_one_place_is_taken():
    assert pressed_at_once() == {"done": 4}

    assert Patient.objects.filter(name=WHO.name).count() == 1
    assert RushPlace.objects.count() == 1
