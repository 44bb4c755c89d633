"""Many want the same at the same moment, over the real server: one has it, all are answered.

`YILU_SOAK=1` runs twenty rounds of 50 and of 200.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from tests.bad_days.calling import Answer
from tests.bad_days.conftest import Open
from tests.bad_days.crew import Crew
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
SOAK = os.environ.get("YILU_SOAK") == "1"
CROWDS = (50, 200)
ROUNDS = 20 if SOAK else 2
GUARD = "scheduling_allocation_no_overlap"


def times() -> Iterator[datetime]:
    """Half hours in which the doctor works, one after the other."""
    for day in range(7):
        for half in range(6):
            yield at(9, day=day) + timedelta(minutes=30 * half)
            yield at(14, day=day) + timedelta(minutes=30 * half)


def storm(opened: Open, crowd: int, rounds: int) -> list[list[Answer]]:
    """Who has got a time goes, and somebody new comes: one patient may not hold many."""
    patients, answered = opened.patients(crowd), []
    for when, _ in zip(times(), range(rounds), strict=False):
        calls = [opened.booking(when, who, f"{when}-{who}") for who in patients]
        answers = opened.callers.at_once(calls)
        answered.append(answers)
        left = [who for who, one in zip(patients, answers, strict=True) if one.status != 201]
        patients = left + opened.patients(crowd - len(left))
    return answered


@pytest.mark.covers("A01", "A04", "A06")
@pytest.mark.parametrize("crowd", CROWDS)
def test_one_of_a_crowd_gets_the_time_and_the_rest_are_offered_others(
    product: Crew, opening: Callable[..., Open], crowd: int
):
    opened = opening(product, rooms=2)

    rounds = storm(opened, crowd, ROUNDS)

    for answers in rounds:
        assert Counter(one.status for one in answers) == {201: 1, 409: crowd - 1}
        refused = [one.read for one in answers if one.status == 409]
        assert {one["code"] for one in refused} == {"slot_taken"}
        assert all(one["alternatives"] for one in refused)
    assert Booking.objects.count() == ROUNDS
    # The doctor and the room, and nothing of those who were refused.
    assert Allocation.objects.count() == 2 * ROUNDS


@pytest.fixture
def _without_the_guard(as_owner: Callable[[str], None]) -> Iterator[None]:
    as_owner(f"ALTER TABLE scheduling_allocation DROP CONSTRAINT {GUARD}")
    yield
    as_owner("TRUNCATE scheduling_allocation, scheduling_booking CASCADE")
    as_owner(
        f"ALTER TABLE scheduling_allocation ADD CONSTRAINT {GUARD} EXCLUDE USING gist"
        " (resource_id WITH =, lane WITH =, during WITH &&) WHERE (active)"
    )


@pytest.mark.usefixtures("_without_the_guard")
def test_control_without_the_constraint_the_same_crowd_oversells(
    product: Crew, opening: Callable[..., Open]
):
    """If this passed with one booking a round, the test above would prove nothing."""
    opened = opening(product, rooms=2)

    storm(opened, CROWDS[0], rounds=6)

    assert Booking.objects.count() > 6


@pytest.mark.covers("A05")
def test_the_same_key_many_times_at_once_has_one_effect_and_one_answer(
    product: Crew, opening: Callable[..., Open]
):
    opened = opening(product)
    (who,) = opened.patients(1)
    call = opened.booking(at(10), who, "the-same")

    answers = opened.callers.at_once([call] * CROWDS[0])
    again = opened.callers.one(call)

    assert {one.status for one in answers} <= {201, 409}
    assert {one.read["code"] for one in answers if one.status == 409} <= {"still_running"}
    assert {one.body for one in answers if one.status == 201} == {again.body}
    assert again.status == 201
    assert Booking.objects.count() == 1


def test_control_with_a_key_of_their_own_the_same_requests_are_not_one(
    product: Crew, opening: Callable[..., Open]
):
    """Registering has nothing but the key to tell a repeat by: without it, everybody is new."""
    opened = opening(product)
    body = {"site": str(opened.clinic.site_id), "name": "张三"}
    calls = [opened.registering(body, "the-same") for _ in range(10)]
    calls += [opened.registering(body, f"own-{n}") for n in range(10)]

    answers = [opened.callers.one(call) for call in calls]

    assert {one.status for one in answers} == {201}
    assert len({one.read["id"] for one in answers[:10]}) == 1
    assert len({one.read["id"] for one in answers[10:]}) == 10
