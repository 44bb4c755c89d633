"""What the clinic's nights have learnt by the morning on which the demonstration opens."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.queueing import permissions
from yilu.queueing.operations.forecasting import forecast_again
from yilu.queueing.operations.learning import learn_pace, score_forecasts
from yilu.queueing.selectors.paces import forget_paces

NIGHTS = 42
"""A month that pages and evaluations look at, and the days before it on which it was learnt."""


@operation
def live_through_nights(*, actor: Actor, site_ids: Iterable[UUID], today: date) -> int:
    """Forecast the waits of the last weeks day by day, each by what was learnt in the nights
    before it, score them, and learn. How many forecasts were made.

    A clinic with a year behind it knows how long its patients take. Without this everything that
    stands on it – predicted waits, extra places – would begin with what is known of no clinic.
    """
    able = actor.lent(permissions.SET_UP)
    made = 0
    for site_id in site_ids:
        for days in range(NIGHTS, 0, -1):
            day = today - timedelta(days=days)
            learn_pace(actor=able, site_id=site_id, day=day - timedelta(days=1))
            forget_paces()
            made += forecast_again(actor=able, site_id=site_id, day=day)
            score_forecasts(actor=able, site_id=site_id, day=day)
        learn_pace(actor=able, site_id=site_id, day=today - timedelta(days=1))
    forget_paces()
    return made
