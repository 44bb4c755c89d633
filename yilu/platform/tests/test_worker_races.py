"""Many writers, many workers, and workers killed at any moment: nothing lost, nothing twice."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction

from yilu.platform import clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import deed
from yilu.platform.ids import new_id
from yilu.platform.models import (
    Counter,
    Delivery,
    DeliveryState,
    Event,
    Heartbeat,
    Timer,
    TimerState,
    User,
)
from yilu.platform.testing import not_kept_yet
from yilu.platform.tests.tea_events import TeaServed, count_cup
from yilu.platform.worker import deliveries
from yilu.platform.worker.dispatch import dispatch
from yilu.platform.worker.horizon import Horizon

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
PATIENCE = 60


def serve(cups: int, pot: User) -> None:
    outbox.publish(TeaServed(cups), actor=Actor.system("waiter"), site_id=None, subject=pot)


@pytest.fixture(autouse=True)
def heard(monkeypatch) -> list[tuple[object, int]]:
    monkeypatch.setattr(outbox, "subscriptions", {})
    found: list[tuple[object, int]] = []

    @outbox.subscriber("tests.count", "TeaServed")
    def count(told: outbox.Told) -> None:
        count_cup(told)
        found.append((told.subject_id, told.body["cups"]))

    return found


@pytest.fixture
def slow_writer() -> Iterator[Callable[[], None]]:
    """Somebody who wrote event number one and has not committed; call it to let them."""
    written, go = threading.Event(), threading.Event()
    pot = User()

    def write() -> None:
        with transaction.atomic():
            serve(1, pot)
            written.set()
            go.wait(PATIENCE)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    written.wait(PATIENCE)

    def commit() -> None:
        go.set()
        thread.join()

    yield commit
    commit()


def last_seq() -> int:
    return Event.objects.order_by("-seq").values_list("seq", flat=True)[0]


def deliver_all() -> None:
    while deliveries.deliver_next():
        pass


def test_an_event_that_is_committed_late_is_not_overtaken(slow_writer, heard):
    serve(2, User())
    horizon = Horizon("platform_event")

    before = dispatch(horizon.look())
    slow_writer()
    after = dispatch(horizon.look())
    deliver_all()

    assert (before.events, after.events) == (0, 2)
    assert [cups for _, cups in heard] == [1, 2]


def test_without_the_horizon_it_would_be_lost(slow_writer, heard):
    serve(2, User())

    dispatch(last_seq())
    slow_writer()
    dispatch(last_seq())
    deliver_all()

    assert [cups for _, cups in heard] == [2]


def test_a_writer_who_gives_up_holds_nobody_back_for_ever(heard):
    with transaction.atomic():
        serve(1, User())
        transaction.set_rollback(True)
    serve(2, User())

    assert dispatch(Horizon("platform_event").look()).events == 1


def test_a_long_transaction_that_tells_nothing_holds_nobody_back(heard):
    begun, go = threading.Event(), threading.Event()

    def long() -> None:
        with transaction.atomic():
            Counter.objects.create(series="long", last=1)
            begun.set()
            go.wait(PATIENCE)
        connection.close()

    thread = threading.Thread(target=long)
    thread.start()
    begun.wait(PATIENCE)
    serve(1, User())
    handed_on = dispatch(Horizon("platform_event").look()).events
    go.set()
    thread.join()

    assert handed_on == 1


def test_many_writers_and_workers_lose_nothing_and_keep_each_subject_in_order(heard):
    pots, each = [User() for _ in range(6)], 25
    chance = random.Random(7)  # noqa: S311 (the same every time)
    over = threading.Event()

    def write(pot: User) -> None:
        for cups in range(each):
            with transaction.atomic():
                serve(cups, pot)
                threading.Event().wait(chance.random() / 500)
        connection.close()

    def work() -> None:
        horizon = Horizon("platform_event")
        while not over.is_set():
            dispatch(horizon.look())
            deliver_all()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    with ThreadPoolExecutor(len(pots)) as pool:
        list(pool.map(write, pots))
    _until(lambda: len(heard) >= len(pots) * each)
    over.set()
    for worker in workers:
        worker.join()

    for pot in pots:
        assert [cups for whose, cups in heard if whose == pot.pk] == list(range(each))
    assert set(Counter.objects.values_list("last", flat=True)) == {1}


def _until(reached: Callable[[], bool]) -> None:
    ends = clock.monotonic() + PATIENCE
    while not reached():
        assert clock.monotonic() < ends, "nothing moves any more"
        threading.Event().wait(0.02)


@contextmanager
def worker_process() -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on the database under test; however the test ends, it is gone."""
    place = connection.settings_dict
    query = urlencode({"host": place["HOST"], "port": place["PORT"]})
    url = f"postgresql://{place['USER']}:{place['PASSWORD']}@/{place['NAME']}?{query}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "yilu.config.settings.test",
    }
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "yilu.platform.tests.worker_to_kill"],
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def done() -> int:
    return Delivery.objects.filter(state=DeliveryState.DONE).count()


def test_a_worker_killed_at_any_moment_loses_nothing_and_repeats_nothing(settings, tmp_path):
    pot, chance, served = User(), random.Random(11), 0  # noqa: S311 (the same every time)
    for number in (1, 2):
        with worker_process():
            _until(lambda started=number: Heartbeat.objects.count() == started)
            goal = done() + chance.randrange(5, 40)
            while done() < goal:
                serve(1, pot)
                serve(1, User())
                served += 2

    with worker_process() as worker:
        _until(lambda: done() == served)
        worker.terminate()
        worker.wait(PATIENCE)

    assert Event.objects.count() == served
    assert Counter.objects.filter(series__startswith="heard").count() == served
    assert set(Counter.objects.values_list("last", flat=True)) == {1}


def test_cancelling_a_timer_that_goes_off_now_waits_for_nobody():
    pot = new_id()
    timers.schedule("tests.brew", due_at=clock.now(), subject_id=pot)
    timers.schedule("tests.cool", due_at=clock.now(), subject_id=pot)

    def cancel() -> None:
        with deed():
            timers.cancel(pot)

    with not_kept_yet() as start:
        Timer.objects.select_for_update().get(handler="tests.brew")  # As the worker does.
        cancelling = start(cancel)
        assert cancelling.done()
    cancelling.result()

    states = dict(Timer.objects.values_list("handler", "state"))
    assert states == {"tests.brew": TimerState.WAITING, "tests.cool": TimerState.CANCELLED}
