"""Chromium, for every test that looks at pages."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from look import browser as machine
from yilu.platform.running.browser import ensure


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once for all tests."""
    # Playwright keeps an event loop in this thread; Django would take us for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=ensure(bare=True), args=machine.flags()
        )
        yield started
        started.close()
