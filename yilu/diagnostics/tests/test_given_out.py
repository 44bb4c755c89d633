"""Reports that are in force: found at the desk, and printed for their patient alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from yilu.clinical.tests.test_pages import browser
from yilu.diagnostics.models import LabReport, StudyReport
from yilu.diagnostics.operations.specimens import reject
from yilu.diagnostics.selectors.given_out import given_out
from yilu.diagnostics.tests.lab_factories import Lab, arrived, make_lab, reported, tube
from yilu.diagnostics.tests.study_factories import make_post
from yilu.diagnostics.tests.study_factories import reported as examined
from yilu.platform import clock
from yilu.platform.models import AuditEntry
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import begin_care, close_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db
KNOWN = {"id-name": "林半夏", "id-born_on": "1986-05-04"}


@pytest.fixture
def site():
    """A site at which a tube and a film of one visit were reported; the visit is over."""
    post = make_post()
    hands = [make_staff("laboratory", site_id=post.room.site_id).actor() for _n in range(2)]
    reported(Lab(post.room, *hands), "crp")
    examined(post)
    clerk = make_staff("front_desk", site_id=post.room.site_id).actor()
    able = clerk.lent(visits.SEE, visits.CLOSE)
    begin_care(actor=able, visit_id=post.visit_id)
    close_visit(actor=able, visit_id=post.visit_id)
    return post.room.site_id, clerk


def address(site_id, report_id, name="report-hand-out"):
    return reverse(f"diagnostics:{name}", args=[site_id, report_id])


@pytest.mark.covers("D05")
def test_reports_of_visits_that_are_over_are_found_by_number_and_person(
    site, django_assert_max_num_queries
):
    site_id, clerk = site
    number = LabReport.objects.get().specimen.number

    def shown(q=""):
        return {one.is_study for one in given_out(clerk, site_id, q)}

    with django_assert_max_num_queries(8):
        assert shown() == {True, False}
    # Tubes and examinations count by themselves: one number may be of both.
    assert False in shown(number)
    assert True in shown(StudyReport.objects.get().study.accession)
    assert shown("林半夏") == {True, False}
    assert shown("白术") == shown("0000") == shown("%") == set()
    with clock.at(clock.now() + timedelta(days=40)):
        assert shown() == set()
        assert False in shown(number)
    page = browser(clerk).get(reverse("diagnostics:reports"), {"q": number})
    assert number in page.text
    # The desk opens none of them: it prints for who is there.
    assert "lab-show" not in page.text
    assert reverse("diagnostics:lab-show", args=[LabReport.objects.get().pk]) not in page.text


@pytest.mark.covers("D05")
@pytest.mark.parametrize("model", [LabReport, StudyReport])
def test_the_desk_prints_a_report_once_its_patient_has_said_who_they_are(site, model):
    site_id, clerk = site
    report_id = model.objects.get().pk
    desk = browser(clerk)
    assert "Who is this?" in desk.get(address(site_id, report_id)).text

    answer = desk.post(address(site_id, report_id), {"request_key": "p1", **KNOWN})
    link = answer.text.split('href="')[1].split('"')[0]
    paper = desk.get(link)

    assert paper.content.startswith(b"%PDF")
    [entry] = AuditEntry.objects.filter(action="diagnostics.report.handed_out")
    assert entry.subject_id == report_id
    other = browser(make_staff("front_desk", site_id=site_id).actor())
    assert other.get(link).status_code == 404
    assert desk.get(link.partition("?")[0]).status_code == 404
    assert desk.get(f"{link}x").status_code == 404


@pytest.mark.covers("D05")
@pytest.mark.parametrize(
    "typed",
    [{}, {"id-name": "林半夏"}, KNOWN | {"id-born_on": "1986-05-05"}, {"id-name": "x" * 500}],
)
def test_nothing_is_printed_for_somebody_else(site, typed):
    site_id, clerk = site
    report_id = LabReport.objects.get().pk

    answer = browser(clerk).post(address(site_id, report_id), {"request_key": "p1", **typed})

    assert answer.status_code == 422
    assert "/paper" not in answer.text
    assert not AuditEntry.objects.filter(action="diagnostics.report.handed_out").exists()


def test_other_posts_and_other_sites_print_nothing(site):
    site_id, _clerk = site
    report_id = LabReport.objects.get().pk
    cashier = make_staff("cashier", site_id=site_id).actor()
    elsewhere = make_post("ecg").room.site_id
    stranger = make_staff("front_desk", site_id=elsewhere).actor()

    for who, at in ((cashier, site_id), (stranger, site_id), (stranger, elsewhere)):
        assert browser(who).get(address(at, report_id)).status_code == 404
        sent = browser(who).post(address(at, report_id), {"request_key": "p1", **KNOWN})
        assert sent.status_code == 404


@pytest.mark.covers("D01")
def test_a_refused_tube_stays_in_the_list_with_its_reason():
    lab = make_lab()
    specimen_id = arrived(lab, "electrolytes")
    reject(actor=lab.first, specimen_id=specimen_id, code="clotted", note="管底有凝块")
    page = browser(lab.first)

    listed = page.get(reverse("diagnostics:laboratory"), {"step": "rejected"})

    assert f"tube-{specimen_id}" in listed.text
    assert "Clotted · 管底有凝块" in listed.text
    assert f"tube-{specimen_id}" not in page.get(reverse("diagnostics:laboratory")).text
    assert page.get(reverse("diagnostics:tube", args=[specimen_id])).status_code == 200
    assert tube(specimen_id).state == "rejected"
