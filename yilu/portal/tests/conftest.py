"""Every test of portal happens on the same Sunday evening, unless it says otherwise."""

from collections.abc import Iterator

import pytest

from yilu.platform import clock
from yilu.portal.tests.factories import Front, Someone, open_front
from yilu.scheduling.tests.factories import SUNDAY_EVENING


@pytest.fixture(autouse=True)
def _evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING):
        yield


@pytest.fixture
def front(db: None) -> Front:
    return open_front()


@pytest.fixture
def someone(db: None) -> Someone:
    return Someone()
