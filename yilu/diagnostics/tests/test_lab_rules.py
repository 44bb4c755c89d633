"""The laboratory's catalogue and how results are judged."""

from decimal import Decimal
from uuid import UUID

import pytest

from yilu.catalogue.selectors.defaults import default_items
from yilu.diagnostics.errors import LabMoved
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.judging import (
    IMPOSSIBLE,
    NO_NUMBER,
    UNKNOWN_WORD,
    Judged,
    Person,
    Wrong,
    judge,
    shown_range,
)
from yilu.diagnostics.rules.tubes import share_out
from yilu.diagnostics.states import (
    LAB_MOVES,
    REPORT_MOVES,
    SPECIMEN_MOVES,
    LabState,
    ReportState,
    SpecimenState,
    check_lab_move,
    check_report_move,
    check_specimen_move,
)

WOMAN, MAN, CHILD = Person("female", 40), Person("male", 40), Person("male", 3)
TABLE = lab_table()


def judged(key: str, typed: str, person: Person = WOMAN) -> Judged | Wrong:
    return judge(TABLE, TABLE.analytes[key], typed, person)


@pytest.mark.covers("C05", "D01")
@pytest.mark.parametrize(
    ("key", "typed", "person", "flag"),
    [
        ("hgb", "118", WOMAN, ""),
        ("hgb", "118", MAN, "L"),
        ("hgb", "112", CHILD, ""),
        ("hgb", "49", WOMAN, "LL"),
        ("hgb", "50", WOMAN, "L"),
        ("crea", "90", WOMAN, "H"),
        ("crea", "90", MAN, ""),
        ("crea", "100", Person("male", 65), ""),
        ("crea", "100", Person("male", 59), "H"),
        ("k", "6.2", MAN, "H"),
        ("k", "6.21", MAN, "HH"),
        ("k", "2.79", MAN, "LL"),
        ("tg", "1.7", MAN, ""),
        ("hdl", "0.99", MAN, "L"),
        ("hbsag", "positive", MAN, "A"),
        ("hbsag", "negative", MAN, ""),
        ("hbcab", "positive", MAN, ""),
        ("alp", "300", CHILD, ""),
        ("alp", "300", Person("female", None), "H"),
    ],
)
def test_a_result_is_judged_by_sex_and_age(key, typed, person, flag):
    found = judged(key, typed, person)

    assert isinstance(found, Judged)
    assert found.flag == flag


@pytest.mark.parametrize(
    ("key", "typed", "why"),
    [
        ("k", "42", IMPOSSIBLE),
        ("k", "-4", IMPOSSIBLE),
        ("k", "4,2", NO_NUMBER),
        ("k", "4.123", NO_NUMBER),
        ("k", "1e3", NO_NUMBER),
        ("k", "NaN", NO_NUMBER),
        ("k", "٤", NO_NUMBER),
        ("k", "4.2.1", NO_NUMBER),
        ("k", "negative", NO_NUMBER),
        ("hbsag", "1.2", UNKNOWN_WORD),
        ("hbsag", "1+", UNKNOWN_WORD),
    ],
)
def test_what_cannot_be_is_no_result(key, typed, why):
    assert judged(key, typed) == Wrong(why)


def test_ranges_are_shown_as_on_paper():
    bounds = [
        (Decimal("3.5"), Decimal("5.3")),
        (None, Decimal(5)),
        (Decimal(1), None),
        (None, None),
    ]

    assert [shown_range(one) for one in bounds] == ["3.5–5.3", "≤ 5", "≥ 1", ""]


@pytest.mark.covers("C04")
@pytest.mark.parametrize(
    ("typed", "first"),
    [("血常规", "cbc"), ("xcg", "cbc"), ("xuechanggui", "cbc"), ("blood count", "cbc"),
     ("HBsAg", "hepatitis_b"), ("zhenxue", ""), ("ganG", "liver"), ("!!!", "")],
)  # fmt: skip
def test_tests_are_found_in_any_script(typed, first):
    found = [one.key for one in TABLE.found(typed)]

    assert (first in found) if first else not found


def test_the_catalogue_fits_together():
    prices = {one.code for one in default_items()}

    for test in TABLE.tests.values():
        assert test.price in prices, test.key
        assert test.specimen in TABLE.containers
        assert 0 < test.urgent <= test.usual
    for one in TABLE.analytes.values():
        assert set(one.name) == set(one.says) == {"zh-Hans", "en"}
        assert (one.scale in TABLE.scales) if one.scale else one.possible != (None, None)
    assert len({one.loinc for one in TABLE.analytes.values()}) == len(TABLE.analytes)
    assert len(TABLE.analytes) >= 60


@pytest.mark.parametrize("key", TABLE.analytes)
def test_limits_lie_inside_each_other(key):
    one = TABLE.analytes[key]
    for bounds in (one.bounds, *(each.bounds for each in one.by)):
        rising = [one.possible[0], one.critical[0], *bounds, one.critical[1], one.possible[1]]
        known = [limit for limit in rising if limit is not None]
        assert known == sorted(known)


def test_quick_tests_do_not_wait_for_slow_ones():
    ids = {name: UUID(int=n) for n, name in enumerate(("liver", "electrolytes", "thyroid", "cbc"))}

    tubes = share_out(TABLE, [(ids[name], name, False) for name in ids])

    assert [(one.container, one.minutes, len(one.order_ids)) for one in tubes] == [
        ("edta", 30, 1),
        ("serum", 90, 2),
        ("serum", 1440, 1),
    ]


def test_one_urgent_test_makes_its_tube_urgent():
    a, b = UUID(int=1), UUID(int=2)

    [tube] = share_out(TABLE, [(a, "liver", False), (b, "electrolytes", True)])

    assert (tube.is_urgent, tube.minutes) == (True, 30)


@pytest.mark.parametrize(
    ("states", "moves", "check"),
    [
        (LabState, LAB_MOVES, check_lab_move),
        (SpecimenState, SPECIMEN_MOVES, check_specimen_move),
        (ReportState, REPORT_MOVES, check_report_move),
    ],
)
def test_only_listed_moves_are_legal(states, moves, check):
    for current in states:
        for target in states:
            if target in moves[current]:
                check(current, target)
            else:
                with pytest.raises(LabMoved):
                    check(current, target)
