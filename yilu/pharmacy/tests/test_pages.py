"""The pharmacy's pages: the worklist, each step's form, and the papers."""

import json
import re

import pytest
from django.urls import reverse

from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.tests.factories import make_drug, order, sheet
from yilu.clinical.tests.test_pages import PART, browser
from yilu.pharmacy.operations.dispensing import check, pick, review
from yilu.pharmacy.operations.opening import open_dispense, release_dispenses
from yilu.pharmacy.rules.review import verification_keys
from yilu.pharmacy.selectors.topics import pharmacy_topic
from yilu.pharmacy.selectors.worklist import dispense_detail, worklist
from yilu.pharmacy.states import DispenseState
from yilu.pharmacy.tests.factories import (
    ALL,
    CASHIER,
    WORKER,
    batches,
    checked,
    given,
    make_counter,
    picked,
    released,
    reviewed,
    row,
)
from yilu.platform.models import Event

pytestmark = pytest.mark.django_db
S = DispenseState


def address(name: str, counter) -> str:
    return reverse(f"pharmacy:{name}", args=[counter.dispense_id])


def send(counter, name: str, actor=None, **fields):
    sent = {"version": row(counter).version, **fields}
    return browser(actor or counter.first).post(address(name, counter), sent, headers=PART)


def back(counter, version: int):
    """Take the step back that left this version."""
    url = reverse("pharmacy:undo", args=[counter.dispense_id, version])
    return browser(counter.first).post(url, headers=PART)


@pytest.mark.covers("E01")
@pytest.mark.parametrize("step", [released, reviewed, picked, checked, given, make_counter])
def test_the_worklist_and_the_step_are_shown_in_every_state(step):
    counter = make_counter() if step is make_counter else step(make_counter())
    client = browser(counter.first)

    home = client.get(reverse("pharmacy:home"), {"state": row(counter).state})
    part = client.get(address("dispense", counter), headers=PART)

    assert (home.status_code, part.status_code) == (200, 200)
    assert "Lin" in part.text
    assert "2.0000" not in part.text
    assert "style=" not in home.text


def test_an_empty_pharmacy_says_so():
    counter = make_counter()

    assert "Nothing is waiting here" in browser(counter.first).get(reverse("pharmacy:home")).text


def test_the_whole_road_by_forms():
    counter = released(make_counter())
    [batch] = batches(counter)
    review = send(counter, "review", ticked=sorted(verification_keys()))
    pick = send(
        counter, "pick", **{"item-1": str(batch.item_id), "batch-1": "B1",
                            "expires-1": batch.expires_on.strftime("%Y%m%d"), "quantity-1": "2"},
    )  # fmt: skip
    check = send(counter, "check", counter.second)
    give = send(
        counter, "hand-over", **{"id-name": "林半夏", "id-born_on": "19860504",
                                 "points": ["use", "time", "cautions"]},
    )  # fmt: skip

    assert [a.status_code for a in (review, pick, check, give)] == [200] * 4
    assert row(counter).state == S.HANDED_OVER


@pytest.mark.parametrize(
    ("step", "name", "fields"),
    [
        (released, "review", {"ticked": ["age"]}),
        (reviewed, "pick", {"item-1": "x", "quantity-1": "viele"}),
        (reviewed, "pick", {}),
        (picked, "check", {}),
        (checked, "hand-over", {"id-name": "何茯苓", "id-born_on": "19860504"}),
        (released, "review", {"version": "99"}),
        (released, "review", {"version": "x"}),
        (given, "take-back", {"reason": "x"}),
    ],
)
def test_a_refusal_is_shown_in_place_and_changes_nothing(step, name, fields):
    counter = step(make_counter())
    before = row(counter).version

    answer = send(counter, name, **fields)

    assert answer.status_code in {412, 422}
    assert 'id="part-dispense"' in answer.text
    assert row(counter).version == before


@pytest.mark.parametrize(
    ("step", "name", "fields"),
    [
        (reviewed, "pick", {"batch-1": "B-TYPED", "expires-1": "2000-01-31", "quantity-1": "2"}),
        (reviewed, "pick", {"batch-1": "", "expires-1": "20990131", "quantity-1": "1",
                            "reason-1": "少一盒"}),
        (checked, "hand-over", {"id-name": "何茯苓", "id-born_on": "19860504", "note": "备注",
                                "receiver": "女儿"}),
        (given, "take-back", {"back-1": "99", "reason": "吃了不适"}),
        (released, "review", {"note": "先问医生"}),
    ],
)  # fmt: skip
def test_what_was_typed_is_still_there_when_a_step_is_refused(step, name, fields):
    counter = step(make_counter())
    item = str(batches(counter)[0].item_id)

    answer = send(counter, name, **{"item-1": item, "points": ["use", "storage"]}, **fields)

    assert answer.status_code == 422
    for each, typed in fields.items():
        field = re.search(rf'<input[^>]* name="{each}"[^>]*>', answer.text)
        assert field, each
        assert f'value="{typed}"' in field[0], each
    kept = re.findall(r'name="points" value="(\w+)" checked', answer.text)
    assert kept == (["use", "storage"] if name == "hand-over" else [])


@pytest.mark.parametrize("typed", ["NaN", "-1", "1e9", "1e9999999", "-1e9999999", "１" * 9])
@pytest.mark.parametrize(
    ("step", "name", "field"), [(reviewed, "pick", "quantity-1"), (given, "take-back", "back-1")]
)
def test_a_quantity_that_is_none_is_refused_in_place(step, name, field, typed):
    counter = step(make_counter())
    [one] = batches(counter)
    fields = {"item-1": str(one.item_id), "batch-1": "B1", "expires-1": "2099-01-31"}
    before = row(counter).version

    answer = send(counter, name, **fields, reason="x", **{field: typed})

    assert (answer.status_code, row(counter).version) == (422, before)


def test_a_rejection_and_an_undo_by_forms():
    counter = released(make_counter())
    client = browser(counter.first)

    ask = client.get(address("reject", counter), headers=PART)
    send(counter, "reject", code="2-5", reason="剂量偏大")

    assert "2-5" in ask.text
    assert row(counter).state == S.REJECTED
    other = reviewed(make_counter())
    assert back(other, row(other).version).status_code == 200
    assert row(other).state == S.WAITING


def test_an_undo_takes_back_the_step_that_it_names_and_no_later_one():
    counter = released(make_counter())
    passed = send(counter, "review", ticked=sorted(verification_keys()))
    offered = json.loads(passed["HX-Trigger"])["toast"]["undo"]
    taken = batches(counter)
    pick(actor=counter.first, dispense_id=counter.dispense_id, batches=taken)
    check(actor=counter.second, dispense_id=counter.dispense_id)
    given_out = send(
        counter, "hand-over", **{"id-name": "林半夏", "id-born_on": "19860504",
                                 "points": ["use", "time", "cautions"]},
    )  # fmt: skip
    before = row(counter)

    refused = browser(counter.first).post(offered, headers=PART)

    assert refused.status_code == 409
    assert 'data-code="built_upon"' in refused.text
    assert "“Handed over”" in refused.text
    after = row(counter)
    assert (after.state, after.version, after.identity) == (
        S.HANDED_OVER, before.version, before.identity,
    )  # fmt: skip
    own = json.loads(given_out["HX-Trigger"])["toast"]["undo"]
    assert own in given_out.text  # The menu's button names the same step.
    assert browser(counter.first).post(own, headers=PART).status_code == 200
    assert row(counter).state == S.CHECKED


def test_an_open_prescription_is_fetched_again_only_when_something_was_done():
    counter = released(make_counter())
    client = browser(counter.first)
    shown = re.search(r'hx-get="([^"]+\?seen=\d+)"', client.get(reverse("pharmacy:home")).text)
    assert shown is not None

    same = client.get(shown[1], headers=PART)
    review(actor=counter.second, dispense_id=counter.dispense_id, done=ALL)
    newer = client.get(shown[1], headers=PART)

    assert (same.status_code, same.content) == (204, b"")
    assert (newer.status_code, "batch-1" in newer.text) == (200, True)


def test_other_sites_see_nothing():
    counter, elsewhere = released(make_counter()), make_counter()
    client = browser(elsewhere.first)
    seen = f"{address('dispense', counter)}?seen={row(counter).version}"

    assert client.get(seen, headers=PART).status_code == 404

    assert client.get(address("dispense", counter), headers=PART).status_code == 404
    assert client.get(reverse("pharmacy:worklist", args=[counter.room.site_id])).status_code == 404
    assert send(counter, "check", elsewhere.second).status_code == 404


@pytest.mark.covers("E02")
@pytest.mark.parametrize("paper", ["labels", "card"])
@pytest.mark.parametrize("large", ["", "1"])
def test_labels_and_card_are_printed(paper, large):
    counter = checked(make_counter())

    answer = browser(counter.first).get(address(paper, counter), {"large": large})

    assert answer.content[:5] == b"%PDF-"


@pytest.mark.parametrize("many", [1, 12])
def test_the_worklist_costs_the_same_for_one_and_for_twelve(many, django_assert_num_queries):
    counter = released(make_counter())
    for _n in range(many - 1):
        _another(counter)

    with django_assert_num_queries(9):  # Eight, and the line about who was seen.
        found = worklist(counter.first, counter.room.site_id)

    assert len(found.lines) == many


def _another(counter) -> None:
    room = counter.room
    wanted = sheet(order(make_drug()))
    written = write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=wanted)
    alerts = {one.key: "已核实" for one in written.alerts}
    sign_prescription(actor=room.doctor, prescription_id=written.id, reasons=alerts)
    open_dispense(actor=WORKER, prescription_id=written.id)
    release_dispenses(actor=CASHIER, visit_id=room.visit_id)


def test_one_prescription_is_read_with_its_people():
    counter = checked(make_counter())

    detail = dispense_detail(counter.first, counter.dispense_id)

    assert [(step, name.written) for step, name, _at in detail.people] == [
        ("reviewed", "钱药师"),
        ("picked", "钱药师"),
        ("checked", "孙药师"),
    ]
    assert detail.items[0].batch == "B2031"


def test_each_step_is_told_to_the_pages_that_show_it():
    counter = released(make_counter())

    told = Event.objects.filter(name="DispenseMoved").latest("seq")

    assert told.topics == sorted(
        [pharmacy_topic(counter.room.site_id), f"visit:{counter.room.visit_id}"]
    )
