"""Deliveries and timers: in order, at least once, tried again, and given up in the end."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command

from yilu.platform import clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import deed
from yilu.platform.ids import new_id
from yilu.platform.models import Counter, Delivery, DeliveryState, Event, Timer, TimerState, User
from yilu.platform.testing import drain
from yilu.platform.tests.tea_events import TeaServed
from yilu.platform.worker import deliveries, due
from yilu.platform.worker.dispatch import dispatch
from yilu.platform.worker.failures import MOST_TRIES

pytestmark = pytest.mark.django_db
WAITER = Actor.system("waiter")


def serve(cups: int, pot: User, *topics: str) -> None:
    outbox.publish(TeaServed(cups), actor=WAITER, site_id=None, subject=pot, topics=topics)


@pytest.fixture
def heard(monkeypatch) -> list[tuple[UUID, int]]:
    monkeypatch.setattr(outbox, "subscriptions", {})
    found: list[tuple[UUID, int]] = []

    @outbox.subscriber("tests.wash_up", "TeaServed")
    def wash_up(told: outbox.Told) -> None:
        found.append((told.subject_id, told.body["cups"]))

    return found


@pytest.fixture
def failing(heard, monkeypatch) -> set[int]:
    """Servings at which washing up fails."""
    at: set[int] = set()
    wash_up = outbox.subscriptions["tests.wash_up"].handler

    def sometimes(told: outbox.Told) -> None:
        with deed():
            Counter.objects.create(series=f"washed {told.id}", last=1)
            if told.body["cups"] in at:
                raise RuntimeError("张三 dropped a cup")
            wash_up(told)

    outbox.subscriber("tests.wash_up", "TeaServed")(sometimes)
    return at


def owed(upto: int = 10**12) -> None:
    dispatch(upto)


def test_a_subscriber_hears_each_event_once_and_in_order(heard):
    pot = User()
    for cups in range(5):
        serve(cups, pot)

    drained = drain()

    assert heard == [(pot.pk, cups) for cups in range(5)]
    assert (drained.events, drained.deliveries) == (5, 5)
    assert (drain().deliveries, len(heard)) == (0, 5)


def test_who_hears_by_rules_of_people_is_owed_only_what_they_name_now(heard):
    named: set[str] = set()
    everything: list[int] = []
    outbox.subscriber("tests.rules", only=lambda: named)(
        lambda told: everything.append(told.body["cups"])
    )
    serve(1, User())
    assert drain().deliveries == 1
    named.add("TeaServed")
    serve(2, User())

    assert drain().deliveries == 2
    assert everything == [2]


def test_only_whom_it_concerns_hears_an_event(heard):
    everything: list[str] = []
    outbox.subscriber("tests.diary")(lambda told: everything.append(told.name))
    outbox.subscriber("tests.other", "CoffeeServed")(lambda told: pytest.fail("not for us"))
    serve(1, User())

    drain()

    assert everything == ["TeaServed"]
    assert set(Delivery.objects.values_list("subscriber", flat=True)) == {
        "tests.wash_up",
        "tests.diary",
    }


def test_an_event_that_a_subscriber_publishes_is_heard_too(heard):
    pot = User()

    @outbox.subscriber("tests.again", "TeaServed")
    def again(told: outbox.Told) -> None:
        if told.body["cups"] < 3:
            serve(told.body["cups"] + 1, pot)

    serve(1, pot)

    assert drain().events == 3
    assert [cups for _, cups in heard] == [1, 2, 3]


def test_draining_tells_which_views_changed(heard):
    serve(1, User(), "queue:1", "board:1")

    assert drain().topics == {"queue:1", "board:1"}


def test_a_failure_is_undone_alone_and_its_words_are_not_kept(failing):
    failing.add(1)
    serve(1, User())
    owed()

    assert deliveries.deliver_next()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == (DeliveryState.WAITING, 1)
    assert delivery.error.startswith("builtins.RuntimeError in failing.<locals>.sometimes:")
    assert not Counter.objects.exists()
    assert not deliveries.deliver_next()  # not before its time


def test_what_failed_is_tried_again_later(failing, heard):
    failing.add(1)
    serve(1, User())
    owed()
    deliveries.deliver_next()
    failing.clear()

    with clock.at(clock.now(), machine=clock.machine_now() + timedelta(seconds=5)):
        assert deliveries.deliver_next()

    assert len(heard) == 1
    assert Delivery.objects.get().state == DeliveryState.DONE


def test_later_events_of_the_subject_wait_for_the_failed_one_and_others_do_not(failing, heard):
    failing.add(1)
    one, other = User(), User()
    serve(1, one)
    serve(2, one)
    serve(3, other)
    owed()

    while deliveries.deliver_next():
        pass

    assert heard == [(other.pk, 3)]
    failing.clear()
    with clock.at(clock.now(), machine=clock.machine_now() + timedelta(seconds=5)):
        while deliveries.deliver_next():
            pass
    assert heard == [(other.pk, 3), (one.pk, 1), (one.pk, 2)]


def test_after_the_last_try_a_delivery_is_dead_and_those_behind_it_go_on(failing, heard):
    failing.add(1)
    pot = User()
    serve(1, pot)
    serve(2, pot)
    owed()

    for attempt in range(1, MOST_TRIES + 2):
        later = clock.machine_now() + timedelta(hours=attempt)
        with clock.at(clock.now(), machine=later):
            assert deliveries.deliver_next()

    first, second = Delivery.objects.order_by("seq")
    assert (first.state, first.tries) == (DeliveryState.DEAD, MOST_TRIES)
    assert (second.state, heard) == (DeliveryState.DONE, [(pot.pk, 2)])


def test_what_was_given_up_is_seen_by_the_doctor_and_tried_once_more(failing, heard):
    failing.add(1)
    pot = User()
    serve(1, pot)
    owed()
    for attempt in range(1, MOST_TRIES + 1):
        with clock.at(clock.now(), machine=clock.machine_now() + timedelta(hours=attempt)):
            assert deliveries.deliver_next()
    Timer.objects.create(
        key="late", handler="tests.none", subject_id=new_id(), due_at=clock.now(), state="dead"
    )
    assert "1 events and 1 timers" in told_of("examine_database")

    failing.clear()
    assert "1 events and 1 timers" in told_of("retry_given_up")
    assert "0 events and 0 timers" in told_of("retry_given_up")

    assert deliveries.deliver_next()
    assert heard == [(pot.pk, 1)]
    timer = Timer.objects.get()
    assert (timer.state, timer.tries) == (TimerState.WAITING, 0)


def told_of(command: str) -> str:
    said = StringIO()
    call_command(command, stdout=said)
    return said.getvalue()


def test_past_events_are_nobodys_news(heard):
    serve(1, User())
    Event.objects.bulk_create([_past(-2), _past(-1)])

    assert drain().events == 1


def _past(seq: int) -> Event:
    return Event(
        seq=seq,
        at=clock.now(),
        name="TeaServed",
        version=1,
        subject_type="platform.user",
        subject_id=new_id(),
        actor_kind="system",
        correlation_id=new_id(),
        body={"cups": 1},
    )


@pytest.fixture
def kettle(monkeypatch) -> Callable[[str], list[str]]:
    """Registers a timer handler of a name and gives the list of what it did."""
    monkeypatch.setattr(timers, "handlers", {})

    def register(name: str, **options: bool) -> list[str]:
        done: list[str] = []
        timers.handler(name, **options)(lambda due: done.append(due.key))
        return done

    return register


def test_a_timer_goes_off_at_its_clinic_time_and_once(kettle):
    boiled, pot = kettle("tests.boil"), new_id()
    at = clock.now() + timedelta(minutes=5)
    timers.schedule("tests.boil", due_at=at, subject_id=pot, cups=2)

    with clock.at(at - timedelta(seconds=1)):
        assert drain().timers == 0
    with clock.at(at):
        assert drain().timers == 1
        assert drain().timers == 0

    assert boiled == [f"tests.boil:{pot}"]
    assert Timer.objects.get().state == TimerState.DONE


def test_a_timer_can_be_moved_and_cancelled(kettle):
    boiled, pot, at = kettle("tests.boil"), new_id(), clock.now()
    timers.schedule("tests.boil", due_at=at, subject_id=pot)
    timers.schedule("tests.boil", due_at=at + timedelta(hours=1), subject_id=pot)
    assert (drain().timers, Timer.objects.count()) == (0, 1)

    timers.cancel(pot)

    with clock.at(at + timedelta(hours=2)):
        assert (drain().timers, boiled) == (0, [])


@pytest.mark.parametrize("slow", [False, True])
def test_a_timer_may_set_itself_anew(monkeypatch, slow):
    monkeypatch.setattr(timers, "handlers", {})
    pot, start = new_id(), clock.now()

    @timers.handler("tests.every_hour", slow=slow)
    def every_hour(due: timers.Due) -> None:
        due_at = due.due_at + timedelta(hours=1)
        timers.schedule("tests.every_hour", due_at=due_at, subject_id=due.subject_id)

    timers.schedule("tests.every_hour", due_at=start, subject_id=pot)
    drain()

    timer = Timer.objects.get()
    assert (timer.state, timer.due_at) == (TimerState.WAITING, start + timedelta(hours=1))


@pytest.mark.parametrize("slow", [False, True])
def test_a_timer_that_fails_is_tried_again_and_given_up(monkeypatch, slow):
    monkeypatch.setattr(timers, "handlers", {})
    timers.handler("tests.fail", slow=slow)(lambda due: 1 / 0)
    timers.schedule("tests.fail", due_at=clock.now(), subject_id=new_id())

    for attempt in range(1, MOST_TRIES + 1):
        later = clock.machine_now() + timedelta(hours=attempt)
        with clock.at(clock.now(), machine=later):
            assert due.run_next_due()
            assert not due.run_next_due()

    timer = Timer.objects.get()
    assert (timer.state, timer.tries) == (TimerState.DEAD, MOST_TRIES)
    assert timer.error.startswith("builtins.ZeroDivisionError")


def test_a_slow_timer_whose_worker_died_is_tried_again_when_its_lease_is_over(monkeypatch):
    monkeypatch.setattr(timers, "handlers", {})
    sent: list[str] = []

    @timers.handler("tests.send", slow=True)
    def send(due: timers.Due) -> None:
        sent.append(due.key)
        if len(sent) == 1:
            raise SystemExit  # as if killed after sending

    timers.schedule("tests.send", due_at=clock.now(), subject_id=new_id())
    with pytest.raises(SystemExit):
        due.run_next_due()

    assert not due.run_next_due()
    with clock.at(clock.now(), machine=clock.machine_now() + due.LEASE):
        assert due.run_next_due()
    assert (len(sent), Timer.objects.get().state) == (2, TimerState.DONE)


def test_a_timer_that_calls_the_network_is_left_to_those_who_do_nothing_else(monkeypatch):
    monkeypatch.setattr(timers, "handlers", {})
    done: list[str] = []
    for name, slow in (("tests.send", True), ("tests.count", False)):
        timers.handler(name, slow=slow)(lambda due: done.append(due.key.partition(":")[0]))
        timers.schedule(name, due_at=clock.now(), subject_id=new_id())

    assert due.run_next_due(slow=False)
    assert not due.run_next_due(slow=False)
    assert done == ["tests.count"]
    assert due.run_next_due(slow=True)
    assert not due.run_next_due(slow=True)
    assert done == ["tests.count", "tests.send"]


def test_a_timer_cancelled_while_it_runs_stays_cancelled(monkeypatch):
    monkeypatch.setattr(timers, "handlers", {})
    timers.handler("tests.send", slow=True)(lambda due: timers.cancel(due.subject_id))
    timers.schedule("tests.send", due_at=clock.now(), subject_id=new_id())

    due.run_next_due()

    assert Timer.objects.get().state == TimerState.CANCELLED
