"""Virtual guides: on duty for the first way, bringing people, confirmed by the place."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from yilu.demo.players.deciding import Resting, due_deeds
from yilu.demo.selectors.sight import Seen, Ticket, Way

pytestmark = pytest.mark.covers("O10")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SITE, GUIDE, VISIT = UUID(int=1), UUID(int=2), UUID(int=3)
WAITS = Ticket(
    UUID(int=4), "pharmacy", UUID(int=5), VISIT, "waiting", None, NOW, None, None, 0, 1, 10, None
)
WAY = Way(UUID(int=6), VISIT, "given", "pharmacy", GUIDE, NOW, None, None, 1)
EMPTY = Seen(SITE, (), (), (), (), ())


def deeds(seen: Seen, minutes: float = 10, resting: Resting = Resting()) -> list[str]:  # noqa: B008
    found = due_deeds(seen, NOW + timedelta(minutes=minutes), resting)
    return [one.what for one in found if one.what in {"duty", "take", "there", "receive"}]


def test_guides_come_on_duty_for_the_first_way():
    assert deeds(replace(EMPTY, tickets=(WAITS,))) == []
    asked = replace(EMPTY, ways=(replace(WAY, state="open", guide_id=None),))
    assert deeds(asked) == ["duty"]
    assert deeds(replace(asked, guides=frozenset({GUIDE})), minutes=0.1) == []


def test_a_way_is_taken_brought_and_confirmed_in_time():
    on = replace(EMPTY, guides=frozenset({GUIDE}))
    states = [
        ("take", WAY),
        ("there", replace(WAY, state="taken", taken_at=NOW)),
        ("receive", replace(WAY, state="delivered", delivered_at=NOW)),
    ]
    for deed, way in states:
        assert deeds(replace(on, ways=(way,))) == [deed]
        assert deeds(replace(on, ways=(way,)), minutes=0.1) == []


def test_where_a_person_guides_or_confirms_nobody_plays():
    on = replace(EMPTY, tickets=(WAITS,), guides=frozenset({GUIDE}), ways=(WAY,))
    assert deeds(on, resting=Resting(frozenset({"guide"}))) == []
    brought = replace(WAY, state="delivered", delivered_at=NOW)
    at_window = replace(on, ways=(brought,))
    assert deeds(at_window, resting=Resting(frozenset({"pharmacist"}))) == []
    assert deeds(replace(on, ways=(replace(brought, destination="room"),))) == []
