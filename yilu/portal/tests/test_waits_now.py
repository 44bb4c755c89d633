"""What the list of services says of waiting now."""

import pytest

from yilu.platform import clock
from yilu.portal.tests.factories import Front, Someone
from yilu.scheduling.models import Session
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B10")]
WAITING_NOW = "现在候诊"


def services(front: Front, someone: Someone) -> str:
    """The page on which somebody chooses a service."""
    return someone.client.get(f"/book/{front.site_key}/").content.decode()


@pytest.mark.parametrize(
    ("moment", "is_said"), [(at(9, 30), True), (at(6), False), (at(22), False)]
)
def test_a_wait_is_said_only_while_somebody_is_in_session(front, someone, moment, is_said):
    with clock.at(moment):
        assert (WAITING_NOW in services(front, someone)) is is_said


def test_the_queue_of_a_doctor_who_is_not_there_is_no_short_wait(front, someone):
    Session.objects.filter(resource__practitioner_id__in=front.clinic.clinic.doctors).update(
        active=False
    )
    with clock.at(at(9, 30)):
        assert WAITING_NOW not in services(front, someone)
