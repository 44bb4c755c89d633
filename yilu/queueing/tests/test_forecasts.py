"""Forecasts as percentiles: kept, scored at night, corrected by what came, and shown."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from yilu.platform import clock
from yilu.platform.testing import drain
from yilu.queueing import permissions
from yilu.queueing.models import Accuracy, Forecast, Ticket, WaitShape
from yilu.queueing.operations.calling import call_next, finish_ticket, start_ticket
from yilu.queueing.operations.forecasting import Forecasting, forecast_again
from yilu.queueing.operations.learning import score_forecasts
from yilu.queueing.selectors.forecast_report import forecast_report
from yilu.queueing.selectors.paces import paces
from yilu.queueing.selectors.past_sheets import joined_on
from yilu.queueing.tests.factories import EVERYTHING, TEN, Clinic, at, make_actor, make_clinic
from yilu.queueing.tests.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B10")]
MONDAY = date(2031, 3, 3)
KEPT = (
    "ahead", "depth", "mean_seconds", "spread_seconds", "low_seconds", "middle_seconds",
    "high_seconds", "place_seconds", "low_at", "high_at",
)  # fmt: skip


@pytest.fixture
def clinic():
    with clock.at(TEN), translation.override("en"):
        yield make_clinic()


def boss(clinic: Clinic):
    return make_actor(clinic.site_id, (*EVERYTHING, permissions.REPORT))


def a_morning(clinic: Clinic, *, is_live: bool = True) -> None:
    """Four come, one after another, and are seen for ten minutes each; forecast live or not."""
    station = clinic.station().pk
    for minute in range(60):
        with clock.at(at(minute)):
            if minute in (0, 3, 5, 21):
                clinic.ticket()
                if is_live:
                    drain()
            if minute in (1, 12, 23, 34):
                called = call_next(actor=clinic.actor, station_id=station)
                assert called is not None
                start_ticket(actor=clinic.actor, ticket_id=called.id)
            if minute in (11, 22, 33, 44):
                inside = Ticket.objects.get(station_id=station, state="in_room")
                finish_ticket(actor=clinic.actor, ticket_id=inside.pk)


def test_a_day_forecast_again_gives_what_was_forecast_live(clinic):
    a_morning(clinic)
    live = {one.ticket_id: [getattr(one, name) for name in KEPT] for one in Forecast.objects.all()}
    assert len(live) == 4
    assert "none" in {one[1] for one in live.values()}

    again = [
        Forecasting.of(one.sheet, ticket, ahead, guess)
        for one in joined_on(clinic.site_id, MONDAY)
        for ahead, ticket, guess in one.sheet.guesses(one.ticket.queue_id)
        if ticket.pk == one.ticket.pk
    ]

    assert {one.ticket_id: [getattr(one, name) for name in KEPT] for one in again} == live
    assert forecast_again(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY) == 0


def test_what_nobody_was_told_is_forecast_afterwards_once(clinic):
    a_morning(clinic, is_live=False)

    assert forecast_again(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY) == 4
    assert forecast_again(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY) == 0
    assert Forecast.objects.filter(mean_seconds__isnull=False).count() == 4


def kept(clinic: Clinic, took: int, **figures: object) -> None:
    """A forecast of a ticket that was called so many seconds after it."""
    with clock.at(TEN):
        ticket = clinic.ticket()
    Ticket.objects.filter(pk=ticket.id).update(called_at=TEN + timedelta(seconds=took))
    usual = {
        "depth": "few", "mean_seconds": 600, "spread_seconds": 120, "low_seconds": 500,
        "middle_seconds": 600, "high_seconds": 700, "place_seconds": 900, "ahead": 1,
    }  # fmt: skip
    Forecast.objects.create(
        ticket_id=ticket.id, queue_id=clinic.queue().pk, site_id=clinic.site_id,
        clinic_day=MONDAY, made_at=TEN, low_at=at(8), high_at=at(12), **(usual | figures),
    )  # fmt: skip


def test_the_night_scores_percentiles_against_counting_places(clinic):
    kept(clinic, 650)
    kept(clinic, 800)
    kept(clinic, 30, depth="none")

    for _ in range(2):
        score_forecasts(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY)

    one = Accuracy.objects.get()
    assert (one.forecasts, one.scored, one.below_high) == (3, 2, 1)
    # 650: 0.2 × 150, 0.5 × 50, 0.2 × 50; 800: 0.2 × 300, 0.5 × 200, 0.8 × 100.
    assert one.loss == pytest.approx((30 + 25 + 10 + 60 + 100 + 80) / 3)
    assert one.middle_loss == pytest.approx(125)
    # Places said 900: 0.8, 0.5 and 0.2 of 250, and of 100.
    assert one.place_loss == pytest.approx((1.5 * 250 + 1.5 * 100) / 3)


def test_what_came_moves_where_the_percentiles_are_cut(clinic):
    for n in range(80):
        kept(clinic, 600 + 120 * (n % 5))
    earlier = MONDAY - timedelta(days=1)
    score_forecasts(actor=clinic.actor, site_id=clinic.site_id, day=earlier)
    assert not WaitShape.objects.exists()
    score_forecasts(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY)

    shape = WaitShape.objects.get(depth="few")
    assert (shape.cases, shape.low, shape.middle, shape.high) == (
        80, pytest.approx(0.8), pytest.approx(2), pytest.approx(3.2),
    )  # fmt: skip
    learnt = paces(clinic.site_id).shape("consultation", "few")
    assert learnt.high == pytest.approx(0.8416 / 3 + 3.2 * 2 / 3, abs=0.001)
    assert paces(clinic.site_id).shape("consultation", "many").middle == 0


def test_the_report_says_coverage_and_gain_and_nothing_of_too_few(
    clinic, django_assert_num_queries
):
    for n in range(24):
        kept(clinic, 600 + 10 * n)
    score_forecasts(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY)

    with django_assert_num_queries(2):
        report = forecast_report(boss(clinic), clinic.site_id, MONDAY, MONDAY)

    assert report.total.scored == 24
    assert report.total.coverage == pytest.approx(100 * 11 / 24)
    assert report.total.better_percent is not None
    assert report.total.better_percent > 0
    assert [one.key for one in report.by_day] == ["2031-03-03"]
    Accuracy.objects.update(scored=19)
    few = forecast_report(boss(clinic), clinic.site_id, MONDAY, MONDAY)
    assert (few.total.coverage, few.total.better_percent) == (None, None)


def test_the_page_is_for_who_may_report(clinic):
    url = "/queueing/forecasts/"
    manager = signed_in(clinic, "manager")
    assert "No forecast of this period has been scored" in manager.get(url).content.decode()
    kept(clinic, 650)
    score_forecasts(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY)
    page = manager.get(url).content.decode()
    assert "called before the 80th percentile" in page
    assert "Consultation" in page
    assert signed_in(clinic, "cashier").get(url).status_code == 403
