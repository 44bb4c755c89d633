"""Every test of intake happens on the same Sunday evening, in Chinese."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from yilu.platform import clock
from yilu.scheduling.tests.factories import SUNDAY_EVENING


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING), translation.override("zh-hans"):
        yield
