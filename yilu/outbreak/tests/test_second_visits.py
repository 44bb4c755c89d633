"""Suspected, and checked in once more while the answers hold: each visit is suspected by itself."""

from datetime import timedelta

import pytest

from yilu.outbreak.errors import CaseThere
from yilu.outbreak.models import Screening
from yilu.outbreak.operations.cases import open_case
from yilu.outbreak.operations.suspecting import lift_suspicion, mark_suspected, meet_suspected
from yilu.outbreak.selectors.contacts import contacts
from yilu.outbreak.selectors.notices import notice
from yilu.outbreak.selectors.report import report
from yilu.outbreak.selectors.screenings import is_apart, suspects
from yilu.outbreak.selectors.times import times
from yilu.outbreak.tests.factories import answers, comes, turn_on
from yilu.platform import clock
from yilu.platform.models import AuditEntry
from yilu.queueing.models import Ticket
from yilu.reception.operations.arrivals import CheckedIn, check_in, walk_in
from yilu.reception.operations.undoing import undo_check_in
from yilu.scheduling.tests.factories import MONDAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def patient_id(ready):
    turn_on(ready)
    return ready.clinic.patient()


def walks_in(ready, patient_id, *yes: str, asked: bool = False) -> CheckedIn:
    return walk_in(
        actor=ready.desk, site_id=ready.site_id, patient_id=patient_id,
        service_id=ready.clinic.service_id, screening=answers(*yes) if asked else None,
    )  # fmt: skip


def queue_of(came: CheckedIn) -> str:
    return Ticket.objects.get(pk=came.ticket_id).queue.key


def test_who_is_suspected_stays_suspected_at_the_first_visit(ready, patient_id):
    booked = ready.clinic.book(at(10), patient_id=patient_id)
    with clock.at(at(9, 40)):
        near = comes(ready, name="同时候诊")
        first = walks_in(ready, patient_id, "fever", asked=True)
    (one,) = suspects(ready.nurse, ready.site_id)
    with clock.at(at(9, 50)):
        meet_suspected(actor=ready.nurse, screening_id=one.id)

    second = check_in(actor=ready.desk, booking_id=booked.id)

    assert is_apart(first.visit_id)
    assert is_apart(second.visit_id)
    assert {queue_of(first), queue_of(second)} == {"apart"} != {queue_of(near)}
    old, new = Screening.objects.filter(patient_id=patient_id).order_by("pk")
    assert (old.visit_id, old.apart_at, old.booking_id) == (first.visit_id, at(9, 40), None)
    assert (new.visit_id, new.apart_at, new.booking_id) == (second.visit_id, at(9, 55), booked.id)
    assert (new.first_id, new.answers, new.answered_at) == (old.pk, old.answers, old.answered_at)
    # They are at the door again: somebody is called to them again.
    assert [line.id for line in notice(ready.nurse, ready.site_id).unmet] == [new.pk]
    assert AuditEntry.objects.filter(action="outbreak.patient.suspected_again").count() == 1


def test_contacts_of_the_first_day_stay_when_the_patient_comes_the_next_day(ready, patient_id):
    comes(ready, name="第一天")
    ill = walks_in(ready, patient_id, asked=True)
    with clock.at(at(10, 5)):
        first = mark_suspected(actor=ready.nurse, visit_id=ill.visit_id, why="发热")
    with clock.at(at(9, day=1)):
        walks_in(ready, patient_id)
        found = contacts(ready.nurse, first)
        days = [one.clinic_day for one in suspects(ready.nurse, ready.site_id)]

    assert [str(one.patient.name) for one in found.patients] == ["第一天"]
    assert days == [TUESDAY, MONDAY]


def test_each_visits_suspicion_is_lifted_by_itself_and_the_latest_counts(ready, patient_id):
    first, second = walks_in(ready, patient_id, "fever", asked=True), walks_in(ready, patient_id)
    latest = Screening.objects.get(visit_id=second.visit_id)

    lift_suspicion(actor=ready.nurse, screening_id=latest.pk, reason="复测 36.5")
    third = walks_in(ready, patient_id)

    assert [is_apart(one.visit_id) for one in (first, second, third)] == [True, False, False]
    assert queue_of(third) == queue_of(second) != "apart"
    assert Screening.objects.count() == 2


def test_answers_without_a_finding_stay_with_the_visit_they_were_given_for(ready, patient_id):
    first, second = walks_in(ready, patient_id, "cough", asked=True), walks_in(ready, patient_id)

    assert Screening.objects.get().visit_id == first.visit_id
    assert queue_of(second) != "apart"


def test_a_check_in_taken_back_was_no_visit(ready, patient_id):
    mistaken = walks_in(ready, patient_id, "fever", asked=True)
    undo_check_in(actor=ready.desk, undo_id=mistaken.undo_id)

    again = walks_in(ready, patient_id)

    assert Screening.objects.get().visit_id == again.visit_id
    assert queue_of(again) == "apart"


def test_it_is_one_answer_in_every_figure_and_one_case(ready, patient_id):
    for asked in (True, False, False):
        walks_in(ready, patient_id, "fever", asked=asked)
    newest, middle, _first = suspects(ready.nurse, ready.site_id)
    facts = {"group": "other", "disease": "流感"}
    open_case(actor=ready.nurse, screening_id=newest.id, **facts)

    total = report(ready.desk, ready.site_id, MONDAY, MONDAY).total
    assert (total.screened, total.positive, total.apart) == (1, 1, 1)
    (line,) = times(ready.desk, ready.site_id)
    assert (line.screened, line.positive) == (1, 1)
    assert len({one.case_id for one in suspects(ready.nurse, ready.site_id)} - {None}) == 1
    with pytest.raises(CaseThere):
        open_case(actor=ready.doctor, screening_id=middle.id, **facts)
