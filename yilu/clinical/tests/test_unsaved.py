"""What a nurse is typing stays when something goes into the intake from elsewhere."""

import pytest

from yilu.clinical.operations.intake import IntakeFacts, save_intake
from yilu.clinical.rules.unsaved import put_together
from yilu.clinical.selectors.history import intake_at, intake_of
from yilu.clinical.tests.factories import make_room
from yilu.clinical.tests.test_pages import PART, browser, sealed, url

BEFORE = {
    "chief_complaint": "头晕",
    "history": "",
    "pregnancy": "unknown",
    "fall": {"gait": "weak"},
}


@pytest.mark.covers("B06")
@pytest.mark.parametrize(
    ("typed", "kept", "together"),
    [
        ("头晕", "头晕；牙疼", "头晕；牙疼"),
        ("头晕两天", "头晕", "头晕两天"),
        ("", "头晕", ""),
        ("头晕两天", "牙疼", "头晕两天；牙疼"),
        ("头晕，牙疼两天", "牙疼", "头晕，牙疼两天"),
        ("", "头晕；牙疼", "头晕；牙疼"),
    ],
)
def test_words_that_are_typed_and_words_that_were_kept_both_stand(typed, kept, together):
    after = {**BEFORE, "chief_complaint": kept}

    said = put_together(BEFORE, {"chief_complaint": typed, "history": ""}, after)

    assert said["chief_complaint"] == together


@pytest.mark.covers("B06")
def test_a_choice_that_was_made_stays_and_another_follows_what_is_kept():
    typed = {
        "chief_complaint": "头晕",
        "pregnancy": "unknown",
        "fall-gait": "",
        "fall-aid": "crutch",
    }
    kept = {**BEFORE, "pregnancy": "yes", "pregnancy_weeks": 12}

    said = put_together(BEFORE, typed | {"pregnancy_weeks": ""}, kept)
    chosen = put_together(BEFORE, typed | {"pregnancy": "no", "pregnancy_weeks": "13"}, kept)

    assert (said["pregnancy"], said["pregnancy_weeks"], said["fall"]) == (
        "yes",
        12,
        {"aid": "crutch"},
    )
    assert (chosen["pregnancy"], chosen["pregnancy_weeks"]) == ("no", "13")


def test_a_form_that_nobody_typed_in_is_what_is_kept():
    assert put_together({}, {"pregnancy": "unknown", "fall-gait": ""}, BEFORE) == {
        **BEFORE, "since": "", "medication": "", "escort": "",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.covers("B06")
def test_the_form_goes_on_with_what_was_kept_elsewhere():
    room = make_room()
    client = browser(room.nurse)
    again = url("intake-again", room)
    typing = sealed(room, history="三天", pregnancy="unknown")

    untouched = client.post(again, typing, headers=PART)
    save_intake(
        actor=room.doctor, visit_id=room.visit_id, facts=IntakeFacts(chief_complaint="牙疼")
    )
    shown = client.post(again, typing, headers=PART)

    assert (untouched.status_code, untouched.content) == (204, b"")
    assert 'value="牙疼"' in shown.text
    assert ">三天</textarea>" in shown.text
    assert 'name="version" value="1"' in shown.text
    assert "Saved" not in shown.text
    assert intake_of(room.visit_id).n == 1


@pytest.mark.django_db
@pytest.mark.covers("B06")
def test_a_form_that_was_too_old_comes_back_with_both():
    room = make_room()
    save_intake(
        actor=room.doctor, visit_id=room.visit_id, facts=IntakeFacts(chief_complaint="牙疼")
    )

    answer = browser(room.nurse).post(
        url("intake", room), sealed(room, history="三天"), headers=PART
    )

    assert answer.status_code == 412
    assert 'value="牙疼"' in answer.text
    assert ">三天</textarea>" in answer.text
    assert intake_of(room.visit_id).content["history"] == ""


@pytest.mark.django_db
def test_the_form_goes_on_for_its_own_visit_and_for_who_may_see_it():
    room, elsewhere = make_room(), make_room()
    again = url("intake-again", room)

    assert browser(room.nurse).post(again, sealed(elsewhere), headers=PART).status_code == 409
    assert browser(elsewhere.nurse).post(again, sealed(room), headers=PART).status_code == 404
    assert browser(room.nurse).get(again, headers=PART).status_code == 405


@pytest.mark.django_db
def test_a_version_of_the_intake_is_read_with_one_query(django_assert_num_queries):
    room = make_room()
    save_intake(actor=room.nurse, visit_id=room.visit_id, facts=IntakeFacts(since="2 天"))

    with django_assert_num_queries(1):
        assert intake_at(room.visit_id, 1)["since"] == "2 天"
    assert intake_at(room.visit_id, 0) == {}
