"""Every test of scheduling happens on the same Sunday evening."""

from collections.abc import Iterator

import pytest

from yilu.platform import clock
from yilu.scheduling.tests.factories import SUNDAY_EVENING


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING):
        yield
