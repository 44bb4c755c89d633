"""The rules of order: pure, and as the table says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import yaml

from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.rules.trips import Exam, arrange, troubles
from yilu.platform.ids import new_id
from yilu.scheduling.allocation import Place

pytestmark = pytest.mark.covers("A15")
WHO = new_id()


def exam(*flags: str) -> Exam:
    return Exam(new_id(), frozenset(flags))


def place(hour: int, minute: int = 0, minutes: int = 20, day: int = 3) -> Place:
    at = datetime(2031, 3, day, hour, minute, tzinfo=UTC)
    return Place(at, at + timedelta(minutes=minutes), WHO)


def every(minutes: int, *, day: int = 3) -> list[Place]:
    return [place(h, m, day=day) for h in range(8, 18) for m in range(0, 60, minutes)]


def order(exams: list[Exam], found: dict[UUID, Place] | None) -> list[int]:
    assert found is not None
    return sorted(range(len(exams)), key=lambda n: found[exams[n].id].starts_at)


def test_fasting_comes_first_contrast_waits_for_creatinine_and_sedation_is_last():
    exams = [exam("sedation", "fasting"), exam("contrast"), exam("fasting", "creatinine"), exam()]

    found = arrange(exams, {one.id: every(5) for one in exams}, table())

    assert order(exams, found)[-1] == 0
    assert found is not None
    assert found[exams[1].id].starts_at >= found[exams[2].id].ends_at + timedelta(minutes=60)
    assert troubles(exams, found, table()) == []


def test_of_all_trips_of_a_day_the_shortest_is_taken():
    first, second = exam(), exam()
    options = {first.id: [place(8), place(13)], second.id: [place(11), place(13, 30)]}

    found = arrange([first, second], options, table())

    assert found == {first.id: place(13), second.id: place(13, 30)}


def test_an_earlier_day_is_better_than_a_shorter_trip():
    first, second = exam(), exam()
    options = {
        first.id: [place(8), place(8, day=4)],
        second.id: [place(16), place(8, 30, day=4)],
    }
    found = arrange([first, second], options, table())
    assert found == {first.id: place(8), second.id: place(16)}


def test_ten_minutes_to_walk_are_kept_and_rooms_their_own_time():
    first, second = Exam(new_id(), frozenset(), after=timedelta(minutes=25)), exam()
    options = {first.id: [place(8)], second.id: [place(8, 25), place(8, 30), place(8, 45)]}

    found = arrange([first, second], options, table())

    assert found is not None
    assert found[second.id] == place(8, 45)
    broken = troubles([first, second], {first.id: place(8), second.id: place(8, 25)}, table())
    assert [one.exam_id for one in broken] == [second.id]


def test_no_day_has_room_for_all():
    first, second = exam("sedation"), exam("sedation")
    assert arrange([first, second], {one.id: every(10) for one in (first, second)}, table()) is None
    late = exam("fasting")
    assert arrange([late], {late.id: [place(14)]}, table()) is None


@pytest.mark.parametrize("n", [1, 6])
def test_six_examinations_are_arranged_at_once(n: int):
    exams = [exam() for _ in range(n)]
    found = arrange(exams, {one.id: every(10) for one in exams}, table())
    assert found is not None
    assert max(p.ends_at for p in found.values()) == place(8).starts_at + timedelta(
        minutes=30 * n - 10
    )


def test_the_pathway_and_the_table_promise_the_same():
    path = Path(__file__).parent.parent / "pathways" / "imaging_examination.yaml"
    steps = {one["key"]: one for one in yaml.safe_load(path.read_text("utf-8"))["steps"]}
    assert timedelta(minutes=steps["examine"]["due"]["minutes"]) == table().promises["imaging"]
