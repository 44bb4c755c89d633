"""Calling: by the rule, once, to one patient a room; and taking it back."""

from datetime import timedelta

import pytest

from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event
from yilu.queueing.errors import (
    AlreadyQueued,
    BuiltUpon,
    NotServedHere,
    ReasonMissing,
    StationBusy,
    TicketMoveRefused,
    TooLateToUndo,
)
from yilu.queueing.models import Call
from yilu.queueing.operations.calling import (
    call_next,
    call_ticket,
    finish_ticket,
    recall_ticket,
    skip_ticket,
    start_ticket,
)
from yilu.queueing.operations.issuing import (
    issue_ticket,
    leave_queue,
    requeue_ticket,
    transfer_ticket,
)
from yilu.queueing.operations.undoing import (
    undo_call,
    undo_finish,
    undo_skip,
    undo_start,
    undo_transfer,
)
from yilu.queueing.tests.factories import TEN, at, make_actor, make_clinic, row
from yilu.visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_at_ten():
    with clock.at(TEN):
        yield


def trace() -> tuple[int, int, int]:
    return AuditEntry.objects.count(), Event.objects.count(), Call.objects.count()


def test_the_first_ticket_of_the_day_is_one_and_has_the_letter_of_its_queue():
    clinic = make_clinic()

    numbers = [clinic.ticket().number, clinic.ticket().number, clinic.ticket("cashier").number]

    letter = clinic.queue().letter
    assert numbers == [f"{letter}001", f"{letter}002", "S001"]


@pytest.mark.covers("B08")
def test_who_came_first_is_called_first():
    clinic = make_clinic()
    with clock.at(at(-5)):
        first = clinic.ticket()
    clinic.ticket()

    called = call_next(actor=clinic.actor, station_id=clinic.station().pk)

    assert called is not None
    assert (called.id, called.number) == (first.id, first.number)
    ticket = row(first.id)
    assert (ticket.state, ticket.station_id, ticket.called_at) == ("called", called.station_id, TEN)
    assert (ticket.version, called.version) == (2, 2)
    assert list(Call.objects.values_list("ticket_id", "called_at")) == [(first.id, TEN)]
    event = Event.objects.latest("seq")
    assert (event.name, event.body["kind"]) == ("TicketCalled", "consultation")
    assert f"queue:{ticket.queue_id}" in event.topics
    assert f"site-queues:{clinic.site_id}" in event.topics
    assert f"ticket:{first.id}" in event.topics
    assert AuditEntry.objects.filter(action="queueing.ticket.called").count() == 1


def test_when_nobody_waits_nobody_is_called():
    clinic = make_clinic()
    before = trace()

    assert call_next(actor=clinic.actor, station_id=clinic.station().pk) is None

    assert trace() == before


@pytest.mark.covers("B08")
def test_one_patient_is_at_a_station_unless_the_doctor_says_why():
    clinic = make_clinic()
    station = clinic.station().pk
    with clock.at(at(-1)):
        clinic.ticket()
    second = clinic.ticket()
    call_next(actor=clinic.actor, station_id=station)
    before = trace()

    with pytest.raises(StationBusy):
        call_next(actor=clinic.actor, station_id=station)

    assert trace() == before
    assert row(second.id).state == "waiting"
    called = call_next(actor=clinic.actor, station_id=station, reason="Twins")
    assert called is not None
    assert (called.id, row(called.id).beside, row(called.id).reason) == (second.id, True, "Twins")


def test_a_station_calls_only_from_the_queues_it_serves():
    clinic = make_clinic()
    clinic.ticket("cashier")

    with pytest.raises(NotServedHere):
        call_next(
            actor=clinic.actor,
            station_id=clinic.station().pk,
            queue_id=clinic.queue("cashier").pk,
        )


def test_without_the_grant_nobody_is_called():
    clinic = make_clinic()
    ticket = clinic.ticket()
    before = trace()

    with pytest.raises(NotAllowed):
        call_next(
            actor=make_actor(clinic.site_id, ["queueing.see"]), station_id=clinic.station().pk
        )
    with pytest.raises(NotFound):
        call_next(actor=make_actor(clinic.site_id, []), station_id=clinic.station().pk)

    assert trace() == before
    assert row(ticket.id).version == 1


def test_calling_somebody_out_of_turn_needs_a_reason():
    clinic = make_clinic()
    clinic.ticket()
    with clock.at(at(1)):
        second = clinic.ticket()
        with pytest.raises(ReasonMissing):
            call_ticket(actor=clinic.actor, ticket_id=second.id, station_id=clinic.station().pk)

        called = call_ticket(
            actor=clinic.actor, ticket_id=second.id, station_id=clinic.station().pk, reason="Fever"
        )

    assert (called.number, row(second.id).reason) == (second.number, "Fever")
    assert row(second.id).beside is False


def test_calling_who_is_next_by_name_needs_none():
    clinic = make_clinic()
    first = clinic.ticket()
    with clock.at(at(1)):
        clinic.ticket()
        call_ticket(actor=clinic.actor, ticket_id=first.id, station_id=clinic.station().pk)

    assert row(first.id).state == "called"


def test_a_patient_goes_from_called_to_in_room_to_finished():
    clinic = make_clinic()
    ticket = clinic.ticket()
    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    with clock.at(at(2)):
        start_ticket(actor=clinic.actor, ticket_id=ticket.id)
    with clock.at(at(12)):
        finish_ticket(actor=clinic.actor, ticket_id=ticket.id)
        finish_ticket(actor=clinic.actor, ticket_id=ticket.id)

    done = row(ticket.id)
    assert (done.state, done.started_at, done.ended_at) == ("finished", at(2), at(12))
    assert Visit.objects.get(pk=done.visit_id).state == "in_care"
    assert Event.objects.filter(name="TicketFinished").count() == 1


def test_who_is_finished_without_being_started_was_in_since_the_call():
    clinic = make_clinic()
    ticket = clinic.ticket("cashier")
    call_next(actor=clinic.actor, station_id=clinic.station("cashier").pk)
    with clock.at(at(3)):
        finish_ticket(actor=clinic.actor, ticket_id=ticket.id)

    assert row(ticket.id).started_at == TEN
    assert Visit.objects.get(pk=row(ticket.id).visit_id).state == "arrived"


def test_who_is_served_at_a_window_without_a_call_has_finished():
    clinic = make_clinic()
    ticket = clinic.ticket("cashier")
    finish_ticket(actor=clinic.actor, ticket_id=ticket.id)

    done = row(ticket.id)
    assert (done.state, done.started_at, done.ended_at) == ("finished", None, TEN)


def test_a_number_is_called_again_and_said_again():
    clinic = make_clinic()
    ticket = clinic.ticket()
    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    with clock.at(at(1)):
        recall_ticket(actor=clinic.actor, ticket_id=ticket.id)

    assert row(ticket.id).recalls == 1
    assert Call.objects.filter(ticket_id=ticket.id).count() == 2


def test_who_waits_cannot_be_recalled_started_or_missed():
    clinic = make_clinic()
    ticket = clinic.ticket()
    before = trace()

    for deed in (recall_ticket, start_ticket, skip_ticket):
        with pytest.raises(TicketMoveRefused):
            deed(actor=clinic.actor, ticket_id=ticket.id)

    assert trace() == before
    assert row(ticket.id).version == 1


@pytest.mark.covers("B08")
def test_who_misses_a_call_frees_the_station_and_waits_again_some_places_back():
    clinic = make_clinic()
    missed = clinic.ticket()
    others = []
    for n in range(1, 5):
        with clock.at(at(n)):
            others.append(clinic.ticket())
    with clock.at(at(6)):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        skip_ticket(actor=clinic.actor, ticket_id=missed.id)
        requeue_ticket(actor=clinic.actor, ticket_id=missed.id)

        order = []
        for _ in range(5):
            called = call_next(actor=clinic.actor, station_id=clinic.station().pk)
            assert called is not None
            order.append(called.id)
            finish_ticket(actor=clinic.actor, ticket_id=called.id)

    assert order == [others[0].id, others[1].id, missed.id, others[2].id, others[3].id]
    assert row(missed.id).skips == 1


def test_one_visit_waits_once_in_a_queue():
    clinic = make_clinic()
    visit, patient = clinic.visit()
    issue = {"visit_id": visit, "patient_id": patient}
    clinic_queue = clinic.queue().pk
    from_desk = {"actor": clinic.actor, "queue_id": clinic_queue, **issue}
    first = issue_ticket(**from_desk)
    before = trace()

    with pytest.raises(AlreadyQueued):
        issue_ticket(**from_desk)

    assert trace() == before
    leave_queue(actor=clinic.actor, ticket_id=first.id, reason="Went home")
    assert issue_ticket(**from_desk).number != first.number


def test_a_stale_page_changes_nothing():
    clinic = make_clinic()
    ticket = clinic.ticket()
    call_next(actor=clinic.actor, station_id=clinic.station().pk)

    with pytest.raises(Stale):
        skip_ticket(actor=clinic.actor, ticket_id=ticket.id, version=1)

    assert row(ticket.id).state == "called"


@pytest.mark.covers("B08")
def test_each_deed_can_be_taken_back_in_turn():
    clinic = make_clinic()
    ticket = clinic.ticket()
    before = row(ticket.id)
    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    start_ticket(actor=clinic.actor, ticket_id=ticket.id)
    finish_ticket(actor=clinic.actor, ticket_id=ticket.id)

    undo_finish(actor=clinic.actor, ticket_id=ticket.id)
    assert row(ticket.id).state == "in_room"
    undo_back = row(ticket.id)
    assert (undo_back.ended_at, undo_back.station_id) == (None, clinic.station().pk)
    with pytest.raises(BuiltUpon):
        undo_finish(actor=clinic.actor, ticket_id=ticket.id)
    assert before.turn_at == undo_back.turn_at


def test_a_call_is_taken_back_and_forgotten_by_the_screens():
    clinic = make_clinic()
    ticket = clinic.ticket()
    before = row(ticket.id)
    call_next(actor=clinic.actor, station_id=clinic.station().pk)

    undo_call(actor=clinic.actor, ticket_id=ticket.id)

    after = row(ticket.id)
    assert (after.state, after.turn_at, after.station_id) == ("waiting", before.turn_at, None)
    assert Call.objects.get().undone_at == TEN
    assert AuditEntry.objects.filter(action="queueing.ticket.called_undone").count() == 1


def test_a_start_is_taken_back_with_the_care_of_the_visit():
    clinic = make_clinic()
    ticket = clinic.ticket()
    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    start_ticket(actor=clinic.actor, ticket_id=ticket.id)

    undo_start(actor=clinic.actor, ticket_id=ticket.id)

    assert row(ticket.id).state == "called"
    assert Visit.objects.get(pk=row(ticket.id).visit_id).state == "arrived"


def test_what_was_built_upon_cannot_be_taken_back():
    clinic = make_clinic()
    ticket = clinic.ticket()
    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    start_ticket(actor=clinic.actor, ticket_id=ticket.id)
    before = trace()

    with pytest.raises(BuiltUpon):
        undo_call(actor=clinic.actor, ticket_id=ticket.id)

    assert trace() == before
    assert row(ticket.id).state == "in_room"


def test_after_ten_minutes_nothing_is_taken_back():
    clinic = make_clinic()
    ticket = clinic.ticket()
    with clock.at(TEN, machine=TEN):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
    with (
        clock.at(TEN, machine=TEN + timedelta(minutes=10, seconds=1)),
        pytest.raises(TooLateToUndo),
    ):
        undo_call(actor=clinic.actor, ticket_id=ticket.id)

    assert row(ticket.id).state == "called"


def test_a_missed_call_is_taken_back_unless_the_station_is_busy():
    clinic = make_clinic()
    ticket = clinic.ticket()
    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    skip_ticket(actor=clinic.actor, ticket_id=ticket.id)

    undo_skip(actor=clinic.actor, ticket_id=ticket.id)

    assert (row(ticket.id).state, row(ticket.id).skips) == ("called", 0)


def test_a_transfer_keeps_number_and_time_and_can_be_taken_back():
    clinic = make_clinic()
    ticket = clinic.ticket()
    before = row(ticket.id)
    target = clinic.queue("assessment").pk

    with pytest.raises(ReasonMissing):
        transfer_ticket(actor=clinic.actor, ticket_id=ticket.id, queue_id=target, reason=" ")
    transfer_ticket(actor=clinic.actor, ticket_id=ticket.id, queue_id=target, reason="Fever")

    moved = row(ticket.id)
    assert (moved.queue_id, moved.number, moved.turn_at) == (target, before.number, before.turn_at)
    undo_transfer(actor=clinic.actor, ticket_id=ticket.id)
    back = row(ticket.id)
    assert (back.queue_id, back.practitioner_id) == (before.queue_id, clinic.doctor_id)
