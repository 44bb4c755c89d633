"""Where a ticket leads, what needs ask for, and who is chosen."""

from uuid import UUID

import pytest

from yilu.guiding.rules import Choice, Guide, choose, destination_of, help_for, more_of

pytestmark = pytest.mark.covers("B15")
A, B, C = (UUID(int=n) for n in (1, 2, 3))
MANDARIN, BOTH = frozenset({"zh-Hans"}), frozenset({"zh-Hans", "en"})


@pytest.mark.parametrize(
    ("kind", "state", "place"),
    [
        ("consultation", "waiting", "waiting"),
        ("consultation", "called", "room"),
        ("assessment", "called", "room"),
        ("cashier", "waiting", "cashier"),
        ("cashier", "called", "cashier"),
        ("pharmacy", "waiting", "pharmacy"),
        ("examination", "called", "examination"),
        ("consultation", "in_room", ""),
        ("consultation", "skipped", ""),
    ],
)
def test_a_ticket_leads_to_a_place(kind, state, place):
    assert destination_of(kind, state) == place


def test_needs_ask_for_the_most_help_of_them_or_for_none():
    assert help_for(["elderly", "child", "pregnant"]) == ""
    assert help_for(["hearing"]) == "escort"
    assert help_for(["dialect", "wheelchair"]) == "wheelchair"
    assert more_of("", "") == "lead"
    assert more_of("escort", "stretcher", "wheelchair") == "stretcher"


def test_who_speaks_the_language_and_has_fewest_is_chosen_by_name_among_equals():
    guides = [Guide(A, MANDARIN, 0, "Yu"), Guide(B, BOTH, 3, "An"), Guide(C, BOTH, 2, "Bo")]
    assert choose(guides, language="zh-Hans", people=1) == Choice((A,))
    assert choose(guides, language="en", people=1) == Choice((C,))
    assert choose(guides, language="en", people=1, declined=[C]) == Choice((B,))
    equal = [Guide(A, MANDARIN, 1, "Yu"), Guide(B, MANDARIN, 1, "An")]
    assert choose(equal, language="zh-Hans", people=1) == choose(
        equal[::-1], language="zh-Hans", people=1
    )
    assert choose(equal, language="zh-Hans", people=1).people == (B,)


def test_a_stretcher_takes_two_of_whom_the_first_speaks_the_language():
    guides = [Guide(A, MANDARIN, 0, "An"), Guide(B, BOTH, 5, "Bo")]
    assert choose(guides, language="en", people=2) == Choice((B, A))
    assert choose(guides[1:], language="en", people=2) == Choice((B,), "two")


@pytest.mark.parametrize(
    ("guides", "language", "declined", "unfit"),
    [
        ([], "zh-Hans", [], "nobody"),
        ([Guide(A, MANDARIN, 0)], "en", [], "language"),
        ([Guide(A, MANDARIN, 0)], "zh-Hans", [A], "declined"),
    ],
)
def test_why_nobody_can_go_is_said(guides, language, declined, unfit):
    assert choose(guides, language=language, people=1, declined=declined) == Choice((), unfit)
