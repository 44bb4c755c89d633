"""Sterile packs: what labels say, what is refused, and whom a pack or a load reached."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.clinical.selectors.context import setting
from yilu.clinical.tests.factories import make_second_patient
from yilu.clinical.tests.test_pages import PART, browser
from yilu.clinical.tests.test_races import together
from yilu.dental.errors import LabelUnreadable, PackExpired, PackUsed, WhyMissing
from yilu.dental.models import PackUse
from yilu.dental.operations.packs import open_pack, withdraw_pack
from yilu.dental.rules.packs import is_gtin, read_label
from yilu.dental.selectors.packs import packs_part, trace_packs
from yilu.dental.tests.factories import make_room, sealed
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C09")]
OWN = "YP:K-0412-07:20991202"
GS1 = "010950600013435217991231" + "10L0412" + "\x1d" + "21S77"


def opened(room, label: str = OWN, visit_id=None):
    return open_pack(actor=room.nurse, visit_id=visit_id or room.visit_id, label=label)


@pytest.mark.parametrize(
    ("label", "code", "batch", "until"),
    [
        (OWN, "K-0412-07", "K-0412", date(2099, 12, 2)),
        ("yp:k-0412-07:20991202", "K-0412-07", "K-0412", date(2099, 12, 2)),
        (GS1, "09506000134352.S77", "L0412", date(2099, 12, 31)),
        (GS1.replace("\x1d", "|"), "09506000134352.S77", "L0412", date(2099, 12, 31)),
        (f"]d2{GS1}", "09506000134352.S77", "L0412", date(2099, 12, 31)),
        ("(01)09506000134352(17)990200(21)5", "09506000134352.5", "", date(2099, 2, 28)),
    ],
)
def test_a_label_says_which_pack_it_is_and_until_when(label, code, batch, until):
    read = read_label(label)

    assert (read.code, read.batch, read.expires_on) == (code, batch, until)


@pytest.mark.parametrize(
    "label",
    [
        "", "K-0412-07", "YP:K:20991202", "YP:K-0412-07:20991302", "YP:K-0412-07:19991202",
        "(01)09506000134352(17)991231", "(01)09506000134353(17)991231(21)5", "9" * 200,
        "(01)09506000134352(21)5", "0109506000134352179912", "\x1d\x1d", "(17)(01)(21)",
    ],
)  # fmt: skip
def test_any_other_label_is_refused_and_nothing_is_kept(label):
    room = make_room()

    assert read_label(label) is None
    with pytest.raises(LabelUnreadable):
        opened(room, label)
    assert not PackUse.objects.exists()


def test_the_check_digit_of_gs1():
    assert is_gtin("09506000134352")
    assert not is_gtin("09506000134350")
    assert not is_gtin("0950600013435２")


def test_a_pack_is_listed_told_and_opened_once_only():
    room = make_room()
    other = make_second_patient(room)

    opened(room)
    with pytest.raises(PackUsed), transaction.atomic():
        opened(room, visit_id=other)

    (line,) = packs_part(room.doctor, room.visit_id).packs
    assert (line.code, line.batch) == ("K-0412-07", "K-0412")
    assert Event.objects.filter(name="PackOpened").count() == 1
    assert AuditEntry.objects.filter(action="dental.pack.opened").count() == 1


def test_an_expired_pack_is_refused_on_the_day_after_its_last():
    room = make_room()
    day = setting(room.doctor, room.visit_id).day

    with pytest.raises(PackExpired):
        opened(room, "YP:K-0412-07:20200101")
    opened(room, f"YP:K-0412-08:{day:%Y%m%d}")

    assert PackUse.objects.get().code == "K-0412-08"


def test_a_pack_scanned_by_mistake_can_be_opened_for_somebody_else():
    room = make_room()
    other = make_second_patient(room)
    use = opened(room)

    with pytest.raises(WhyMissing):
        withdraw_pack(actor=room.nurse, use_id=use, reason="")
    with pytest.raises(Stale):
        withdraw_pack(actor=room.nurse, use_id=use, reason="x", version=9)
    withdraw_pack(actor=room.nurse, use_id=use, reason="扫错患者", version=1)
    opened(room, visit_id=other)

    assert PackUse.objects.filter(withdrawn_at=None).get().visit_id == other
    with pytest.raises(DatabaseError), transaction.atomic():
        PackUse.objects.update(code="x")


def test_from_a_load_one_finds_everybody_at_this_site(django_assert_num_queries):
    room = make_room()
    other = make_second_patient(room)
    opened(room)
    opened(room, "YP:K-0412-08:20991202", other)
    trace_packs(room.doctor, room.site_id, "k-0412")

    with django_assert_num_queries(4):
        found = trace_packs(room.doctor, room.site_id, "K-0412")

    assert {one.visit_id for one in found} == {room.visit_id, other}
    assert len(trace_packs(room.doctor, room.site_id, "k-0412-07")) == 1
    assert trace_packs(room.doctor, room.site_id, " ") == []
    with pytest.raises(NotFound):
        trace_packs(room.pharmacist, room.site_id, "K-0412")


def test_who_may_not_help_at_the_chair_opens_nothing():
    room = make_room()

    with pytest.raises((NotAllowed, NotFound)):
        open_pack(actor=room.pharmacist, visit_id=room.visit_id, label=OWN)

    assert not PackUse.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_part_lists_refuses_and_traces(language):
    room = make_room()
    other = make_second_patient(room)
    client = browser(room.nurse)
    client.cookies["yilu_language"] = language
    address = reverse("dental:open-pack", args=[room.visit_id])

    listed = client.post(address, sealed(room, label=OWN), headers=PART)
    again = client.post(address, sealed(room, label=OWN), headers=PART)
    fields = sealed(room, label=GS1.replace("\x1d", "^"))
    wrong = client.post(reverse("dental:open-pack", args=[other]), fields, headers=PART)
    traced = client.get(
        reverse("dental:trace-packs", args=[room.visit_id]), {"q": "K-0412"}, headers=PART
    )

    assert (listed.status_code, again.status_code, wrong.status_code) == (200, 409, 409)
    assert "K-0412-07" in listed.text
    assert "K-0412-07</td>" in traced.text
    assert PackUse.objects.count() == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_one_pack_at_once_one_is_refused():
    room = make_room()
    other = make_second_patient(room)

    found = together(lambda: opened(room), lambda: opened(room, visit_id=other))

    assert found.count(PackUsed) == 1
    assert PackUse.objects.count() == 1
