"""What the nurse reads while typing: the level, scores, what is out of range or no value."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from yilu.clinical.models import ScoreResult, VitalSigns
from yilu.clinical.selectors.live import live_scores
from yilu.clinical.tests.factories import make_room
from yilu.clinical.tests.test_pages import PART, browser, url
from yilu.clinical.tests.test_scores import WELL
from yilu.platform import clock
from yilu.platform.errors import NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B06")]
# What stands in the form before anything is typed.
AT_FIRST = {"oxygen": "no", "consciousness": "A", "pulse": ""}


def shown(room, **typed: str) -> dict[str, str]:
    found = live_scores(room.nurse, room.visit_id, AT_FIRST | typed)
    return {one.key: one.total for one in found.scores if one.total}


def test_everything_is_scored_while_typing():
    typed = WELL | {"pulse": "155", "pain": "5", "weight": "63.5", "height": "165"}
    assert shown(make_room(), **typed) == {
        "acuity": "2", "news2": "3", "mews": "4", "bmi": "23.3", "pain": "5",
    }  # fmt: skip


def test_the_level_says_for_what_and_a_form_as_it_opens_says_none():
    room = make_room()
    assert shown(room) == {}
    assert shown(room, consciousness="V") == {"acuity": "2"}
    with translation.override("en"):
        found = live_scores(room.nurse, room.visit_id, AT_FIRST | {"spo2": "88"})
        level = found.scores[0]
        assert (str(level.band), level.reasons) == ("II emergent", ("SpO₂",))
    assert [one.code for one in found.values] == ["spo2"]


@pytest.mark.parametrize(
    ("code", "typed", "is_wrong"),
    [
        ("pulse", "abc", True), ("pulse", "999", True), ("pulse", "7", False),
        ("pulse", "70", False),
        ("temperature", "3", False), ("temperature", "368", True), ("temperature", "36.85", True),
        ("systolic", "１２０", True), ("consciousness", "Z", True), ("pain", "11", True),
    ],
)  # fmt: skip
def test_what_can_be_no_value_is_said_and_half_a_number_is_not(code, typed, is_wrong):
    room = make_room()
    found = live_scores(room.nurse, room.visit_id, {code: typed})
    assert bool(found.wrong) == is_wrong


def test_a_child_is_judged_by_its_age_and_pain_is_flagged():
    child = make_room(born_on=clock.now().date() - timedelta(days=800))
    assert shown(child, pulse="146") == {"acuity": "2"}
    found = live_scores(child.nurse, child.visit_id, {"pain": "8"})
    assert [one.code for one in found.values] == ["pain"]
    assert found.no_score is not None


def test_nothing_is_kept_and_it_costs_five_queries():
    room = make_room()
    with CaptureQueriesContext(connection) as seen:
        live_scores(room.nurse, room.visit_id, WELL)
    assert len(seen) <= 5
    page = browser(room.nurse).post(url("score", room), {"pulse": "155", "spo2": "x"}, headers=PART)
    assert "II emergent" in page.text
    assert "data-wrong" in page.text
    assert not VitalSigns.objects.exists()
    assert not ScoreResult.objects.exists()


def test_who_may_not_assess_is_refused():
    room = make_room()
    with pytest.raises(NotAllowed):
        live_scores(room.pharmacist, room.visit_id, WELL)
