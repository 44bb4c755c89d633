"""A clinic on Monday morning that has planned for an outbreak."""

from collections.abc import Iterator

import pytest

from yilu.outbreak.tests.factories import Ready, make_ready
from yilu.platform import clock
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at


@pytest.fixture
def ready(db: None) -> Iterator[Ready]:
    """Five to ten on Monday."""
    with clock.at(SUNDAY_EVENING):
        made = make_ready()
    with clock.at(at(9, 55)):
        yield made
