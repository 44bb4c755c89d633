"""Every test of interop happens on the same Sunday evening, by both clocks."""

from collections.abc import Iterator

import pytest

from yilu.platform import clock
from yilu.scheduling.tests.factories import SUNDAY_EVENING


@pytest.fixture(autouse=True)
def _sunday_evening() -> Iterator[None]:
    with clock.at(SUNDAY_EVENING, machine=SUNDAY_EVENING):
        yield


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
