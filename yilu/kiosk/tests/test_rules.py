import pytest

from yilu.kiosk.rules import Scan, ScanKind, kiosks_needed, read_birth, read_scan
from yilu.patients.tests.factories import make_id_number
from yilu.platform.ids import new_id
from yilu.reception.passes import booking_of_pass, pass_of

pytestmark = pytest.mark.covers("B13")


@pytest.mark.parametrize(
    ("visits", "needed"), [(0, 0), (1, 1), (500, 1), (501, 2), (1000, 2), (2000, 4)]
)
def test_one_kiosk_is_needed_for_each_500_visits_a_day(visits: int, needed: int):
    assert kiosks_needed(visits) == needed


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("20310303-0001", ScanKind.BOOKING, "20310303-0001"),
        ("203103030001", ScanKind.BOOKING, "20310303-0001"),
        (" 12190000011 ", ScanKind.PHONE, "12190000011"),
        ("１２１９００００011", ScanKind.PHONE, "12190000011"),
        ("card77\r\n", ScanKind.CARD, "CARD77"),
    ],
)
def test_what_a_reader_types_is_understood(typed: str, kind: ScanKind, value: str):
    assert read_scan(typed) == Scan(kind, value)


def test_an_id_card_is_known_from_other_numbers():
    number = make_id_number()
    assert read_scan(number.lower()) == Scan(ScanKind.PAPER, number)


@pytest.mark.parametrize(
    "typed", ["", " ", "\t\n", "abc", "%%%;;;", "http://a.b/c?d", "9" * 101, "你好"]
)
def test_garbage_is_nothing(typed: str):
    assert read_scan(typed) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("19880412", "1988-04-12"), ("1988-04-12", "1988-04-12"), ("1988年04月12日", "1988-04-12")],
)
def test_a_birth_date_is_read_with_or_without_dashes(typed: str, expected: str):
    assert str(read_birth(typed)) == expected


@pytest.mark.parametrize("typed", ["", "1988", "19881340", "00000000", "1988041x", "198804123"])
def test_what_is_no_day_is_no_birth_date(typed: str):
    assert read_birth(typed) is None


def test_the_code_of_a_booking_names_it_and_cannot_be_made_up():
    booking_id = new_id()
    code = pass_of(booking_id)
    assert read_scan(code.lower()) == Scan(ScanKind.BOOKING_CODE, code)
    assert booking_of_pass(code) == booking_id
    others = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") - {code[-1]}
    assert {booking_of_pass(code[:-1] + other) for other in others} == {None}
    assert booking_of_pass("YL" + "A" * 42) is None
