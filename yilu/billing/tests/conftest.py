"""Every test of billing happens on the same morning."""

from collections.abc import Iterator

import pytest

from yilu.billing.tests.factories import MORNING
from yilu.platform import clock


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with clock.at(MORNING):
        yield
