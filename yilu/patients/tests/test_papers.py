"""Identity papers, against GB 11643."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yilu.patients.rules.papers import BadPaper, check_character, lengthened, read_paper
from yilu.patients.tests.factories import make_id_number

pytestmark = pytest.mark.covers("A02")
TODAY = date(2031, 3, 3)
# The example of the standard, and one with a figure at the end.
STANDARD = "11010519491231002X"
numbers = st.builds(
    make_id_number, st.dates(date(1900, 1, 1), TODAY), st.integers(min_value=0, max_value=999)
)


def test_the_example_of_the_standard_is_a_woman_born_on_the_last_day_of_1949():
    read = read_paper("resident_id", STANDARD, TODAY)

    assert (read.number, read.born_on, read.sex) == (STANDARD, date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002x",
        "110105１９４９1231002Ｘ",
    ],
)  # fmt: skip
def test_spaces_dashes_width_and_case_do_not_matter(typed):
    assert read_paper("resident_id", typed, TODAY).number == STANDARD


@pytest.mark.parametrize(
    ("old", "new"),
    [("110105491231002", STANDARD), ("110105040229997", "110105180402299970")],
    ids=["ordinary", "centenarian of 1904"],
)
def test_an_old_number_is_kept_as_a_new_one(old, new):
    with_check = new[:17] + check_character(new[:17]) if len(new) == 18 else new
    assert lengthened(old)[:14] == with_check[:14]
    assert len(lengthened(old)) == 18


@given(numbers)
def test_every_right_number_is_read(number):
    assert read_paper("resident_id", number, TODAY).number == number


@given(numbers, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number, place, by):
    if number[place] == "X":
        return
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(BadPaper):
        read_paper("resident_id", wrong, TODAY)


@given(numbers, st.integers(0, 16))
def test_two_neighbours_changed_round_are_always_found(number, place):
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong == number:
        return
    with pytest.raises(BadPaper):
        read_paper("resident_id", wrong, TODAY)


@pytest.mark.parametrize(
    ("paper", "typed", "code"),
    [
        ("resident_id", "123", "id_length"),
        ("resident_id", "110105194912310021", "id_check"),
        ("resident_id", "110105194902310020", "id_date"),
        ("resident_id", "110105203112310025", "id_date"),
        ("resident_id", "070105194912310020", "id_region"),
        ("passport", "E1", "number_shape"),
        ("hk_macau_permit", "X12345678", "number_shape"),
        ("no_such_paper", "E12345678", "paper_unknown"),
        ("passport", "E1234\u202e5678", "number_shape"),
        ("resident_id", "1" * 5000, "id_length"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(paper, typed, code):
    with pytest.raises(BadPaper) as refused:
        read_paper(paper, typed, TODAY)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("paper", "typed", "kept"),
    [
        ("passport", "e 12345678", "E12345678"),
        ("hk_macau_permit", "h12345678", "H12345678"),
        ("taiwan_permit", "12345678", "12345678"),
        ("foreign_resident", "abc123456789012", "ABC123456789012"),
        ("birth_certificate", "p 310123456", "P310123456"),
    ],
)
def test_other_papers_have_their_own_shapes(paper, typed, kept):
    read = read_paper(paper, typed, TODAY)

    assert (read.paper, read.number, read.born_on) == (paper, kept, None)


def test_a_residents_number_of_hong_kong_people_is_a_residence_permit():
    first = "81000019900101001"

    assert read_paper("", first + check_character(first), TODAY).paper == "residence_permit"
