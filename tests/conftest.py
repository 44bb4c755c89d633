"""Chromium, for every test that looks at pages."""

import os
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserType, sync_playwright

from look import browser as machine
from yilu.platform.running.browser import ensure

SOAK = os.environ.get("YILU_SOAK") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take a walk in a browser once more when it fails, unless at full size (`make soak`).

    Six programs share two cores in a walk, and not each of them is ours. A second failure counts;
    the summary tells of every walk that was taken twice, and each is a fault to be looked for.
    """
    if SOAK:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browsers() -> Iterator[BrowserType]:
    """What starts browsers, once for all tests."""
    # Playwright keeps an event loop in this thread; Django would take us for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright.chromium
        # Beside that loop Django has other connections than before and after it: what is left open
        # here, nobody else could close, and the database could not be taken away.
        connections.close_all()


@pytest.fixture(scope="session")
def browser(browsers: BrowserType) -> Iterator[Browser]:
    """Chromium, once for all tests."""
    started = browsers.launch(executable_path=ensure(bare=True), args=machine.flags())
    yield started
    started.close()


@pytest.fixture(scope="session")
def whole_browser(browsers: BrowserType) -> Iterator[Browser]:
    """Chromium with all that stands around pages, once for the tests that need that."""
    started = browsers.launch(executable_path=ensure(), args=machine.flags())
    yield started
    started.close()
