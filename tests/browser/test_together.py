"""A family comes together: two people of an account, booked with one press on a phone."""

from datetime import timedelta

import pytest

from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.operations.series import SeriesWish, book_series
from yilu.scheduling.selectors.series import treatment_plan
from yilu.scheduling.selectors.sittings import SittingsAsk, propose
from yilu.scheduling.tests.factories import make_clinic
from yilu.scheduling.tests.test_series import make_course

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A17")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_family_is_booked_and_a_treatment_is_seen(visit, looks_right, language):
    clinic, who, today = make_clinic(doctors=2, rooms=2), Someone(), clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today,
        to_day=today + timedelta(days=30),
    )
    first, _second = (who.patient(clinic.site_id, name) for name in ("沈白芷", "沈小满"))
    account = User.objects.get(pk=who.account().user_id)
    address = f"/book/{Site.objects.get(pk=clinic.site_id).key}/{clinic.service_id}"
    page = visit(f"{address}/together", size="phone", user=account, language=language)
    looks_right(page, language)
    picture(page, f"together-{language}")
    # The first may begin before it is pressed.
    page.locator(".yl-pick").last.click()
    page.locator("textarea").first.fill("咳嗽三天")
    looks_right(page, language)
    picture(page, f"together-details-{language}")
    page.locator(".yl-ph-cta button").click()
    page.wait_for_url("**/my/bookings")
    assert Booking.objects.count() == 2

    plan = make_course(clinic, (3, 7), (3, 7))
    steps = treatment_plan(clinic.site_id, plan).steps
    found = propose(SittingsAsk(clinic.site_id, first, steps, today + timedelta(days=1)))
    places = tuple((one.place.starts_at, one.place.practitioner_id) for one in found.sittings)
    wish = SeriesWish(clinic.site_id, first, plan, places, "desk")
    series = book_series(actor=clinic.actor, wish=wish)
    for path, name in (("/my/bookings", "my-bookings"), (f"/my/series/{series}", "my-series")):
        page = visit(path, size="phone", user=account, language=language)
        looks_right(page, language)
        picture(page, f"{name}-{language}")
