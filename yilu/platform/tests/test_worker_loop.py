"""How the worker's threads share one step, and how little an idle worker asks the database."""

import threading
from collections.abc import Callable, Iterator
from queue import Empty, Queue

import pytest
from django.db import OperationalError

from yilu.platform import clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.platform.tests.tea_events import TeaServed
from yilu.platform.worker import loop
from yilu.platform.worker.loop import Worker

PATIENCE = 60


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made._stopping.set()


@pytest.fixture
def repeat(worker: Worker) -> Iterator[Callable[..., threading.Event]]:
    """Have threads repeat a step, as `run` does; gives the event by which they are called."""
    call, threads = threading.Event(), []

    def start(step: Callable[[], float], many: int = 1) -> threading.Event:
        threads.extend(
            threading.Thread(target=worker._repeat, args=(step, call)) for _ in range(many)
        )
        for thread in threads:
            thread.start()
        return call

    yield start
    worker._stopping.set()
    call.set()
    for thread in threads:
        thread.join(PATIENCE)


def test_while_one_thread_is_held_up_another_does_the_rest(repeat):
    work, done, held = ["a network that hangs", "b", "c"], [], threading.Event()
    mine, over = threading.Lock(), threading.Event()

    def step() -> float:
        with mine:
            if not work:
                return 0.01
            one = work.pop(0)
        if "hangs" in one:
            held.wait(PATIENCE)
        done.append(one)
        if done == ["b", "c"]:
            over.set()
        return 0.0

    repeat(step, 2)

    assert over.wait(PATIENCE)
    held.set()


def test_who_rests_comes_when_called_and_not_before(repeat):
    looks: Queue[int] = Queue()

    def step() -> float:
        looks.put(1)
        return PATIENCE * 10

    call = repeat(step)
    looks.get(timeout=PATIENCE)
    assert looks.empty()

    # Until the step rests, a call may be missed: the lookout says it again and again.
    while looks.empty():
        call.set()


def test_who_fails_waits_however_often_it_is_called(repeat, monkeypatch):
    monkeypatch.setattr(loop, "LONGEST_PAUSE", PATIENCE * 10.0)
    monkeypatch.setattr(loop, "FIRST_PAUSE", PATIENCE * 10.0)
    failed: Queue[int] = Queue()

    def step() -> float:
        failed.put(1)
        raise OperationalError

    call = repeat(step)
    failed.get(timeout=PATIENCE)
    call.set()

    with pytest.raises(Empty):
        failed.get(timeout=0.2)


@pytest.mark.django_db
def test_one_query_asks_for_all_steps_whether_something_is_due(worker, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert worker._lookout.look() == []


@pytest.mark.django_db
def test_who_has_something_to_do_is_called(worker):
    timers.schedule("tests.x", due_at=clock.now(), subject_id=new_id())

    worker._look_out()

    assert [name for name, call in worker._calls.items() if call.is_set()] == ["timers"]


@pytest.mark.django_db
def test_an_idle_worker_asks_once_whether_something_happened(worker, django_assert_num_queries):
    worker._dispatch()
    with django_assert_num_queries(1):
        worker._dispatch()

    outbox.publish(TeaServed(1), actor=Actor.system("waiter"), site_id=None, subject=User())
    worker._dispatch()
    assert worker._dispatch() > 0
    with django_assert_num_queries(1):
        worker._dispatch()
