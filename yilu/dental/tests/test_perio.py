"""Periodontal charts: what measurements add up to, how they are kept, signed and shown."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.clinical.errors import AlreadySigned, NothingChanged, NotSigned
from yilu.clinical.tests.factories import make_second_patient, make_visit
from yilu.clinical.tests.test_pages import PART, browser
from yilu.dental.errors import MeasuresChanged, MeasureWrong, NothingMeasured, WhyMissing
from yilu.dental.models import PerioChart, PerioVersion
from yilu.dental.operations.perio import amend_perio, save_perio, sign_perio
from yilu.dental.rules.notation import PERMANENT
from yilu.dental.rules.perio import figures, furcations, stage, tidy
from yilu.dental.rules.perio_drawing import perio_drawing
from yilu.dental.selectors.perio import perio_part
from yilu.dental.tests.factories import charted, make_room, sealed
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.models import AuditEntry, Event

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C09")]
ONE = {"16": {"d": [5, 3, 3, 2, 2, 6], "r": [2, 0, 0, None, 0, 0], "b": "100001", "m": 1}}


def save(room, content=ONE, version=0, actor=None):
    actor = actor or room.doctor
    return save_perio(actor=actor, visit_id=room.visit_id, content=content, version=version)


def sign(room, content=ONE, version=0):
    return sign_perio(actor=room.doctor, visit_id=room.visit_id, content=content, version=version)


def test_shares_are_of_probed_sites():
    teeth = [tooth for tooth in PERMANENT if tooth[1] != "8"]
    chart = {tooth: {"d": [2] * 6} for tooth in teeth}
    for tooth in teeth[:7]:
        chart[tooth] |= {"b": "111111", "q": "100000"}

    found = figures(chart)

    assert (found.sites, found.teeth) == (168, 28)
    assert found.bleeding == Decimal("25.0")
    assert found.plaque == Decimal("4.2")
    assert not found.is_stable


def test_attachment_level_is_depth_plus_recession():
    found = figures(ONE)

    assert found.most_loss == 7
    assert found.stage == 3
    assert (found.pockets, found.deep) == (2, 1)
    assert found.mean_depth == Decimal("3.5")
    assert found.mean_loss == Decimal("3.8")


def test_an_overgrown_gum_hides_no_loss_and_missing_teeth_count_for_nothing_else():
    found = figures({"16": {"d": [6] + [None] * 5, "r": [-2] + [None] * 5}, "17": {"gone": True}})

    assert (found.most_loss, found.lost, found.sites) == (4, 1, 1)
    assert figures({}).bleeding is None


@pytest.mark.parametrize(
    ("loss", "lost", "expected"),
    [(0, 9, 0), (1, 0, 1), (2, 9, 1), (3, 0, 2), (4, 0, 2), (5, 4, 3), (5, 5, 4), (9, 0, 3)],
)
def test_the_stage_follows_the_greatest_loss_and_then_the_teeth_lost(loss, lost, expected):
    assert stage(loss, lost) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], "x", {"19": {}}, {"55": {}}, {"16": []}, {"16": {"d": [1]}},
        {"16": {"d": [16, 0, 0, 0, 0, 0]}}, {"16": {"d": [-1, 0, 0, 0, 0, 0]}},
        {"16": {"d": ["3", 0, 0, 0, 0, 0]}}, {"16": {"d": [True, 0, 0, 0, 0, 0]}},
        {"16": {"r": [-10, 0, 0, 0, 0, 0]}}, {"16": {"b": "1"}}, {"16": {"b": "200000"}},
        {"16": {"b": 1}}, {"16": {"m": 4}}, {"16": {"m": "1"}}, {"11": {"f": [1]}},
        {"16": {"f": [1, 1]}}, {"16": {"f": [5, 0, 0]}}, {"16": {"d": {"0": 1}}},
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_and_changes_nothing(wrong):
    room = make_room()

    with pytest.raises(MeasureWrong):
        save(room, wrong)

    assert not PerioChart.objects.exists()


def test_values_have_one_form():
    sent = {
        "26": {"d": [None] * 6, "b": "000000", "m": 0, "f": [0, 2, None], "extra": 1},
        "16": {"gone": True, "d": [3] * 6}, "11": {},
    }  # fmt: skip

    assert tidy(sent) == {"16": {"gone": True}, "26": {"f": [0, 2, 0]}}
    assert (furcations("16"), furcations("46"), furcations("14"), furcations("11")) == (3, 2, 2, 0)


def test_every_site_is_probed_once_along_the_row_and_back():
    drawn = perio_drawing()

    assert len({(one.tooth, one.n) for one in drawn.sites}) == 192
    first, last = drawn.sites[0], drawn.sites[95]
    assert (first.tooth, first.site) == ("18", "DB")
    assert (last.tooth, last.site) == ("18", "DL")
    assert all(len(one.ways) == furcations(one.tooth) for one in drawn.columns)
    assert len({(one.x, one.edge) for one in drawn.sites}) == 192


def test_a_draft_is_kept_and_of_two_windows_the_second_learns_of_the_first():
    room = make_room()

    assert save(room) == 1
    assert save(room, version=0) == 1  # The same values again: nothing changes.
    with pytest.raises(MeasuresChanged):
        save(room, {"16": {"m": 2}}, version=0)

    part = perio_part(room.doctor, room.visit_id)
    assert (part.content, part.version) == (tidy(ONE), 1)
    assert Event.objects.filter(name="GumsMeasured").count() == 1
    assert AuditEntry.objects.filter(action="dental.perio.measured").count() == 1


def test_what_is_signed_stays_and_an_amendment_is_the_next_version():
    room = make_room()
    with pytest.raises(NothingMeasured), transaction.atomic():
        sign(room, {"16": {"gone": True}})
    sign(room)
    with pytest.raises(AlreadySigned), transaction.atomic():
        sign(room, version=1)

    def amend(content, reason="看错牙位", version=1):
        return amend_perio(
            actor=room.doctor, visit_id=room.visit_id, content=content, version=version,
            reason=reason,
        )  # fmt: skip

    with pytest.raises(WhyMissing), transaction.atomic():
        amend({"17": {"m": 1}}, " ")
    with pytest.raises(NothingChanged), transaction.atomic():
        amend(ONE)
    amend({"17": {"m": 1}})

    part = perio_part(room.doctor, room.visit_id)
    first = perio_part(room.doctor, room.visit_id, shown=1)
    assert [one.reason for one in part.signed] == ["", "看错牙位"]
    assert (part.content, first.content) == ({"17": {"m": 1}}, tidy(ONE))
    assert not first.can_write
    with pytest.raises(DatabaseError), transaction.atomic():
        PerioVersion.objects.update(reason="x")


def test_nothing_is_amended_before_it_is_signed_nor_by_who_may_not():
    room = make_room()

    with pytest.raises(NotSigned):
        amend_perio(actor=room.doctor, visit_id=room.visit_id, content=ONE, version=0, reason="x")
    with pytest.raises(NotAllowed):
        save(room, actor=room.nurse)
    with pytest.raises(NotFound):
        perio_part(room.pharmacist, room.visit_id)
    assert not PerioChart.objects.exists()


def test_an_earlier_chart_is_laid_beside(django_assert_max_num_queries):
    room = make_room()
    charted(room, "36", "missing")
    assert perio_part(room.doctor, room.visit_id).content == {"36": {"gone": True}}
    sign(room)
    sign_perio(
        actor=room.doctor, visit_id=make_second_patient(room), content=ONE, version=0
    )  # Somebody else's is none of theirs.
    with clock.at(clock.now() + timedelta(days=90)):
        later = make_visit(room.site_id, room.patient_id)
        better = {"16": {"d": [3, 3, 3, 2, 2, 4]}}
        save_perio(actor=room.doctor, visit_id=later, content=better, version=0)
        (earlier,) = perio_part(room.doctor, later).earlier
        with django_assert_max_num_queries(6):
            part = perio_part(room.doctor, later, beside=earlier.chart_id)

    lines = {one.code: (one.now, one.then, one.change) for one in part.lines}
    assert lines["deep"] == (0, 1, -1)
    assert lines["bleeding"] == (Decimal("0.0"), Decimal("33.3"), Decimal("-33.3"))
    assert perio_part(room.doctor, room.visit_id).earlier == ()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_keeps_signs_refuses_and_prints(language):
    room = make_room()
    client = browser(room.doctor)
    client.cookies["yilu_language"] = language

    def url(name):
        return reverse(f"dental:{name}", args=[room.visit_id])

    def send(name, content=ONE, **fields):
        typed = content if isinstance(content, str) else json.dumps(content)
        return client.post(url(name), sealed(room, content=typed, **fields), headers=PART)

    kept = send("perio-save", version=0)
    stale = send("perio-save", {}, version=0)
    wrong = [send("perio-save", one, version=1) for one in ("{", "[" * 9000, "x" * 50_000, "null")]
    signed = send("perio-sign", version=1)
    amended = send("perio-sign", {"11": {"m": 1}}, version=1, reason="")

    assert (kept.status_code, stale.status_code, signed.status_code) == (200, 412, 200)
    assert "33.3 %" in kept.text
    assert {one.status_code for one in (*wrong, amended)} == {422}
    assert PerioVersion.objects.count() == 1
    for name in ("perio", "perio-print"):
        page = client.get(url(name), {"version": "1", "with": "x"})
        assert page.status_code == 200
        assert "III" in page.text
    assert browser(room.pharmacist).get(url("perio")).status_code == 404
