"""Two people chart the same tooth at the same moment: real commits, in threads."""

import pytest

from yilu.clinical.tests.factories import another_doctor
from yilu.clinical.tests.test_races import together
from yilu.dental.errors import ToothChanged
from yilu.dental.models import ToothEntry
from yilu.dental.operations.charting import Charted, chart_teeth
from yilu.dental.tests.factories import make_room

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("C09"),
]


def test_of_two_who_chart_one_tooth_at_once_the_second_looks_again():
    room = make_room()
    others = (room.doctor, another_doctor(room).actor())

    def enter(actor, finding: str):
        said = [Charted("16", finding)]
        return lambda: chart_teeth(actor=actor, visit_id=room.visit_id, said=said, seen=0)

    found = together(enter(others[0], "missing"), enter(others[1], "crown"))

    assert found.count(ToothChanged) == 1
    assert ToothEntry.objects.count() == 1


def test_two_who_chart_different_teeth_at_once_both_succeed_in_one_order():
    room = make_room()

    def enter(tooth: str):
        said = [Charted(tooth, "crown")]
        return lambda: chart_teeth(actor=room.doctor, visit_id=room.visit_id, said=said, seen=0)

    together(*(enter(tooth) for tooth in ("16", "26", "36", "46")))

    assert sorted(ToothEntry.objects.values_list("n", flat=True)) == [1, 2, 3, 4]
