"""Every test of billing happens on the same morning."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from yilu.billing.tests.factories import MORNING
from yilu.billing.tests.gateways import Sandbox, running_sandbox
from yilu.platform import clock


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with clock.at(MORNING):
        yield


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[Sandbox]:
    """A gateway that this test alone asks."""
    with running_sandbox(tmp_path) as running:
        settings.WECHATPAY_FILE = running.file
        yield running
