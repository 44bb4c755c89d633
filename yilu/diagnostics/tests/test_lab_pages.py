"""The pages of the laboratory: worklist, collecting, the steps of a tube, and the doctor's part."""

from datetime import timedelta

import pytest
from django.urls import reverse

from yilu.clinical.tests.test_pages import PART, browser
from yilu.diagnostics.models import CriticalValue, LabOrder, LabReport, Specimen
from yilu.diagnostics.selectors.lab_figures import lab_figures
from yilu.diagnostics.selectors.lab_room import lab_of_visit
from yilu.diagnostics.selectors.lab_tube import collecting, tube_detail
from yilu.diagnostics.selectors.lab_worklist import lab_worklist
from yilu.diagnostics.tests.lab_factories import (
    GOOD,
    answers,
    arrived,
    entered,
    make_lab,
    ordered,
    reported,
    taken,
    tube,
    tube_of,
)
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db
HOME = "diagnostics:laboratory"


def address(name: str, *keys: object) -> str:
    return reverse(f"diagnostics:{name}", args=keys)


def post(actor, url: str, **fields):
    return browser(actor).post(url, {"request_key": str(new_id()), **fields}, headers=PART)


def answered(*tests: str, **given: str) -> dict[str, str]:
    who = {"id-name": "林半夏", "id-born_on": "19860504"}
    return who | {f"check-{key}": value for key, value in answers(*tests, **given).items()}


def typed(**values: str) -> dict[str, str]:
    keys = ("k", "na", "cl", "ca", "phos", "mg")
    return {f"v-{key}": values.get(key, GOOD[key]) for key in keys}


@pytest.mark.covers("D01")
@pytest.mark.parametrize("step", [ordered, taken, arrived, entered, reported])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_step_is_shown(step, language):
    lab = make_lab()
    step(lab, "electrolytes")
    client = browser(lab.second)
    client.cookies["yilu_language"] = language
    tubes = list(Specimen.objects.values_list("pk", flat=True))
    query = {"tube": str(tubes[0])} if tubes else {"visit": str(lab.visit_id)}

    page = client.get(reverse(HOME), query)

    assert page.status_code == 200
    assert ("Lin" if language == "en" else "林半夏") in page.text
    assert ("Electrolytes" if language == "en" else "电解质") in page.text
    assert "style=" not in page.text
    assert "2.0000" not in page.text


def test_an_empty_laboratory_says_so():
    lab = make_lab()

    page = browser(lab.first).get(reverse(HOME))

    assert "Nothing is waiting here" in page.text
    assert "Nothing is open" in page.text


@pytest.mark.covers("C04", "D01", "D02")
def test_the_whole_road_by_forms():
    lab = make_lab()
    sent = {"tests": ["electrolytes"], "urgency": "urgent", "reason": "乏力"}
    asked = post(lab.doctor, address("lab-order", lab.visit_id), **sent)
    order = LabOrder.objects.get()
    took = post(
        lab.room.nurse,
        address("lab-collect", lab.visit_id),
        order=str(order.pk),
        **answered("electrolytes"),
    )
    specimen = Specimen.objects.get()
    came = post(lab.first, address("tube-receive", specimen.pk), version="1")
    kept = post(lab.first, address("tube-enter", specimen.pk), version="2", **typed(k="5.6"))
    report = LabReport.objects.get()
    done = post(lab.second, address("lab-release", specimen.pk, report.pk), version="1")

    assert [one.status_code for one in (asked, took, came, kept, done)] == [204, 200, 200, 200, 200]
    assert specimen.number in took.text
    report.refresh_from_db()
    assert (report.state, tube(specimen.pk).state) == ("released", "released")
    assert "5.60" in done.text


def test_a_form_that_is_sent_twice_does_it_once():
    lab = make_lab()
    made = ordered(lab, "crp")
    client, key = browser(lab.room.nurse), str(new_id())
    sent = {"request_key": key, "order": str(made[0]), **answered("crp")}

    answers_ = [client.post(address("lab-collect", lab.visit_id), sent) for _n in range(2)]

    assert [one.status_code for one in answers_] == [200, 200]
    assert Specimen.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"id-name": "王五"}, "Two identifiers must match"),
        ({"check-told": ""}, "needs an answer"),
        ({"check-told": "no"}, "Nothing can be collected now"),
        ({"order": "not-an-id"}, "Everything that was ordered"),
    ],
)
def test_a_refused_collection_keeps_what_was_typed(fields, words):
    lab = make_lab()
    made = ordered(lab, "crp")
    sent = {"order": str(made[0]), **answered("crp"), **fields}

    answer = post(lab.room.nurse, address("lab-collect", lab.visit_id), **sent)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="19860504"' in answer.text
    assert not Specimen.objects.exists()


def test_results_that_cannot_be_are_marked_and_kept():
    lab = make_lab()
    where = arrived(lab, "electrolytes")

    answer = post(lab.first, address("tube-enter", where), version="2", **typed(k="42", na="139.5"))

    assert answer.status_code == 422
    assert "Nobody can have this value" in answer.text
    assert 'value="139.5"' in answer.text
    assert not LabReport.objects.exists()


def test_an_old_form_is_refused_with_what_was_typed():
    lab = make_lab()
    where = arrived(lab, "electrolytes")

    answer = post(lab.first, address("tube-enter", where), version="1", **typed(k="4.9"))

    assert answer.status_code == 412
    assert 'value="4.9"' in answer.text


def test_whoever_enters_second_sees_what_stands_and_what_they_typed():
    lab = make_lab()
    where = arrived(lab, "electrolytes")
    version = str(Specimen.objects.get(pk=where).version)

    first = post(lab.first, address("tube-enter", where), version=version, **typed(k="4.9"))
    second = post(lab.second, address("tube-enter", where), version=version, **typed(k="4.7"))

    assert (first.status_code, second.status_code) == (200, 412)
    assert "<b>4.90</b>" in second.text
    assert '<b class="yl-num" translate="no">4.7</b>' in second.text
    assert LabReport.objects.count() == 1


def test_a_scanned_label_opens_its_tube():
    lab = make_lab()
    where = arrived(lab, "crp")
    scan = address("lab-scan", lab.room.site_id)

    found = browser(lab.first).get(scan, {"number": f" {tube(where).number} "})
    lost = browser(lab.first).get(scan, {"number": "0000"})

    assert (found.status_code, lost.status_code) == (302, 404)
    assert found["Location"].endswith(f"tube={where}")


def test_an_unchanged_tube_is_not_drawn_again():
    lab = make_lab()
    where = arrived(lab, "crp")
    client = browser(lab.first)

    seen = client.get(address("tube", where), {"seen": "2.0.0"}, headers=PART)
    old = client.get(address("tube", where), {"seen": "1.0.0"}, headers=PART)

    assert (seen.status_code, old.status_code) == (204, 200)


@pytest.mark.covers("C04")
def test_ordering_warns_of_what_is_there():
    lab = make_lab()
    reported(lab, "electrolytes", k="5.6")
    url = address("lab-order", lab.visit_id)

    part = browser(lab.doctor).get(url, {"q": "", "tests": "electrolytes"}, headers=PART)
    refused = post(lab.doctor, url, tests=["electrolytes"], urgency="usual")
    done = post(lab.doctor, url, tests=["electrolytes"], urgency="usual", again="复查")

    assert "There is a recent result" in part.text
    assert "K 5.60↑" in part.text
    assert (refused.status_code, done.status_code) == (422, 204)


def test_a_search_keeps_what_is_chosen():
    lab = make_lab()

    part = browser(lab.doctor).get(
        address("lab-order", lab.visit_id), {"q": "ganG", "tests": "cbc"}, headers=PART
    )
    sets = browser(lab.doctor).get(
        address("lab-order", lab.visit_id), {"q": "", "set": "fever"}, headers=PART
    )

    assert "Full blood count" in part.text
    assert "Liver panel" in part.text
    assert "Thyroid" not in part.text
    assert sets.text.count(" checked") == 3


@pytest.mark.covers("C04")
def test_the_room_shows_orders_results_and_what_is_critical():
    lab = make_lab()
    report_id = entered(lab, "electrolytes", k="6.8")
    url = address("lab-of-visit", lab.visit_id)

    before = browser(lab.doctor).get(url, headers=PART)
    row = CriticalValue.objects.get()
    wrong = post(lab.doctor, address("critical", row.pk), read_back="8.6", version="1")
    right = post(lab.doctor, address("critical", row.pk), read_back="6.8", version="1")
    acted = post(lab.doctor, address("critical", row.pk), action="转诊", version="2")
    after = browser(lab.doctor).get(url, headers=PART)

    assert "K 6.80 mmol/L" in before.text
    assert "To verify" in before.text
    assert [one.status_code for one in (wrong, right, acted)] == [422, 204, 204]
    assert "K 6.80 mmol/L" not in after.text
    assert LabReport.objects.get(pk=report_id).state == "entered"


def test_a_report_opens_and_is_marked_as_explained():
    lab = make_lab()
    report_id = reported(lab, "crp", crp="35.0")

    shown = browser(lab.doctor).get(address("lab-show", report_id), headers=PART)
    marked = post(lab.doctor, address("lab-explained", report_id), version="2")

    assert "35.0" in shown.text
    assert "Explained to the patient" in shown.text
    assert marked.status_code == 204


def test_who_may_not_read_records_sees_no_results():
    lab = make_lab()
    report_id = reported(lab, "crp")
    desk = make_staff("front_desk", site_id=lab.room.site_id).actor()
    client = browser(desk)

    listed = client.get(reverse(HOME), {"step": "released"})
    pages = [
        client.get(address("tube", tube_of(report_id))),
        client.get(address("lab-show", report_id)),
        client.get(address("lab-of-visit", lab.visit_id)),
    ]

    assert listed.status_code == 200
    assert [one.status_code for one in pages] == [404, 404, 404]


@pytest.mark.covers("D01")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_labels_and_reports_are_papers(language):
    lab = make_lab()
    report_id = reported(lab, "electrolytes", k="6.8")
    client = browser(lab.first)
    client.cookies["yilu_language"] = language

    papers = [
        client.get(address("lab-labels", lab.visit_id)),
        client.get(address("lab-labels", lab.visit_id), {"tube": str(tube_of(report_id))}),
        client.get(address("lab-report", report_id)),
    ]

    assert [one.status_code for one in papers] == [200, 200, 200]
    assert all(one.content.startswith(b"%PDF") for one in papers)


@pytest.mark.parametrize("many", [1, 6])
def test_what_the_lists_cost(many, django_assert_num_queries):
    lab = make_lab()
    tests = ["cbc", "liver", "thyroid", "coagulation", "urine", "influenza"][:many]
    ordered(lab, *tests)
    with django_assert_num_queries(7):
        lab_worklist(lab.first, lab.room.site_id)
    with django_assert_num_queries(6):
        collecting(lab.first, lab.visit_id)
    with django_assert_num_queries(3):
        lab_of_visit(lab.doctor, lab.visit_id)


@pytest.mark.parametrize("tests", [("electrolytes",), ("electrolytes", "cbc", "urine")])
def test_what_tubes_in_the_list_cost(tests, django_assert_num_queries):
    lab = make_lab()
    taken(lab, *tests)

    with django_assert_num_queries(9):
        found = lab_worklist(lab.first, lab.room.site_id)

    assert len(found.tubes) == len(tests)


def test_what_a_tube_costs(django_assert_num_queries):
    lab = make_lab()
    where = tube_of(reported(lab, "electrolytes"))

    with django_assert_num_queries(11):
        tube_detail(lab.first, where)


@pytest.mark.covers("D04")
def test_figures_tell_how_long_it_took_and_how_often_in_time(django_assert_num_queries):
    lab = make_lab()
    reported(lab, "crp")
    with clock.at(clock.now() - timedelta(hours=5)):
        taken(lab, "electrolytes")
    taken(lab, "urine")

    with django_assert_num_queries(1):
        found = {one.test: one for one in lab_figures(lab.first, lab.room.site_id)}
    page = browser(lab.first).get(reverse(HOME))

    assert (found["crp"].number, found["crp"].median, found["crp"].within) == (1, 0, 100)
    assert (found["electrolytes"].median, found["electrolytes"].within) == (300, 0)
    assert "urine" not in found  # Not late yet, and not reported.
    assert "Minutes in the middle" in page.text
    assert "1 late" in page.text
