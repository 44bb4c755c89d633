"""The pages of dentistry: what they show, what their forms do, and whom they are for."""

import json
import re

import pytest
from django.urls import reverse
from django.utils import translation

from yilu.clinical.tests.factories import make_second_patient
from yilu.clinical.tests.test_pages import PART, browser
from yilu.dental.errors import WithdrawnAlready
from yilu.dental.models import ToothEntry
from yilu.dental.operations.charting import withdraw_entry
from yilu.dental.tests.factories import charted, make_room, sealed

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C09")]


def url(name: str, room, *more) -> str:
    return reverse(f"dental:{name}", args=[room.visit_id, *more])


def painted(answer) -> dict:
    found = re.search(r'id="dental-painted"[^>]*>(.*?)</script>', answer.text, re.DOTALL)
    return json.loads(found.group(1))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("page", ["teeth", "chart", "print", "chair"])
def test_the_pages_show_every_tooth_in_both_languages(page, language):
    room = make_room()
    charted(room, "16", "caries", "MO")
    charted(room, "26", "crown", layer="planned")
    client = browser(room.doctor)
    client.cookies["yilu_language"] = language
    with translation.override(language):
        answer = client.get(url(page, room))

    assert answer.status_code == 200
    assert answer.text.count("data-tooth=") == 32
    assert answer.text.count("data-s=") == 160
    assert ("upper right first molar" if language == "en" else "右上第一磨牙") in answer.text


def test_a_click_and_typed_words_are_entered_and_the_part_comes_back():
    room = make_room()
    client = browser(room.doctor)

    clicked = client.post(
        url("enter", room),
        sealed(room, tooth="16", surfaces="OM", finding="caries", layer="existing", seen=0),
        headers=PART,
    )
    typed = client.post(url("enter", room), sealed(room, text="36 缺失", seen=1), headers=PART)

    assert clicked.status_code == typed.status_code == 200
    assert painted(clicked)["16"]["s"]["M"] == "f-caries l-existing"
    assert painted(typed)["36"]["c"] == "is-missing"


def test_a_form_of_another_patient_saves_nothing():
    room = make_room()
    other = make_second_patient(room)
    entry = charted(room, "11", "missing")
    client = browser(room.doctor)
    wrong = reverse("dental:enter", args=[other])
    withdraw = reverse("dental:withdraw-entry", args=[other, entry])

    answer = client.post(wrong, sealed(room, tooth="16", finding="crown", seen=0), headers=PART)
    taken = client.post(withdraw, sealed(room, reason="x"), headers=PART)

    assert answer.status_code == taken.status_code == 409
    assert ToothEntry.objects.filter(withdrawn_at=None).count() == 1


def test_a_form_sent_twice_enters_once():
    room = make_room()
    client = browser(room.doctor)
    fields = sealed(room, tooth="16", finding="crown", seen=0)

    for _ in range(2):
        assert client.post(url("enter", room), fields, headers=PART).status_code == 200

    assert ToothEntry.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"tooth": "16", "finding": "caries"}, {"tooth": "99", "finding": "missing"}, {},
        {"text": "qwertz"}, {"tooth": "16", "finding": "crown", "layer": "x"},
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words_and_changes_nothing(fields):
    room = make_room()
    client = browser(room.doctor)

    answer = client.post(url("enter", room), sealed(room, seen=0, **fields), headers=PART)

    assert answer.status_code == 422
    assert not ToothEntry.objects.exists()


def test_what_a_colleague_charted_meanwhile_is_said():
    room = make_room()
    client = browser(room.doctor)
    charted(room, "16", "missing")

    fields = sealed(room, tooth="16", finding="crown", seen=0)
    answer = client.post(url("enter", room), fields, headers=PART)

    assert answer.status_code == 412
    assert "16" in answer.text
    assert ToothEntry.objects.count() == 1


def test_days_are_asked_for_by_place_by_date_or_not_at_all():
    room = make_room()
    charted(room, "16", "missing")
    client = browser(room.doctor)

    for on in ("0", "2001-01-01", "", "x", "99999", "-1"):
        answer = client.get(url("record", room), {"on": on}, headers=PART)
        assert answer.status_code == 200
    empty = client.get(url("record", room), {"on": "2001-01-01"}, headers=PART)
    assert painted(empty)["16"]["c"] == ""


def test_an_entry_is_withdrawn_through_its_dialog():
    room = make_room()
    entry = charted(room, "16", "missing")
    client = browser(room.doctor)
    address = url("withdraw-entry", room, entry)

    assert client.get(f"{address}?version=1", headers=PART).status_code == 200
    client.post(address, sealed(room, reason="看错", version=1), headers=PART)

    assert ToothEntry.objects.get().withdrawn_reason == "看错"
    assert client.post(address, sealed(room, reason="x"), headers=PART).status_code == 409
    with pytest.raises(WithdrawnAlready):
        withdraw_entry(actor=room.doctor, entry_id=entry, reason="x")


def test_pages_are_not_for_who_may_not_see_teeth():
    room = make_room()
    client = browser(room.pharmacist)

    for page in ("teeth", "chart", "record", "print", "chair"):
        assert client.get(url(page, room)).status_code == 404
