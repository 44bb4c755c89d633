"""Every test of prediction happens on the same Sunday evening, in a clinic with one doctor."""

from collections.abc import Iterator

import pytest

from yilu.platform import clock
from yilu.prediction.tests.factories import World
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, make_clinic


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING):
        yield


@pytest.fixture
def clinic() -> Clinic:
    """A clinic with one doctor, published for three weeks."""
    return make_clinic(days=21)


@pytest.fixture
def world(clinic: Clinic) -> World:
    """Its past, still empty."""
    return World(clinic)
