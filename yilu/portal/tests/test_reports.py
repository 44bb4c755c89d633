"""A patient's laboratory reports: whose they are, in words, over time, and on paper."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yilu.clinical.tests.factories import make_visit
from yilu.clinical.tests.test_pages import browser
from yilu.diagnostics.models import OutsideReport
from yilu.diagnostics.operations.results import correct_results, release_report
from yilu.diagnostics.selectors.lab_mine import my_lab_report, my_lab_reports
from yilu.diagnostics.tests.lab_factories import (
    Lab,
    entered,
    make_lab,
    reported,
    results,
    tube_of,
)
from yilu.patients.models import Account
from yilu.patients.states import LinkHow
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.portal.tests.factories import Someone

pytestmark = pytest.mark.django_db


def owner(lab: Lab) -> Someone:
    """The account of the patient, signed in."""
    who = Someone()
    user_id = who.account().user_id
    Account.objects.create(user_id=user_id, patient_id=lab.room.patient_id, how=LinkHow.MATCHED)
    who.sign_in()
    return who


def page(who: Someone, name: str, *keys: object):
    return who.client.get(reverse(f"portal:{name}", args=keys))


@pytest.mark.covers("C05")
def test_a_report_is_read_in_plain_words():
    lab = make_lab()
    report_id = reported(lab, "electrolytes", k="5.6")
    who = owner(lab)

    me, listed, shown = page(who, "me"), page(who, "reports"), page(who, "report", report_id)

    assert reverse("portal:reports") in me.text
    assert "1 项超出参考区间" in listed.text
    for words in ("钾", "5.60", "3.5–5.3", "偏高", "关系到心跳和肌肉", "参考区间以外"):
        assert words in shown.text
    assert shown.text.index("偏高") < shown.text.index("正常")
    assert "<svg" not in shown.text.split("po-result")[1]


@pytest.mark.covers("C05")
def test_a_value_is_drawn_over_time():
    lab = make_lab()
    reported(lab, "crp", crp="35.0")
    with clock.at(clock.now() + timedelta(days=3)):
        visit = make_visit(lab.room.site_id, lab.room.patient_id)
        later = Lab(replace(lab.room, visit_id=visit), lab.first, lab.second)
        second = reported(later, "crp", crp="4.0")
    who = owner(lab)

    shown = page(who, "report", second)

    assert 'class="lab-trend"' in shown.text
    assert ">35.0</text>" in shown.text
    assert ">4.0</text>" in shown.text


@pytest.mark.covers("C05")
def test_nobody_reads_what_is_not_theirs_or_not_verified():
    lab, other = make_lab(), make_lab()
    done = reported(lab, "crp")
    waiting = entered(other, "crp")
    stranger, theirs = Someone(), owner(other)
    stranger.sign_in()

    assert page(stranger, "report", done).status_code == 404
    assert page(stranger, "report-paper", done).status_code == 404
    assert page(theirs, "report", waiting).status_code == 404
    assert "crp" not in page(stranger, "reports").text.lower()


def test_a_corrected_report_takes_the_place_of_the_old_one():
    lab = make_lab()
    first = reported(lab, "crp", crp="35.0")
    second = correct_results(
        actor=lab.first, specimen_id=tube_of(first), typed=results("crp", crp="3.0"), why="录错"
    )
    release_report(actor=lab.second, report_id=second)
    who = owner(lab)

    listed, old, new = (
        page(who, "reports"), page(who, "report", first), page(who, "report", second),
    )  # fmt: skip

    assert str(second) in listed.text
    assert str(first) not in listed.text
    assert "该报告已被新版取代" in old.text
    assert "35.0" in old.text
    assert "第 2 版" in new.text


def test_the_patient_keeps_the_report_as_a_file():
    lab = make_lab()
    report_id = reported(lab, "electrolytes")

    answer = page(owner(lab), "report-paper", report_id)

    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("many", [1, 3])
def test_what_the_pages_cost(many, django_assert_num_queries):
    lab = make_lab()
    ids = [reported(lab, test) for test in ("electrolytes", "crp", "influenza")[:many]]
    actor = owner(lab).account()

    with django_assert_num_queries(5):
        assert len(my_lab_reports(actor)) == many
    with django_assert_num_queries(7):
        my_lab_report(actor, ids[0])


PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82"
)


def brought(who: Someone, lab: Lab, **fields: object):
    """A photo of a result from elsewhere, sent as a phone does it."""
    sent = {
        "request_key": str(new_id()),
        "patient": str(lab.room.patient_id),
        "title": "头颅 CT",
        "source": "市第一医院",
        "taken_on": "2026-05-04",
        "file": SimpleUploadedFile("ct.png", PNG, "image/png"),
    }
    return who.client.post(reverse("portal:outside-add"), sent | fields)


@pytest.mark.covers("C05")
def test_a_result_from_elsewhere_is_kept_and_marked_as_such():
    lab = make_lab()
    who = owner(lab)

    form, sent = page(who, "outside-add"), brought(who, lab)
    listed = page(who, "reports")
    row = OutsideReport.objects.get()
    mine = page(who, "outside", row.pk)
    room = browser(lab.doctor).get(reverse("diagnostics:lab-of-visit", args=[lab.visit_id]))
    theirs = browser(lab.doctor).get(reverse("diagnostics:outside", args=[row.pk]))

    assert "林半夏" in form.text
    assert sent.status_code == 303
    assert "头颅 CT" in listed.text
    assert "未经我们核实" in listed.text
    assert b"".join(mine.streaming_content) == b"".join(theirs.streaming_content) == PNG
    assert "not checked by us" in room.text
    assert row.is_from_patient


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": SimpleUploadedFile("ct.svg", b"<svg onload='x()'/>", "image/png")},
        {"file": SimpleUploadedFile("ct.png", b"", "image/png")},
        {"file": ""},
        {"taken_on": "2999-01-01"},
        {"taken_on": "x"},
        {"title": " "},
        {"patient": str(new_id())},
    ],
)
def test_what_cannot_be_kept_is_asked_for_again(wrong):
    lab = make_lab()

    answer = brought(owner(lab), lab, **wrong)

    assert answer.status_code == 422
    assert not OutsideReport.objects.exists()


def test_a_result_from_elsewhere_is_taken_away_by_its_owner_alone():
    lab = make_lab()
    who, stranger = owner(lab), Someone()
    stranger.sign_in()
    brought(who, lab)
    row = OutsideReport.objects.get()
    url = reverse("portal:outside-remove", args=[row.pk])

    refused = stranger.client.post(url, {"request_key": str(new_id()), "version": "1"})
    assert page(stranger, "outside", row.pk).status_code == 404
    done = who.client.post(url, {"request_key": str(new_id()), "version": "1"})

    assert (refused.status_code, done.status_code) == (404, 303)
    assert page(who, "outside", row.pk).status_code == 404
    row.refresh_from_db()
    assert row.removed_at is not None
