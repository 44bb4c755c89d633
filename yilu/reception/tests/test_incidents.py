"""Incidents: opened with a press, a timeline with true times, an outcome, a look back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.pathways.models import Case, Step
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import Event
from yilu.platform.testing import drain
from yilu.reception.errors import (
    AlreadyNoted,
    BuiltUpon,
    IncidentOver,
    NothingNoted,
    OutcomeDoesNotFit,
    TimeCannotBe,
)
from yilu.reception.models import Incident, IncidentEntry
from yilu.reception.operations.incidents import (
    close_incident,
    describe_incident,
    undo_close_incident,
    undo_open_incident,
)
from yilu.reception.operations.timeline import note_deed, undo_note_deed
from yilu.reception.selectors.incidents import Wanted, alarms, incident_page, incidents
from yilu.reception.tests.factories import nobody_at
from yilu.reception.tests.incident_factories import fault, ill
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B14")]


def steps(incident_id, key=""):
    found = Step.objects.filter(case__subject_id=incident_id)
    return dict((found.filter(case__key=key) if key else found).values_list("key", "state"))


def test_one_press_opens_it_and_its_pathway_begins(desk, clinic):
    opened = ill(desk, clinic)
    drain()

    incident = Incident.objects.get()
    assert (incident.state, incident.opened_at, incident.opened_by_id) == (
        "open", at(9, 55), desk.user_id,
    )  # fmt: skip
    assert incident.number.startswith("S20310303-01-")
    assert steps(opened.id) == dict.fromkeys(
        ["doctor", "nurse", "ambulance", "family", "close"], "open"
    )
    due = Step.objects.get(key="doctor").due_at
    assert due == at(9, 58)


@pytest.mark.parametrize("kind", ["equipment", "upset", "flow"])
def test_each_kind_begins_its_own_pathway(desk, clinic, kind):
    opened = ill(desk, clinic, kind=kind)
    drain()

    assert Case.objects.get(subject_id=opened.id).key == f"incident_{kind}"


def test_everybody_at_the_site_is_told_of_an_illness_and_nobody_elsewhere(desk, doctor, clinic):
    ill(desk, clinic)
    with clock.at(SUNDAY_EVENING):
        elsewhere = make_clinic()
    stranger = make_staff("doctor", site_id=elsewhere.site_id).actor()

    assert [one.is_illness for one in alarms(doctor, clinic.site_id)] == [True]
    assert alarms(stranger, elsewhere.site_id) == []
    with pytest.raises(NotFound):
        alarms(stranger, clinic.site_id)
    topics = Event.objects.get(name="IncidentOpened").topics
    assert f"incidents:{clinic.site_id}" in topics


def test_an_upset_visitor_stands_only_on_the_pages_of_who_must_act(desk, doctor, clinic):
    ill(desk, clinic, kind="upset", what="等了一小时")

    assert len(alarms(desk, clinic.site_id)) == 1
    assert alarms(doctor, clinic.site_id) == []
    assert len(incidents(doctor, clinic.site_id, Wanted())) == 1


def test_an_alarm_names_no_patient(desk, doctor, clinic):
    ill(desk, clinic, patient_id=clinic.patient("林晓芳"), what="晕倒")

    found = alarms(doctor, clinic.site_id)[0]

    assert (found.line.patient, found.line.what) == (None, "")


def test_the_timeline_stands_in_the_order_of_what_truly_happened(desk, doctor, clinic):
    opened = ill(desk, clinic)
    with clock.at(at(10, 4)):
        note_deed(actor=doctor, incident_id=opened.id, deed="doctor_there")
        note_deed(actor=desk, incident_id=opened.id, deed="called_120", at=at(9, 57))
        note_deed(actor=desk, incident_id=opened.id, text="摔倒时无人扶", at=at(9, 53))
    drain()

    page = incident_page(desk, opened.id)
    assert [(one.at, one.minutes, one.deed) for one in page.entries] == [
        (at(9, 53), -2, ""), (at(9, 57), 2, "called_120"), (at(10, 4), 9, "doctor_there"),
    ]  # fmt: skip
    assert [one.is_late_entry for one in page.entries] == [True, True, False]
    assert steps(opened.id)["doctor"] == "closed"
    assert steps(opened.id)["ambulance"] == "closed"
    assert steps(opened.id)["nurse"] == "open"


@pytest.mark.parametrize("when", [at(8, 54), at(9, 56)])
def test_nothing_was_done_in_the_future_or_long_before(desk, clinic, when):
    opened = ill(desk, clinic)

    with pytest.raises(TimeCannotBe):
        note_deed(actor=desk, incident_id=opened.id, deed="called_120", at=when)

    assert not IncidentEntry.objects.exists()


@pytest.mark.parametrize("said", [{}, {"text": "  "}, {"deed": "flown"}, {"deed": "sign"}])
def test_a_line_says_something_of_this_script(desk, clinic, said):
    opened = ill(desk, clinic)

    with pytest.raises(NothingNoted):
        note_deed(actor=desk, incident_id=opened.id, **said)

    assert not IncidentEntry.objects.exists()


def test_what_is_done_once_is_written_once_and_what_is_done_often_often(desk, doctor, clinic):
    opened = ill(desk, clinic)
    note_deed(actor=desk, incident_id=opened.id, deed="called_120")
    for text in ("肾上腺素 0.5 mg", "再次 0.5 mg"):
        note_deed(actor=doctor, incident_id=opened.id, deed="medicine", text=text)
    for actor in (desk, doctor):
        note_deed(actor=actor, incident_id=opened.id, deed="coming")

    with pytest.raises(AlreadyNoted):
        note_deed(actor=doctor, incident_id=opened.id, deed="called_120")
    with pytest.raises(AlreadyNoted):
        note_deed(actor=doctor, incident_id=opened.id, deed="coming")

    assert IncidentEntry.objects.count() == 5
    found = alarms(doctor, clinic.site_id)[0]
    assert {str(name) for name in found.coming} == {"前台小王", "陈医生"}
    assert found.i_am_coming


def test_a_line_that_was_a_mistake_is_struck_out_and_its_step_is_open_again(desk, clinic):
    opened = ill(desk, clinic)
    offer = note_deed(actor=desk, incident_id=opened.id, deed="called_120")
    drain()
    assert steps(opened.id)["ambulance"] == "closed"

    undo_note_deed(actor=desk, undo_id=offer)
    drain()

    assert IncidentEntry.objects.get().struck_at == at(9, 55)
    assert steps(opened.id)["ambulance"] == "open"
    note_deed(actor=desk, incident_id=opened.id, deed="called_120")
    assert {one.is_struck for one in incident_page(desk, opened.id).entries} == {True, False}


def test_a_doctor_who_does_not_come_is_made_known_to_the_manager(desk, clinic):
    opened = ill(desk, clinic)
    drain()

    with clock.at(at(9, 59)):
        drain()

    step = Step.objects.get(case__subject_id=opened.id, key="doctor")
    assert (step.level, step.escalated_to) == (1, ["manager"])


def test_it_ends_with_an_outcome_and_a_manager_looks_back(desk, clinic):
    opened = ill(desk, clinic)
    drain()
    close_incident(actor=desk, incident_id=opened.id, outcome="taken_away", note="市一院")
    drain()

    assert alarms(desk, clinic.site_id) == []
    line = incident_page(desk, opened.id).line
    assert (line.outcome, line.outcome_note, line.closed_at) == ("taken_away", "市一院", at(9, 55))
    assert Case.objects.get(key="incident_illness").state == "closed"
    assert steps(opened.id, "incident_review") == {"review": "open"}
    with pytest.raises(IncidentOver):
        note_deed(actor=desk, incident_id=opened.id, text="后来")
    with pytest.raises(IncidentOver):
        close_incident(actor=desk, incident_id=opened.id, outcome="recovered")


def test_who_leaves_without_a_solution_is_owed_an_answer(desk, clinic):
    opened = ill(desk, clinic, kind="upset")
    close_incident(actor=desk, incident_id=opened.id, outcome="left")
    drain()

    step = Step.objects.get(case__key="incident_complaint")
    assert (step.role, step.state) == ("manager", "open")
    assert step.due_at - at(9, 55) >= timedelta(days=5)


def test_an_outcome_of_another_kind_is_refused(desk, clinic):
    opened = ill(desk, clinic)

    with pytest.raises(OutcomeDoesNotFit):
        close_incident(actor=desk, incident_id=opened.id, outcome="repaired")

    assert Incident.objects.get().state == "open"


def test_closing_is_taken_back(desk, clinic):
    opened = ill(desk, clinic)
    drain()
    offer = close_incident(actor=desk, incident_id=opened.id, outcome="recovered")
    drain()

    undo_close_incident(actor=desk, undo_id=offer)
    drain()

    incident = Incident.objects.get()
    assert (incident.state, incident.outcome, incident.closed_at) == ("open", "", None)
    assert Case.objects.get(key="incident_illness").state == "open"
    assert Case.objects.get(key="incident_review").state == "abandoned"
    assert len(alarms(desk, clinic.site_id)) == 1


def test_a_false_alarm_is_taken_back_as_long_as_nothing_was_done(desk, clinic):
    first, second = ill(desk, clinic), ill(desk, clinic)
    note_deed(actor=desk, incident_id=second.id, deed="coming")
    drain()

    undo_open_incident(actor=desk, undo_id=first.undo_id)
    with pytest.raises(BuiltUpon):
        undo_open_incident(actor=desk, undo_id=second.undo_id)
    drain()

    assert Incident.objects.get(pk=first.id).state == "withdrawn"
    assert Case.objects.get(subject_id=first.id).state == "abandoned"
    assert Incident.objects.get(pk=second.id).state == "open"


def test_what_is_learnt_later_is_added_and_a_stale_page_changes_nothing(desk, clinic):
    opened = ill(desk, clinic)
    patient = clinic.patient("林晓芳")

    describe_incident(
        actor=desk, incident_id=opened.id, place="大厅", what="晕倒", patient_id=patient, version=1
    )
    with pytest.raises(Stale):
        describe_incident(
            actor=desk, incident_id=opened.id, place="二楼", what="", patient_id=None, version=1
        )

    line = incident_page(desk, opened.id).line
    assert (line.place, line.what, line.patient.id) == ("大厅", "晕倒", patient)


def test_only_who_may_report_does_and_only_who_may_settle_closes(desk, clinic):
    opened = ill(desk, clinic)
    cashier = make_staff("cashier", site_id=clinic.site_id).actor()

    with pytest.raises(NotFound):
        ill(nobody_at(clinic.site_id), clinic)
    with pytest.raises(NotAllowed):
        close_incident(actor=cashier, incident_id=opened.id, outcome="recovered")
    note_deed(actor=cashier, incident_id=opened.id, deed="coming")

    assert Incident.objects.get().state == "open"


def test_the_list_is_narrowed_by_kind_state_and_days(desk, clinic):
    ill(desk, clinic)
    with clock.at(at(9, day=1)):
        opened = ill(desk, clinic, kind="flow")
        close_incident(actor=desk, incident_id=opened.id, outcome="cleared")
        numbers = [
            len(incidents(desk, clinic.site_id, wanted))
            for wanted in (
                Wanted(),
                Wanted(kind="flow"),
                Wanted(state="open"),
                Wanted(from_on=at(9, day=1).date()),
                Wanted(until_on=at(9).date()),
                Wanted(kind="flow", state="open"),
            )
        ]

    assert numbers == [2, 1, 1, 1, 1, 0]


@pytest.mark.parametrize("many", [1, 12])
def test_reading_costs_the_same_however_many_there_are(desk, clinic, many):
    patient = clinic.patient()

    def cost(read):
        with CaptureQueriesContext(connection) as queries:
            read()
        return len(queries)

    assert cost(lambda: alarms(desk, clinic.site_id)) == 1
    for _ in range(many):
        opened = fault(desk, clinic, patient_id=patient)
        note_deed(actor=desk, incident_id=opened.id, deed="sign")

    assert cost(lambda: alarms(desk, clinic.site_id)) == 6
    assert cost(lambda: incidents(desk, clinic.site_id, Wanted())) == 6
    assert cost(lambda: incident_page(desk, opened.id)) == 9
