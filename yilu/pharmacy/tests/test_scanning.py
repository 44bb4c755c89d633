"""A scanner types into the field of the batch: what is read from it, and what is refused."""

from datetime import date

import pytest

from yilu.clinical.tests.factories import make_drug, order
from yilu.pharmacy.rules.scanning import Scanned, is_of_the_pack, scanned
from yilu.pharmacy.tests.factories import batches, make_counter, reviewed, row
from yilu.pharmacy.tests.test_pages import send
from yilu.pharmacy.web.reading import unfolded

pytestmark = pytest.mark.covers("E01")
GOODS = "0106901234567892"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (f"{GOODS}1727063010B2031A", Scanned("B2031A", date(2027, 6, 30))),
        (f"]d2{GOODS}17270200" + "10B1|21S77", Scanned("B1", date(2027, 2, 28))),
        (f"{GOODS}10B1^17280229", Scanned("B1", date(2028, 2, 29))),
        ("(01)06901234567892(17)270630(10)B 7", Scanned("B 7", date(2027, 6, 30))),
        (f"{GOODS}10B1", Scanned("B1", None)),
        (f"{GOODS}17271399" + "10B1", Scanned("B1", None)),
        (GOODS, None),
        ("01A2", None),
        ("B2031A", None),
        ("20270630", None),
        ("", None),
        ("（01）", None),
    ],
)
def test_the_batch_and_its_last_day_are_read_from_the_code(typed, found):
    assert scanned(typed) == found


@pytest.mark.parametrize(
    ("typed", "is_code"),
    [
        ("6901234567892", True),
        ("6901234567890", False),  # Its last digit does not fit: it may be a batch.
        ("81234567890123456789", True),
        ("20260115", False),
        ("１２３４５６７８９０１２３", False),
    ],
)
def test_the_code_of_a_pack_is_known_from_a_batch(typed, is_code):
    assert is_of_the_pack(typed) is is_code


def test_what_was_typed_beside_a_plain_batch_stays_as_it_was():
    sent = {"batch-1": "B1", "expires-1": "2099-01-31", "note": "x"}

    assert unfolded(sent) == sent


@pytest.mark.django_db
def test_one_scan_picks_a_prescription_of_one_medicine():
    counter = reviewed(make_counter())
    [one] = batches(counter)
    code = f"{GOODS}1799063010B2031A"

    answer = send(
        counter, "pick", **{"item-1": str(one.item_id), "batch-1": code, "quantity-1": "2"}
    )

    assert answer.status_code == 200
    [kept] = row(counter).batches
    assert (kept["batch"], kept["expires_on"]) == ("B2031A", "2099-06-30")


@pytest.mark.django_db
def test_a_scan_that_leaves_others_to_be_scanned_shows_what_it_read():
    counter = reviewed(make_counter(order(make_drug()), order(make_drug(("丙", "C"), "A02BC01"))))
    first, second = batches(counter)
    sent = {"item-1": str(first.item_id), "item-2": str(second.item_id), "quantity-1": "2"}
    sent |= {"quantity-2": "2", "batch-1": f"{GOODS}1799063010B2031A", "batch-2": "6901234567892"}

    answer = send(counter, "pick", **sent, **{"expires-2": "2099-01-31"})

    assert answer.status_code == 422
    assert 'value="B2031A"' in answer.text
    assert 'value="2099-06-30"' in answer.text
    assert "This is the code of the pack, not its batch." in answer.text
