"""A patient's laboratory reports: whose they are, in words, over time, and on paper."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from yilu.clinical.tests.factories import make_visit
from yilu.clinical.tests.test_pages import needs_fonts
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


@needs_fonts
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
