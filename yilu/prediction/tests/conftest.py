"""Every test of prediction happens on the same Sunday evening, in a clinic with one doctor."""

from collections.abc import Iterator

import pytest

from yilu.platform import clock
from yilu.prediction.tests.factories import World, know_lengths
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, make_clinic


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING):
        yield


@pytest.fixture
def clinic() -> Clinic:
    """A clinic with one doctor, published for three weeks, that knows how long patients take."""
    made = make_clinic(days=21)
    know_lengths(made.site_id)
    return made


@pytest.fixture
def world(clinic: Clinic) -> World:
    """Its past, still empty."""
    return World(clinic)
