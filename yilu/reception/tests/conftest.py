"""A clinic on Monday morning, with people at their posts, for tests of what happens there."""

from collections.abc import Iterator

import pytest

from yilu.pathways.operations.definitions import publish_definitions
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.reception.tests.factories import SETTER
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.workforce.tests.factories import make_staff


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    """A clinic at five to ten on Monday, with two consulting rooms."""
    with clock.at(SUNDAY_EVENING):
        made = make_clinic(rooms=2)
        publish_definitions(actor=SETTER)
    with clock.at(at(9, 55)):
        yield made


@pytest.fixture
def desk(clinic: Clinic) -> Actor:
    return make_staff("front_desk", site_id=clinic.site_id, name="前台小王").actor()


@pytest.fixture
def doctor(clinic: Clinic) -> Actor:
    return make_staff("doctor", site_id=clinic.site_id, name="陈医生").actor()
