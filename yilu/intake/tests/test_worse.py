"""A patient who waits feels worse: one call, seen by a nurse, and the queue follows."""

from dataclasses import fields
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.intake import permissions
from yilu.intake.errors import LevelNeedsReason, NotWithUs, SeenAlready
from yilu.intake.models import FeltWorse
from yilu.intake.operations.worse import answer_worse, say_worse
from yilu.intake.selectors.worse import open_calls, worse_of
from yilu.messaging.models import Message
from yilu.pathways.jobs import follow
from yilu.pathways.operations.definitions import publish_definitions
from yilu.pathways.selectors.cases import case_steps
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import Event
from yilu.platform.outbox import Told
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_ticket
from yilu.queueing.selectors.boards import TicketRow, queue_board
from yilu.queueing.tests.factories import Clinic, make_clinic, row
from yilu.scheduling.tests.factories import SUNDAY_EVENING
from yilu.scheduling.tests.test_races import at_once
from yilu.visits.operations.visits import close_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B18")]


def mine(ticket: Ticket) -> Actor:
    """The patient of a ticket, by the link of their visit."""
    return Actor("patient", "link", owns=frozenset({ticket.visit_id}))


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def nurse(clinic: Clinic) -> Actor:
    return make_staff("nurse", site_id=clinic.site_id).actor()


@pytest.fixture
def ticket(clinic: Clinic) -> Ticket:
    with clock.at(SUNDAY_EVENING - timedelta(minutes=1)):
        clinic.ticket()
    return row(clinic.ticket().id)


def said() -> int:
    return Event.objects.filter(name="PatientFeltWorse").count()


def board(clinic: Clinic) -> tuple[TicketRow, ...]:
    return queue_board(clinic.actor, clinic.queue().pk).waiting


def hear_all() -> None:
    """What the worker does with events, by hand."""
    for event in Event.objects.order_by("seq"):
        follow(Told(**{one.name: getattr(event, one.name) for one in fields(Told)}))


def test_one_press_calls_the_nurse_and_tells_the_patient(
    clinic: Clinic, ticket: Ticket, nurse: Actor
) -> None:
    told = say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    assert told.is_new
    (line,) = open_calls(nurse, clinic.site_id)
    assert (line.id, line.number, line.level, line.presses) == (told.id, ticket.number, 4, 1)
    assert said() == 1
    assert Message.objects.filter(template="felt_worse").exists()
    now = worse_of(ticket.visit_id)
    assert now is not None
    assert now.is_open


def test_pressed_again_it_is_one_call_with_what_was_added(
    clinic: Clinic, ticket: Ticket, nurse: Actor
) -> None:
    first = say_worse(actor=mine(ticket), visit_id=ticket.visit_id, words="头晕")
    second = say_worse(actor=mine(ticket), visit_id=ticket.visit_id, words="现在胸痛")
    assert (second.id, second.is_new) == (first.id, False)
    (line,) = open_calls(nurse, clinic.site_id)
    assert (line.presses, line.words, line.suggested) == (2, "头晕\n现在胸痛", 2)
    assert [str(one) for one in line.alarms] == ["胸痛或胸闷伴出汗、放射痛"]
    assert said() == 1
    assert FeltWorse.objects.count() == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_ten_presses_at_the_same_moment_are_one_call() -> None:
    clinic = make_clinic()
    one = row(clinic.ticket().id)

    def press() -> None:
        say_worse(actor=mine(one), visit_id=one.visit_id)

    assert at_once([press] * 10) == {"done": 10}
    assert list(FeltWorse.objects.values_list("presses", flat=True)) == [10]
    assert said() == 1


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_nurses_who_answer_at_once_close_it_once() -> None:
    clinic = make_clinic()
    one = row(clinic.ticket().id)
    told = say_worse(actor=mine(one), visit_id=one.visit_id)
    nurses = [make_staff("nurse", site_id=clinic.site_id).actor() for _n in range(2)]

    def answer(actor: Actor) -> None:
        answer_worse(actor=actor, feltworse_id=told.id, level=2, reason="面色苍白")

    done = at_once([partial(answer, one) for one in nurses])
    assert done == {"done": 1, "worse_seen_already": 1}


def test_the_nurse_sets_the_level_and_the_queue_follows_with_the_reason(
    clinic: Clinic, ticket: Ticket, nurse: Actor
) -> None:
    ahead = [one.number for one in board(clinic)]
    assert ahead[-1] == ticket.number
    told = say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    assert [one.number for one in board(clinic)] == ahead  # Nobody moves before a nurse looked.
    answer_worse(actor=nurse, feltworse_id=told.id, level=2, reason="胸痛、出冷汗", version=1)
    assert board(clinic)[0].number == ticket.number
    moved = row(ticket.pk)
    assert (moved.level, moved.reason) == (2, "胸痛、出冷汗")
    kept = FeltWorse.objects.get()
    assert (kept.state, kept.level_before, kept.level) == ("answered", 4, 2)
    assert kept.answered_by_id == nurse.user_id
    assert open_calls(nurse, clinic.site_id) == []


def test_only_a_nurse_or_doctor_closes_it(clinic: Clinic, ticket: Ticket, nurse: Actor) -> None:
    told = say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    desk = make_staff("front_desk", site_id=clinic.site_id).actor()
    with pytest.raises(NotAllowed):
        answer_worse(actor=desk, feltworse_id=told.id, level=4, reason="没事")
    with pytest.raises(NotFound):
        answer_worse(actor=mine(ticket), feltworse_id=told.id, level=4, reason="没事")
    assert len(open_calls(nurse, clinic.site_id)) == 1
    assert row(ticket.pk).level == 4


def test_without_a_reason_or_a_level_nothing_is_closed(
    clinic: Clinic, ticket: Ticket, nurse: Actor
) -> None:
    told = say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    for level, reason in ((2, "  "), (0, "胸痛"), (5, "胸痛")):
        with pytest.raises(LevelNeedsReason):
            answer_worse(actor=nurse, feltworse_id=told.id, level=level, reason=reason)
    with pytest.raises(Stale):
        answer_worse(actor=nurse, feltworse_id=told.id, level=2, reason="胸痛", version=9)
    assert FeltWorse.objects.get().state == "open"
    answer_worse(actor=nurse, feltworse_id=told.id, level=3, reason="头晕")
    with pytest.raises(SeenAlready):
        answer_worse(actor=nurse, feltworse_id=told.id, level=1, reason="再改")
    assert FeltWorse.objects.get().level == 3


def test_it_can_be_said_anew_after_it_was_closed(
    clinic: Clinic, ticket: Ticket, nurse: Actor
) -> None:
    first = say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    answer_worse(actor=nurse, feltworse_id=first.id, level=4, reason="生命体征平稳")
    second = say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    assert second.is_new
    assert second.id != first.id


def test_nobody_presses_for_another_and_no_one_after_the_visit(
    clinic: Clinic, ticket: Ticket, nurse: Actor
) -> None:
    stranger = Actor("patient", "other", owns=frozenset({new_id()}))
    with pytest.raises(NotFound):
        say_worse(actor=stranger, visit_id=ticket.visit_id)
    close_visit(actor=clinic.actor, visit_id=ticket.visit_id)
    with pytest.raises(NotWithUs):
        say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    assert not FeltWorse.objects.exists()


def test_a_patient_who_is_in_the_room_is_looked_at_without_moving_a_queue(
    clinic: Clinic, ticket: Ticket, nurse: Actor
) -> None:
    call_ticket(actor=clinic.actor, ticket_id=ticket.pk, station_id=clinic.station().pk, reason="?")
    told = say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    answer_worse(actor=nurse, feltworse_id=told.id, level=2, reason="胸痛")
    assert row(ticket.pk).level == 4
    assert FeltWorse.objects.get().level_before is None


def test_the_pathway_gives_the_nurse_five_minutes(clinic: Clinic, ticket: Ticket) -> None:
    publish_definitions(actor=Actor.system("test", "pathways.publish"))
    told = say_worse(actor=mine(ticket), visit_id=ticket.visit_id)
    hear_all()
    (step,) = case_steps(told.id)
    assert step.is_open
    nurse = make_staff("nurse", site_id=clinic.site_id).actor()
    answer_worse(actor=nurse, feltworse_id=told.id, level=3, reason="头晕")
    hear_all()
    (step,) = case_steps(told.id)
    assert step.is_done


def test_the_board_costs_the_same_for_one_and_for_twelve(clinic: Clinic, nurse: Actor) -> None:
    def press(times: int) -> None:
        for _n in range(times):
            one = row(clinic.ticket().id)
            say_worse(actor=mine(one), visit_id=one.visit_id)

    press(1)
    with CaptureQueriesContext(connection) as once:
        open_calls(nurse, clinic.site_id)
    press(11)
    with CaptureQueriesContext(connection) as twelve:
        assert len(open_calls(nurse, clinic.site_id)) == 12
    assert len(twelve) == len(once) == 4


def test_who_may_not_see_the_site_sees_nobody(clinic: Clinic) -> None:
    guest = Actor(kind="staff", name="guest", grants=frozenset({(permissions.FILL, new_id())}))
    with pytest.raises(NotFound):
        open_calls(guest, clinic.site_id)
