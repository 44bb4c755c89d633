"""What the manager's board says is true: its numbers agree with its lists, and “now” is now."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from yilu.platform import clock
from yilu.reception.tests.factories import OpenClinic
from yilu.scheduling.tests.factories import at
from yilu.workforce.tests.factories import make_staff
from yilu.workspace.selectors.live_waits import SHOWN_NEAR
from yilu.workspace.selectors.manager import live_board
from yilu.workspace.tests.test_boards import opened, people_come, signed_in, site_of

__all__ = ["opened"]
pytestmark = [pytest.mark.django_db, pytest.mark.covers("I17")]


def test_all_who_are_beyond_the_promise_are_counted_and_most_are_named(
    opened: OpenClinic, client: Client
):
    people_come(opened, SHOWN_NEAR + 2)
    with clock.at(at(9, 55) + timedelta(minutes=50)):
        board = live_board(make_staff("manager", site_id=opened.site_id).actor(), opened.site_id)
        signed_in(client, "manager", opened)
        client.cookies["yilu_language"] = "en"
        page = client.get(f"/manager/{site_of(opened).key}/").text

    assert (len(board.over), len(board.nearest), board.near) == (
        SHOWN_NEAR + 2, SHOWN_NEAR, SHOWN_NEAR + 2,
    )  # fmt: skip
    [promises] = re.findall(r'id="promises".*?</section>', page, re.DOTALL)
    assert f'<span class="yl-count">{SHOWN_NEAR + 2}</span>' in promises
    assert promises.count("yl-late-t") == SHOWN_NEAR
    assert "and 2 more" in promises


def test_no_room_is_idle_when_nobody_is_in_session(opened: OpenClinic):
    boss = make_staff("manager", site_id=opened.site_id).actor()

    by_day = live_board(boss, opened.site_id)
    with clock.at(at(23, 20)):
        by_night = live_board(boss, opened.site_id)

    assert (len(by_day.idle), by_day.rooms) == (1, 1)
    assert (by_night.idle, by_night.rooms) == ((), 0)
