"""A clinic at ten on Monday, with a desk, a doctor and a manager."""

from collections.abc import Iterator

import pytest

from yilu.guiding.tests.factories import Guided, guided_clinic
from yilu.platform import clock
from yilu.queueing.tests.factories import TEN


@pytest.fixture
def guided() -> Iterator[Guided]:
    with clock.at(TEN):
        yield guided_clinic()
