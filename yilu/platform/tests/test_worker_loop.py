"""How the worker's threads share one step, and how little an idle worker asks the database."""

import threading
from collections.abc import Callable, Iterator

import pytest

from yilu.platform import outbox
from yilu.platform.actors import Actor
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
    for event in (made._owed, *made._finds):
        event.set()


def share(worker: Worker, step: Callable[[], float], threads: int) -> None:
    """Have some threads repeat a step, as `run` does."""
    for thread in worker._shift(step, worker._stopping, threads):
        thread.start()


def test_while_one_thread_is_held_up_another_does_the_rest(worker, monkeypatch):
    monkeypatch.setattr(loop, "REST", 0.05)
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

    share(worker, step, 2)

    assert over.wait(PATIENCE)
    held.set()


def test_while_nothing_is_to_do_one_thread_looks_and_the_others_rest(worker, monkeypatch):
    monkeypatch.setattr(loop, "REST", float(PATIENCE))
    looked, enough = [], threading.Event()

    def step() -> float:
        looked.append(threading.get_ident())
        if len(looked) == 50:
            enough.set()
        return 0.001

    share(worker, step, 3)

    assert enough.wait(PATIENCE)
    *others, _ = sorted(looked.count(one) for one in set(looked))
    assert set(others) <= {1}


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
