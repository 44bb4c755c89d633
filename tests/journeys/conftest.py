"""One clinic for all journeys, and eyes on every page of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from tests.browser.conftest import Visit
from tests.journeys.clinic import Clinic, open_clinic
from yilu.platform.running import catalogues


@pytest.fixture(scope="package")
def clinic(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clinic]:
    """The running clinic. Its days follow each other; nothing is emptied between journeys."""
    catalogues.compile_stale()
    with django_db_blocker.unblock():
        empty()
        with open_clinic(tmp_path_factory.mktemp("clinic")) as opened:
            yield opened
        empty()


@pytest.fixture(autouse=True)
def _django_db_helper(clinic: Clinic) -> None:
    """The clinic stands from journey to journey: nothing is emptied after each of them."""


@pytest.fixture(autouse=True)
def _usual_time(clinic: Clinic) -> None:
    """The clinic's own time goes on from journey to journey."""


def empty() -> None:
    """Empty all tables, as between other tests with real commits."""
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)


@pytest.fixture
def eyes(clinic: Clinic, browser: Browser) -> Iterator[Visit]:
    """Opens pages; whatever went wrong in one of them fails the test at its end."""
    opened = Visit(browser=browser, address=clinic.address)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.unexpected() == []
