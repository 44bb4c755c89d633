"""A treatment in four sittings: planned at the desk, changed by hand, seen on the phone."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.browser.test_bookings import picture
from yilu.platform import clock
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.scheduling.models import Booking, Series
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.scheduling.tests.test_series import make_course
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinic() -> Clinic:
    clinic = make_clinic(doctors=2, rooms=2)
    today = clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today,
        to_day=today + timedelta(days=45),
    )
    make_course(clinic, (3, 7), (3, 7), (7, 14))
    return clinic


@pytest.mark.covers("A17")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_plans_a_root_canal(visit, clinic, looks_right, language):
    patient: UUID = clinic.patient("欧阳静")
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    page = visit(f"/scheduling/series/new/{patient}", user=clerk, language=language)
    looks_right(page, language)
    before = page.locator("#id_time_3").input_value()
    page.locator(".sc-wished label").nth(1).click()
    page.locator("#id_time_3 option[selected]", has_text="14:00").wait_for(state="attached")
    later = page.locator("#id_time_1 option").nth(3).get_attribute("value")
    page.locator("#id_time_1").select_option(later)
    page.locator(f"#id_time_1 option[selected][value='{later}']").wait_for(state="attached")
    assert page.locator("#id_time_3").input_value() != before
    picture(page, f"series-new-{language}")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/scheduling/series/*-*/")
    assert Booking.objects.count() == 4
    looks_right(page, language)
    picture(page, f"series-{language}")
    series = Series.objects.get().pk
    paper = visit(f"/scheduling/series/{series}/print", user=clerk, language=language)
    picture(paper, f"series-print-{language}")
    plans = visit("/scheduling/series/plans/", user=clerk, language=language)
    looks_right(plans, language)
    picture(plans, f"plans-{language}")
    boss = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)
    plans = visit("/scheduling/series/plans/", user=boss, language=language)
    plans.keyboard.press("n")
    plans.locator("#plan-form").wait_for()
    looks_right(plans, language)
    picture(plans, f"plan-{language}")


@pytest.mark.covers("A17")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_recalls_for_a_year_are_booked_as_far_as_sessions_go(visit, clinic, looks_right, language):
    who = Someone()
    patient = who.patient(clinic.site_id, "欧阳静")
    plan = make_course(clinic, *[(28, 42)] * 11)
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    page = visit(f"/scheduling/series/new/{patient}?plan={plan}", user=clerk, language=language)
    page.locator(".sc-planned li").first.wait_for()
    looks_right(page, language)
    picture(page, f"recalls-new-{language}")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/scheduling/series/*-*/")
    looks_right(page, language)
    picture(page, f"recalls-{language}")
    series = Series.objects.get().pk
    page.goto(page.url.replace(str(series), "planned"))
    page.locator("#planned .sc-next").wait_for()
    looks_right(page, language)
    picture(page, f"planned-{language}")
    paper = visit(f"/scheduling/series/{series}/print", user=clerk, language=language)
    picture(paper, f"recalls-print-{language}")
    account = User.objects.get(pk=who.account().user_id)
    phone = visit(f"/my/series/{series}", size="phone", user=account, language=language)
    looks_right(phone, language)
    picture(phone, f"recalls-phone-{language}")
