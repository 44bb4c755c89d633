"""A clinic of three doctors, and its desk grid of tomorrow."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.grid.hand import tomorrow
from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.models import User
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff


@pytest.fixture
def clinic() -> Clinic:
    """Three doctors who are there tomorrow, and three rooms."""
    clinic = make_clinic(doctors=3, rooms=3)
    today = clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today,
        to_day=today + timedelta(days=8),
    )
    return clinic


@pytest.fixture
def clerk(clinic: Clinic) -> User:
    return User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)


@pytest.fixture
def address(clinic: Clinic) -> str:
    key = Site.objects.get(pk=clinic.site_id).key
    return f"/desk/{key}/?day={(tomorrow(9) + timedelta(hours=8)):%Y-%m-%d}"


@pytest.fixture
def desk(visit: Visit, clerk: User, address: str) -> Callable[..., Page]:
    """Open tomorrow's grid as the clerk. What the server refuses there is no fault of a page."""
    visit.expect("422")

    def opened(language: str = "zh", part: str = "?") -> Page:
        return visit(address.replace("?", part), user=clerk, language=language)

    return opened
