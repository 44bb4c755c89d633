"""A report is printed at the kiosk, by whoever proves that it is theirs."""

from datetime import date

import pytest

from yilu.clinical.tests.factories import Room, make_visit
from yilu.diagnostics.models import StudyReport
from yilu.diagnostics.operations.lab_orders import LabWish, order_tests
from yilu.diagnostics.operations.results import enter_results, release_report
from yilu.diagnostics.operations.specimens import Taking, collect, receive
from yilu.diagnostics.tests.lab_factories import answers, results
from yilu.diagnostics.tests.study_factories import post_at, written_of
from yilu.kiosk.tests.factories import Guest, make_guest, make_kiosk
from yilu.kiosk.tests.test_pages import come
from yilu.platform import clock
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = pytest.mark.django_db


def reported(opened: OpenClinic, guest: Guest):
    """What the laboratory found for somebody."""
    site, born_on = opened.site_id, date(1988, 4, 12)
    visit = make_visit(site, guest.patient_id)
    doctor = make_doctor(site).actor()
    room = Room(site, guest.patient_id, visit, doctor, doctor, doctor)
    nurse, first, second = (
        make_staff(post, site_id=site).actor() for post in ("nurse", "laboratory", "laboratory")
    )
    orders = order_tests(actor=room.doctor, wish=LabWish(visit, ("crp",)))
    known = {"name": "沈白芷", "born_on": born_on.isoformat()}
    taking = Taking(tuple(orders), known, answers("crp"))
    [tube] = collect(actor=nurse, visit_id=visit, taking=taking)
    receive(actor=first, specimen_id=tube)
    report = enter_results(actor=first, specimen_id=tube, typed=results("crp", crp="35.2"))
    release_report(actor=second, report_id=report)
    return report


@pytest.mark.covers("D05")
def test_a_report_is_printed_by_its_patient_and_by_nobody_else():
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
    with clock.at(at(9, 40)):
        machine = make_kiosk(opened.site_id)
        guest = make_guest(opened)
        report = reported(opened, guest)
        come(machine, guest, after="papers")

        listed = machine.get("papers")
        printed = machine.get(f"print/laboratory/{report}")

        other = make_guest(opened, "白术")
        come(machine, other, after="papers")
        refused = machine.get(f"print/laboratory/{report}")

    assert f"print/laboratory/{report}" in listed.content.decode()
    assert printed.status_code == 200
    assert "35.2" in printed.content.decode()
    assert refused.status_code == 404


@pytest.mark.covers("D05")
def test_the_report_of_an_examination_is_printed_by_its_patient_and_by_nobody_else():
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
    with clock.at(at(9, 40)):
        machine = make_kiosk(opened.site_id)
        guest = make_guest(opened)
        visit = make_visit(opened.site_id, guest.patient_id)
        doctor = make_doctor(opened.site_id).actor()
        room = Room(opened.site_id, guest.patient_id, visit, doctor, doctor, doctor)
        study_id = written_of(post_at(room), name="沈白芷", born_on="1988-04-12")
        report = StudyReport.objects.get(study_id=study_id).pk
        come(machine, guest, after="papers")

        listed = machine.get("papers")
        printed = machine.get(f"print/examination/{report}")

        come(machine, make_guest(opened, "白术"), after="papers")
        refused = machine.get(f"print/examination/{report}")

    assert f"print/examination/{report}" in listed.content.decode()
    assert "未见明显异常" in printed.content.decode()
    assert refused.status_code == 404
