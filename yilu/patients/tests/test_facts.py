"""What is said about a person, checked before it is kept."""

from datetime import date

import pytest

from yilu.patients.rules.ages import age_text
from yilu.patients.rules.facts import PatientFacts, checked
from yilu.patients.tests.factories import make_id_number
from yilu.platform.errors import Invalid
from yilu.platform.phones import BadPhone, normal_phone, shown_phone, tail

TODAY = date(2031, 3, 3)


def codes(**facts):
    with pytest.raises(Invalid) as refused:
        checked(PatientFacts(**{"name": "张小明"} | facts), TODAY)
    return [(error.field, error.code) for error in refused.value.errors]


@pytest.mark.covers("A02")
def test_a_paper_tells_birth_date_and_sex():
    facts = PatientFacts(name="张小明", id_type="resident_id", id_number=make_id_number())

    known = checked(facts, TODAY)

    assert (known.born_on, known.sex) == (date(1985, 3, 14), "male")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"name": "  "}, ("name", "required")),
        ({"name": "a\0b"}, ("name", "unreadable")),
        ({"name": "a\ud800b"}, ("name", "unreadable")),
        ({"name": "张" * 101}, ("name", "too_long")),
        ({"address": "x" * 10_000}, ("address", "too_long")),
        ({"phone": "12"}, ("phone", "bad_phone")),
        ({"phone": "1" * 5000}, ("phone", "bad_phone")),
        ({"phone": "138\x00"}, ("phone", "bad_phone")),
        ({"email": "nobody"}, ("email", "bad_email")),
        ({"sex": "x"}, ("sex", "unknown_choice")),
        ({"language": "fr"}, ("language", "unknown_choice")),
        ({"special_needs": ("money",)}, ("special_needs", "unknown_choice")),
        ({"special_needs": ("allergy",)}, ("special_needs", "unknown_choice")),
        ({"born_on": date(1800, 1, 1)}, ("born_on", "impossible")),
        ({"born_on": date(2031, 3, 4)}, ("born_on", "in_future")),
        ({"id_type": "resident_id", "id_number": "1"}, ("id_number", "id_length")),
        (
            {"id_number": make_id_number(), "born_on": date(1990, 1, 1)},
            ("born_on", "differs_from_id"),
        ),
    ],
)
def test_what_cannot_be_is_named_with_its_field(facts, expected):
    assert codes(**facts) == [expected]


def test_everything_wrong_is_said_at_once():
    assert codes(name="", phone="1", email="x") == [
        ("name", "required"), ("email", "bad_email"), ("phone", "bad_phone"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["\U00030000\U000323af", "阿依古丽·买买提", "محمد", "O’Brien", "𠮷野家"]
)
def test_every_name_is_kept_as_it_is_written(name):
    assert checked(PatientFacts(name=name), TODAY).name == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "+8613800138000"), ("+86-138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"), ("12100003482", "+8612100003482"),
        ("0086 121 0000 3482", "+8612100003482"), ("+1 650 253 0000", "+16502530000"),
        ("021-6468 6000", "+862164686000"), ("+852 2123 4567", "+85221234567"),
        ("0577-88889999转8", "+8657788889999;8"), ("021-64686000-8012", "+862164686000;8012"),
        ("1380013-8000", "+8613800138000"),
    ],
)  # fmt: skip
def test_a_phone_has_one_form_however_it_is_typed(typed, kept):
    assert normal_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "abc", "123", "+86", "1" * 30, "\u202e13800138000"])
def test_what_nobody_can_call_is_refused(typed):
    with pytest.raises(BadPhone):
        normal_phone(typed)


def test_a_phone_is_shown_as_people_here_write_it():
    assert (shown_phone("+8613800138000"), shown_phone("+16502530000")) == (
        "13800138000", "+16502530000",
    )  # fmt: skip
    assert tail("+8613800138000") == "8000"


@pytest.mark.parametrize(
    ("born_on", "said"),
    [
        (TODAY, "0 d"), (date(2031, 2, 20), "11 d"), (date(2031, 1, 3), "2 mo"),
        (date(2028, 2, 29), "3 y 0 mo"), (date(1985, 3, 14), "45 y"), (date(1921, 3, 3), "110 y"),
        (None, ""),
    ],
)  # fmt: skip
def test_an_age_is_said_as_the_desk_says_it(born_on, said, settings):
    settings.LANGUAGE_CODE = "en"
    assert age_text(born_on, TODAY) == said
