"""Whoever was seen is asked within a day how they are."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yilu.aftercare.errors import AlreadyEnded, OutcomeMissing
from yilu.aftercare.models import FollowUp
from yilu.aftercare.operations.follow_ups import (
    Outcome,
    call_off_follow_up,
    note_no_answer,
    plan_follow_up,
    record_outcome,
    undo_no_answer,
    undo_outcome,
)
from yilu.aftercare.operations.sheets import mark_sheet_read
from yilu.aftercare.selectors.follow_ups import worklist
from yilu.aftercare.selectors.sheets import after_visit_sheet
from yilu.aftercare.selectors.topics import follow_ups_topic
from yilu.aftercare.tests.factories import CLERK, Gone, carer, seen_and_gone
from yilu.clinical.tests.factories import make_room, prescribed
from yilu.facility.tests.factories import make_site
from yilu.messaging.models import Message
from yilu.pathways import permissions as pathways
from yilu.pathways.operations.definitions import publish_definitions
from yilu.pathways.selectors.cases import case_steps
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import Event, User
from yilu.platform.testing import drain
from yilu.platform.undo import BuiltUpon
from yilu.visits.operations.visits import (
    begin_care,
    close_visit,
    end_care,
    open_visit,
    reopen_visit,
)
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 3, 3, 3, tzinfo=UTC)
WELL = Outcome(recovery="well", medication="as_told", satisfaction=5)


@pytest.fixture(autouse=True)
def _morning():
    with clock.at(NOW):
        yield


@pytest.fixture
def site_id() -> UUID:
    site = make_site()
    make_staff("care", site_id=site)
    publish_definitions(actor=Actor.system("setter", pathways.PUBLISH))
    return site


@pytest.fixture
def gone(site_id: UUID) -> Gone:
    left = seen_and_gone(site_id)
    drain()
    return left


def due_one(gone: Gone) -> FollowUp:
    return FollowUp.objects.get(visit_id=gone.visit_id)


@pytest.mark.covers("G01")
def test_whoever_was_seen_is_called_within_a_day_and_gets_the_sheet(gone: Gone):
    held = due_one(gone)
    assert (held.state, held.due_at) == ("due", NOW + timedelta(hours=24))
    steps = case_steps(held.pk)
    assert [(step.key, step.state) for step in steps] == [("call", "open"), ("review", "waiting")]
    told = Message.objects.filter(template="after_visit", channel="sms").get()
    assert "/v/" in told.body
    assert "/sheet" in told.body


def test_whoever_left_without_being_seen_is_not_called(site_id: UUID):
    gone = seen_and_gone(site_id)
    drain()
    visit = open_visit(actor=CLERK, patient_id=gone.patient_id, site_id=site_id, kind="walk_in")
    close_visit(actor=CLERK, visit_id=visit)
    drain()
    assert FollowUp.objects.count() == 1


def test_hearing_twice_plans_once(gone: Gone):
    plan_follow_up(actor=CLERK, visit_id=gone.visit_id)
    assert FollowUp.objects.count() == 1
    assert Message.objects.filter(template="after_visit").count() == 1


def test_a_patient_who_is_back_is_called_only_after_leaving_again(gone: Gone):
    reopen_visit(actor=CLERK, visit_id=gone.visit_id)
    drain()
    assert due_one(gone).state == "cancelled"
    close_visit(actor=CLERK, visit_id=gone.visit_id)
    drain()
    assert due_one(gone).state == "due"


def test_a_return_heard_after_the_patient_had_left_again_calls_nothing_off(gone: Gone):
    reopen_visit(actor=CLERK, visit_id=gone.visit_id)
    close_visit(actor=CLERK, visit_id=gone.visit_id)
    drain()

    call_off_follow_up(actor=CLERK, visit_id=gone.visit_id)

    assert due_one(gone).state == "due"


def test_who_is_back_before_anybody_heard_that_they_left_is_called_only_after_leaving(
    site_id: UUID,
):
    gone = seen_and_gone(site_id)
    reopen_visit(actor=CLERK, visit_id=gone.visit_id)
    drain()
    assert not FollowUp.objects.exists()
    assert not Message.objects.filter(template="after_visit").exists()

    close_visit(actor=CLERK, visit_id=gone.visit_id)
    drain()
    assert due_one(gone).state == "due"


def test_who_came_back_and_gave_up_waiting_is_called_by_nobody_however_late_it_is_heard(
    site_id: UUID,
):
    gone = seen_and_gone(site_id)
    reopen_visit(actor=CLERK, visit_id=gone.visit_id)
    end_care(actor=CLERK, visit_id=gone.visit_id)
    close_visit(actor=CLERK, visit_id=gone.visit_id)

    drain()

    assert not FollowUp.objects.exists()


def test_what_the_patient_says_is_kept_and_can_be_taken_back(gone: Gone):
    actor = carer(gone.site_id)
    offer = record_outcome(actor=actor, follow_up_id=due_one(gone).pk, outcome=WELL)
    drain()
    held = due_one(gone)
    assert (held.state, held.recovery, held.needs_doctor) == ("done", "well", False)
    assert [step.key for step in case_steps(held.pk)] == ["call"]
    undo_outcome(actor=actor, undo_id=offer)
    drain()
    held = due_one(gone)
    assert (held.state, held.recovery, held.ended_at) == ("due", "", None)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(recovery="worse"),
        Outcome(recovery="better", reactions="皮疹"),
        Outcome(recovery="same", needs_doctor=True),
    ],
)
@pytest.mark.covers("G01")
def test_what_is_not_right_goes_to_a_doctor(gone: Gone, outcome: Outcome):
    held = due_one(gone)
    record_outcome(actor=carer(gone.site_id), follow_up_id=held.pk, outcome=outcome)
    drain()
    review = case_steps(held.pk)[-1]
    assert (review.key, review.role, review.state) == ("review", "doctor", "open")


def test_after_three_tries_a_patient_counts_as_not_reached(gone: Gone):
    actor, held = carer(gone.site_id), due_one(gone)
    tries = [note_no_answer(actor=actor, follow_up_id=held.pk).left for _ in range(3)]
    assert tries == [2, 1, 0]
    assert due_one(gone).state == "no_answer"
    with pytest.raises(AlreadyEnded):
        record_outcome(actor=actor, follow_up_id=held.pk, outcome=WELL)


def test_a_call_that_nobody_took_stays_due_in_its_day_and_can_be_taken_back(gone: Gone):
    actor, planned = carer(gone.site_id), due_one(gone).due_at
    early = note_no_answer(actor=actor, follow_up_id=due_one(gone).pk)
    with clock.at(NOW + timedelta(hours=23)):
        late = note_no_answer(actor=actor, follow_up_id=due_one(gone).pk)
        with pytest.raises(BuiltUpon):
            undo_no_answer(actor=actor, undo_id=early.undo_id)
        undo_no_answer(actor=actor, undo_id=late.undo_id)

    assert early.due_at == planned
    assert late.due_at == NOW + timedelta(hours=26)
    assert (due_one(gone).tries, due_one(gone).due_at) == (1, planned)


def test_who_counts_as_not_reached_by_mistake_is_on_the_list_again(gone: Gone):
    actor, held = carer(gone.site_id), due_one(gone)
    last = [note_no_answer(actor=actor, follow_up_id=held.pk) for _ in range(3)][-1]
    drain()

    undo_no_answer(actor=actor, undo_id=last.undo_id)
    drain()

    assert (due_one(gone).state, due_one(gone).ended_at, due_one(gone).tries) == ("due", None, 2)
    assert next((step.key, step.state) for step in case_steps(held.pk)) == ("call", "open")


def test_the_list_tells_of_a_try_by_when_to_call_again_and_names_the_day_of_the_visit(gone: Gone):
    held = due_one(gone)
    FollowUp.objects.update(planned_at=NOW + timedelta(days=2))
    client = Client(headers={"HX-Request": "true"})
    client.cookies["yilu_language"] = "en"
    client.force_login(User.objects.get(pk=make_staff("care", site_id=gone.site_id).user_id))

    answer = client.post(
        reverse("aftercare:no-answer", args=[held.pk]),
        {"version": held.version, "request_key": new_id().hex},
    )
    page = client.get(reverse("aftercare:worklist", args=[gone.site_id])).text

    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["text"] == "Nobody answered. Call again by Tue 4 Mar 11:00; 2 tries left."
    assert toast["undo"]
    assert "Mon 3 Mar" in page
    assert "Wed 5 Mar" not in page
    told = Event.objects.get(name="FollowUpTried")
    assert follow_ups_topic(gone.site_id) in told.topics


def test_refusals_change_nothing(gone: Gone):
    held = due_one(gone)
    looker = carer(gone.site_id, "aftercare.see")
    cases = [
        (looker, WELL, None, NotAllowed),
        (carer(make_site()), WELL, None, NotFound),
        (carer(gone.site_id), Outcome(recovery=""), None, OutcomeMissing),
        (carer(gone.site_id), WELL, held.version + 1, Stale),
    ]
    for actor, outcome, version, refusal in cases:
        with pytest.raises(refusal):
            record_outcome(actor=actor, follow_up_id=held.pk, outcome=outcome, version=version)
    assert due_one(gone).state == "due"


def test_the_sheet_holds_what_was_signed_and_remembers_being_read():
    room = make_room()
    prescribed(room)
    patient = Actor(kind="patient", name="", owns=frozenset({room.patient_id}))
    sheet = after_visit_sheet(patient, room.visit_id)
    assert [one.name["en"] for one in sheet.medicines] == ["Paracetamol tablets"]
    assert [one.code for one in sheet.diagnoses] == ["J06.9"]
    with pytest.raises(NotFound):
        after_visit_sheet(Actor(kind="patient", name=""), room.visit_id)
    begin_care(actor=CLERK, visit_id=room.visit_id)
    close_visit(actor=CLERK, visit_id=room.visit_id)
    plan_follow_up(actor=CLERK, visit_id=room.visit_id)
    mark_sheet_read(actor=patient, visit_id=room.visit_id)
    read = FollowUp.objects.get().sheet_read_at
    with clock.at(NOW + timedelta(hours=1)):
        mark_sheet_read(actor=patient, visit_id=room.visit_id)
    assert FollowUp.objects.get().sheet_read_at == read == NOW


def test_the_worklist_costs_the_same_for_one_and_for_twelve(site_id: UUID):
    costs = []
    for more in (1, 11):
        for _each in range(more):
            plan_follow_up(actor=CLERK, visit_id=seen_and_gone(site_id).visit_id)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            found = worklist(carer(site_id), site_id)
        costs.append(len(seen))
    assert len(found.due) == 12
    assert costs == [costs[0]] * 2
    assert costs[0] <= 8
