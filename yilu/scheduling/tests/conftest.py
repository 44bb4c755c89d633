"""Every test of scheduling happens on the same Sunday evening, most of them in one clinic."""

from collections.abc import Iterator

import pytest

from yilu.platform import clock
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, make_clinic


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING):
        yield


@pytest.fixture
def clinic() -> Clinic:
    """One doctor and one room; where a test needs more, it makes its own."""
    return make_clinic()
