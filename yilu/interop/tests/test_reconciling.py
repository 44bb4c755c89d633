"""Each night writes the list of the day before; missed ones are made up for; lists are compared."""

import csv
import hashlib
import io
from datetime import date

import pytest

from yilu.interop.models import Comparison, Reconciliation
from yilu.interop.operations.reconciling import reconcile
from yilu.interop.rules.schedule import missed_days
from yilu.interop.rules.signatures import content_digest
from yilu.interop.tests.factories import Partner, later, make_partner
from yilu.platform import files
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import Clinic, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A16")]
NIGHT = Actor.system("test")
HOURS_TO_TUESDAY_NIGHT = 30.2
DAY = "/reconciliations/2031-03-03"


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def partner(clinic: Clinic) -> Partner:
    return make_partner(clinic)


def tuesday():
    """A quarter past two in the night after the day of the bookings."""
    return later(HOURS_TO_TUESDAY_NIGHT * 60 + 4)


def rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_night_writes_what_became_of_the_day(clinic, partner):
    kept = partner.book(reference="A-1")
    gone = partner.book(reference="A-2", starts_at="2031-03-03T11:00:00+08:00")
    partner.book(reference="A-3", starts_at="2031-03-04T11:00:00+08:00")
    clinic.book(practitioner_id=clinic.doctors[1])
    make_partner(clinic).book(reference="B-1", starts_at="2031-03-03T14:00:00+08:00")
    cancel_booking(actor=clinic.actor, booking_id=gone["id"], reason="x")

    with tuesday():
        drain()
        listed = partner.get("/reconciliations").json()["items"]
        answer = partner.get(DAY)

    assert [(one["day"], one["bookings"]) for one in listed] == [
        ("2031-03-03", 2), ("2031-03-02", 0),
    ]  # fmt: skip
    assert answer.headers["Content-Digest"] == content_digest(answer.content)
    assert listed[0]["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert [(row["reference"], row["cancelled_by"]) for row in rows(answer.content)] == [
        ("A-1", ""), ("A-2", "staff"),
    ]  # fmt: skip
    assert rows(answer.content)[0]["booking"] == kept["id"]
    assert "林" not in answer.content.decode()


def test_a_day_that_is_not_over_has_no_list(partner):
    answer = partner.get(DAY)

    assert (answer.status_code, answer.json()["code"]) == (409, "day_not_over")


def test_missed_nights_are_made_up_for_and_no_day_is_written_twice(clinic, partner):
    partner.book()
    with later(5 * 24 * 60):
        first = reconcile(actor=NIGHT, partner_id=partner.id)
        again = reconcile(actor=NIGHT, partner_id=partner.id)

    assert first == [date(2031, 3, d) for d in range(2, 7)]
    assert again == []
    assert Reconciliation.objects.count() == 5


def test_after_a_long_while_only_a_month_is_made_up_for():
    days = missed_days(date(2031, 1, 1), date(2031, 3, 3))

    assert (len(days), days[0], days[-1]) == (31, date(2031, 1, 31), date(2031, 3, 2))


def test_a_list_that_was_changed_on_disk_is_not_given_out(partner, settings):
    with tuesday():
        drain()
        for path in settings.FILES_ROOT.rglob("*-*"):
            path.write_bytes(b"\xef\xbb\xbfother")
        with pytest.raises(files.Damaged):
            partner.get(DAY)


def test_another_partners_list_is_not_there(clinic, partner):
    partner.book()
    other = make_partner(clinic)
    with tuesday():
        drain()
        assert rows(other.get(DAY).content) == []


def test_both_lists_are_laid_side_by_side(clinic, partner):
    partner.book(reference="A-1")
    partner.book(reference="A-2", starts_at="2031-03-03T11:00:00+08:00")
    partner.book(reference="A-3", starts_at="2031-03-03T14:00:00+08:00")
    theirs = [
        {"reference": "A-1", "state": "no_show"},
        {"reference": "A-2", "state": "cancelled"},
        {"reference": "A-9", "state": "finished", "fee": "20.00"},
    ]
    with later(24 * 60):
        drain()
    with tuesday():
        drain()
        said = partner.post(f"{DAY}/compare", {"bookings": theirs}).json()
        early = partner.post("/reconciliations/2031-03-05/compare", {"bookings": []})

    assert (said["ours"], said["theirs"], said["equal"]) == (3, 3, 1)
    assert [(one["reference"], one["ours"], one["theirs"]) for one in said["differences"]] == [
        ("A-2", "no_show", "cancelled"), ("A-3", "no_show", ""), ("A-9", "", "finished"),
    ]  # fmt: skip
    assert early.status_code == 409
    assert Comparison.objects.get().equal == 1


def test_a_fee_that_differs_is_a_difference_however_it_is_written(clinic, partner):
    partner.book(reference="A-1")
    with tuesday():
        drain()
        fee = rows(partner.get(DAY).content)[0]["fee"]
        other = partner.post(
            f"{DAY}/compare",
            {"bookings": [{"reference": "A-1", "state": "confirmed", "fee": "999.00"}]},
        ).json()

    assert other["differences"][0]["our_fee"] == fee
    assert other["differences"][0]["their_fee"] == "999.00"
