"""Every test of prediction happens on the same Sunday evening, in a clinic with one doctor."""

from collections.abc import Iterator

import pytest

from yilu.platform import clock
from yilu.prediction.tests.factories import World
from yilu.queueing.models import Pace
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, make_clinic


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING):
        yield


@pytest.fixture
def clinic() -> Clinic:
    """A clinic with one doctor, published for three weeks, that knows how long patients take."""
    made = make_clinic(days=21)
    Pace.objects.create(
        site_id=made.site_id, kind="consultation", cases=200, mean_seconds=12 * 60,
        spread_seconds=6 * 60, learnt_on=SUNDAY_EVENING.date(),
    )  # fmt: skip
    return made


@pytest.fixture
def world(clinic: Clinic) -> World:
    """Its past, still empty."""
    return World(clinic)
