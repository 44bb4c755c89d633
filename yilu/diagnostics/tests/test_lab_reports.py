"""Reports: verified by a second person, corrected by a new issue; critical values; old pages."""

import pytest
from django.db import DatabaseError, connection, transaction

from yilu.diagnostics import errors
from yilu.diagnostics.models import CriticalValue, LabReport, LabValue
from yilu.diagnostics.operations.criticals import acknowledge_critical, handle_critical
from yilu.diagnostics.operations.results import (
    correct_results,
    enter_results,
    explain_report,
    release_report,
    send_back_results,
)
from yilu.diagnostics.operations.specimens import receive
from yilu.diagnostics.tests.lab_factories import (
    entered,
    make_lab,
    orders,
    reported,
    results,
    taken,
    tube,
    tube_of,
)
from yilu.platform.errors import NotFound, Stale
from yilu.platform.models import Event

pytestmark = pytest.mark.django_db
ADDED = (
    "INSERT INTO diagnostics_labvalue SELECT gen_random_uuid(), 'tsh', number, text, unit, low,"
    " high, bounds, flag, 9, order_id, report_id FROM diagnostics_labvalue"
)


def told(name: str) -> list[dict]:
    return [one.body for one in Event.objects.filter(name=name).order_by("id")]


@pytest.mark.covers("D01")
def test_nobody_verifies_what_they_entered():
    lab = make_lab()
    report_id = entered(lab, "crp")

    with pytest.raises(errors.SameLabPerson):
        release_report(actor=lab.first, report_id=report_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        LabReport.objects.filter(pk=report_id).update(verified_by_id=lab.first.user_id)

    assert LabReport.objects.get().state == "entered"
    assert not told("LabReportReleased")


def test_who_finds_a_mistake_has_it_entered_again():
    lab = make_lab()
    report_id = entered(lab, "electrolytes", k="7.1")

    send_back_results(actor=lab.second, report_id=report_id, reason="疑似溶血")
    again = enter_results(
        actor=lab.first, specimen_id=tube_of(report_id), typed=results("electrolytes")
    )

    found = LabReport.objects.order_by("issue").values_list("state", "issue")
    assert list(found) == [("dropped", 1), ("entered", 2)]
    assert CriticalValue.objects.get().state == "withdrawn"
    release_report(actor=lab.second, report_id=again)
    assert orders(lab) == ["released"]


@pytest.mark.covers("D01")
def test_a_correction_is_a_new_issue_and_the_old_stays_readable():
    lab = make_lab()
    first = reported(lab, "electrolytes", k="5.0")
    where = tube_of(first)

    with pytest.raises(errors.LabReasonMissing):
        correct_results(actor=lab.first, specimen_id=where, typed=results("electrolytes"), why="")
    second = correct_results(
        actor=lab.first, specimen_id=where, typed=results("electrolytes", k="3.0"), why="标本混淆"
    )
    assert LabReport.objects.get(pk=first).state == "released"
    release_report(actor=lab.second, report_id=second)

    assert list(LabReport.objects.order_by("issue").values_list("state", flat=True)) == [
        "replaced", "released",
    ]  # fmt: skip
    kept = LabValue.objects.filter(analyte="k").order_by("report__issue")
    assert list(kept.values_list("text", flat=True)) == ["5.00", "3.00"]
    assert [one["issue"] for one in told("LabReportReleased")] == [1, 2]


def test_two_corrections_do_not_cross():
    lab = make_lab()
    where = tube_of(reported(lab, "crp"))
    correct_results(actor=lab.first, specimen_id=where, typed=results("crp"), why="x")

    with pytest.raises(errors.LabMoved):
        correct_results(actor=lab.second, specimen_id=where, typed=results("crp"), why="y")

    assert LabReport.objects.count() == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE diagnostics_labvalue SET text = '1'",
        "DELETE FROM diagnostics_labvalue",
        "UPDATE diagnostics_labreport SET note = note, entered_at = entered_at - interval '1 day'",
        "DELETE FROM diagnostics_labreport",
        ADDED,
    ],
)
def test_the_database_keeps_what_was_released(sql):
    reported(make_lab(), "crp")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert LabValue.objects.get().text == "3.5"


@pytest.mark.covers("C04")
def test_a_critical_value_is_told_at_once_and_said_back():
    lab = make_lab()
    entered(lab, "electrolytes", k="6.8")
    row = CriticalValue.objects.get()
    assert (row.shown, row.state, row.practitioner_id) == (
        "K 6.80 mmol/L", "open", lab.doctor.practitioner_id,
    )  # fmt: skip

    with pytest.raises(errors.NotReadBack):
        acknowledge_critical(actor=lab.doctor, critical_id=row.pk, read_back="8.6")
    row.refresh_from_db()
    assert row.state == "open"
    acknowledge_critical(actor=lab.doctor, critical_id=row.pk, read_back="6.8", version=1)
    with pytest.raises(errors.LabReasonMissing):
        handle_critical(actor=lab.doctor, critical_id=row.pk, action="")
    handle_critical(actor=lab.doctor, critical_id=row.pk, action="心电图，转急诊")

    row.refresh_from_db()
    assert (row.state, row.action) == ("handled", "心电图，转急诊")
    assert row.acknowledged_by_id == lab.doctor.user_id
    assert len(told("CriticalValueFound")) == len(told("CriticalValueAcknowledged")) == 1
    assert len(told("CriticalValueHandled")) == 1


def test_a_critical_value_that_stays_is_told_once():
    lab = make_lab()
    report_id = entered(lab, "electrolytes", k="6.8")
    release_report(actor=lab.second, report_id=report_id)
    correct_results(
        actor=lab.first,
        specimen_id=tube_of(report_id),
        typed=results("electrolytes", k="6.8", na="130"),
        why="钠抄错",
    )

    assert CriticalValue.objects.count() == 1


@pytest.mark.covers("D05")
def test_a_report_is_marked_as_explained_once():
    lab = make_lab()
    report_id = reported(lab, "crp")

    explain_report(actor=lab.doctor, report_id=report_id)
    explain_report(actor=lab.doctor, report_id=report_id)

    assert LabReport.objects.get().explained_by_id == lab.doctor.user_id
    assert len(told("LabReportExplained")) == 1


def test_an_old_page_changes_nothing():
    lab = make_lab()
    [first] = taken(lab, "crp")
    receive(actor=lab.first, specimen_id=first, version=1)

    with pytest.raises(Stale):
        enter_results(actor=lab.first, specimen_id=first, typed=results("crp"), version=1)

    assert tube(first).state == "received"


def test_who_works_elsewhere_does_not_know_of_it():
    lab, other = make_lab(), make_lab()
    [first] = taken(lab, "crp")

    with pytest.raises(NotFound):
        receive(actor=other.first, specimen_id=first)

    assert tube(first).state == "collected"
