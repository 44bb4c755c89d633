"""Long jobs: asked for, watched, called off, begun again after a crash."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from yilu.platform import clock, jobs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import Event, Job, JobState
from yilu.platform.testing import run_jobs
from yilu.platform.worker import long_jobs
from yilu.platform.worker.long_jobs import run_next_job

SYSTEM = Actor.system("test")
Register = Callable[..., None]


@pytest.fixture(autouse=True)
def _no_other_kinds(monkeypatch):
    monkeypatch.setattr(jobs, "kinds", {})


def brew(job: jobs.Running) -> dict[str, object]:
    for cup in range(job.arguments["cups"]):
        job.progress(cup + 1, job.arguments["cups"], "brewing")
    return {"poured": job.arguments["cups"]}


@pytest.mark.django_db
def test_a_job_is_done_and_tells_so():
    jobs.kind("tests.brew")(brew)
    job_id = jobs.ask(SYSTEM, "tests.brew", cups=3)
    assert jobs.status(job_id).is_open

    assert run_jobs() == 1

    status = jobs.status(job_id)
    assert (status.state, status.result) == (JobState.DONE, {"poured": 3})
    assert (status.done, status.total, status.phase) == (3, 3, "brewing")
    event = Event.objects.get()
    assert (event.name, event.topics) == ("JobEnded", [f"job:{job_id}"])
    assert event.body["state"] == "done"


@pytest.mark.django_db
def test_a_job_that_nobody_knows_cannot_be_asked_for():
    with pytest.raises(LookupError):
        jobs.ask(SYSTEM, "tests.unknown")

    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_job_that_fails_says_where_and_not_with_which_words():
    def spill(job: jobs.Running) -> None:
        raise ValueError("张三")

    jobs.kind("tests.brew")(spill)
    job_id = jobs.ask(SYSTEM, "tests.brew")

    run_jobs()

    status = jobs.status(job_id)
    assert status.state == JobState.FAILED
    assert "ValueError" in status.result["error"]
    assert "张三" not in status.result["error"]


@pytest.mark.django_db
def test_a_waiting_job_that_is_called_off_is_never_begun():
    jobs.kind("tests.brew")(lambda job: pytest.fail("called off"))
    job_id = jobs.ask(SYSTEM, "tests.brew")

    jobs.call_off(SYSTEM, job_id)

    assert run_jobs() == 0
    assert jobs.status(job_id).state == JobState.CANCELLED


@pytest.mark.django_db
def test_only_who_asked_calls_a_job_off():
    jobs.kind("tests.brew")(brew)
    job_id = jobs.ask(SYSTEM, "tests.brew", cups=1)

    with pytest.raises(NotFound):
        jobs.call_off(Actor(kind="staff", name="x", user_id=new_id()), job_id)

    assert jobs.status(job_id).state == JobState.WAITING


@pytest.mark.django_db
@pytest.mark.parametrize(("tries", "state"), [(2, JobState.DONE), (1, JobState.FAILED)])
def test_a_job_whose_worker_died_is_begun_again_as_often_as_its_kind_bears(tries, state):
    jobs.kind("tests.brew", tries=tries)(brew)
    job_id = jobs.ask(SYSTEM, "tests.brew", cups=1)
    Job.objects.update(state=JobState.RUNNING, tries=1, alive_at=clock.machine_now())
    assert run_jobs() == 0  # its worker may still be alive

    later = clock.machine_now() + long_jobs.LEASE + timedelta(seconds=1)
    with clock.at(clock.now(), machine=later):
        assert run_jobs() == 1

    assert jobs.status(job_id).state == state


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_a_running_job_shows_its_progress_and_hears_that_it_is_called_off(monkeypatch):
    monkeypatch.setattr(long_jobs, "BEAT", 0.02)
    seen: list[tuple[str, int]] = []

    def endless(job: jobs.Running) -> None:
        for cup in range(10_000):
            job.progress(cup, 10_000, "brewing")
            status = jobs.status(job.id)
            if status.done and not seen:
                seen.append((status.phase, status.total))
                jobs.call_off(SYSTEM, job.id)
            threading.Event().wait(0.005)

    jobs.kind("tests.endless")(endless)
    job_id = jobs.ask(SYSTEM, "tests.endless")

    assert run_next_job(threading.Event())

    assert seen == [("brewing", 10_000)]
    assert jobs.status(job_id).state == JobState.CANCELLED


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_stops_puts_its_job_back(monkeypatch):
    monkeypatch.setattr(long_jobs, "BEAT", 0.02)
    stopping = threading.Event()

    def endless(job: jobs.Running) -> None:
        stopping.set()
        for _ in range(10_000):
            job.check()
            threading.Event().wait(0.005)

    jobs.kind("tests.endless")(endless)
    job_id = jobs.ask(SYSTEM, "tests.endless")

    run_next_job(stopping)

    assert jobs.status(job_id).state == JobState.WAITING
    assert Job.objects.get().tries == 0
