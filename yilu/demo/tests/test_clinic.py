"""The demonstration clinic stands on the operations that set up a real one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from yilu.demo.operations.clinic import build_clinic, publish, share_out
from yilu.demo.plan import clinic_plan
from yilu.facility.selectors.sites import open_sites
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.queueing.selectors.points import stations
from yilu.scheduling.selectors.release_plans import day_shares
from yilu.workforce.selectors.practitioners import practitioners

pytestmark = pytest.mark.django_db
MONDAY = date(2031, 3, 3)
PASSWORD = "of-no-importance"  # noqa: S105 (of people in tests)


@pytest.mark.covers("O09")
def test_both_sites_stand_with_their_people_places_and_queues():
    with clock.at(datetime(2031, 3, 3, 1, tzinfo=UTC)):
        built = build_clinic(
            actor=Actor.system("demo"), plan=clinic_plan(), since=MONDAY, password=PASSWORD
        )
        publish(actor=Actor.system("demo"), clinic=built, from_day=MONDAY, to_day=MONDAY)
        south = built.sites["south"]

        assert [site.key for site in open_sites()] == ["south", "north"]
        assert len(built.practitioners) == 21
        assert len(practitioners(south.id)) == 14
        assert len(stations(south.id)) == 14 + 6

        # One popular doctor's Wednesday is shared out among the channels.
        share_out(actor=Actor.system("demo"), clinic=built, plan=clinic_plan())
        wednesday = MONDAY + timedelta(days=2)
        publish(actor=Actor.system("demo"), clinic=built, from_day=wednesday, to_day=wednesday)
        assert day_shares(south.id, MONDAY) == {}
        [lines] = day_shares(south.id, wednesday).values()
        assert [(one.used, one.amount) for one in lines] == [(0, 16), (0, 12), (0, 8)]
