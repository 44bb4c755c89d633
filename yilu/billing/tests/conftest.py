"""Every test of billing happens on the same morning, unless it asks for the evening before."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from yilu.billing.tests.advances import asking_clinic
from yilu.billing.tests.factories import MORNING
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.platform import clock
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with clock.at(MORNING):
        yield


@pytest.fixture
def sunday_evening(_morning: None) -> Iterator[None]:
    """When scheduling's tests happen: for what is paid before anybody comes."""
    with clock.at(SUNDAY_EVENING):
        yield


@pytest.fixture
def clinic() -> Clinic:
    """A clinic whose service asks for ¥50 when it is booked online."""
    return asking_clinic()


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[Sandbox]:
    """A gateway that this test alone asks."""
    with running_sandbox(tmp_path) as running:
        settings.WECHATPAY_FILE = running.file
        yield running
