"""Loading is long work: it shows how far it is, and can be called off without a trace."""

from datetime import UTC, datetime
from threading import Event

import pytest

from yilu.demo.operations import past
from yilu.demo.operations.demonstration import LOAD
from yilu.facility.models import Site
from yilu.patients.models import Patient
from yilu.platform import clinic_clock, jobs
from yilu.platform.actors import Actor
from yilu.platform.models import JobState
from yilu.platform.worker.long_jobs import run_next_job

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O10")]
TUESDAY = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)


@pytest.fixture
def small(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("YILU_DEMO", "1")
    settings.WECHATPAY_FILE = tmp_path / "keys" / "wechatpay.json"
    settings.MAY_BE_DEMONSTRATION = True
    for name, value in {"DAYS_BEFORE": 3, "DAYS_AFTER": 1, "CHILDREN": 80, "ADULTS": 500}.items():
        monkeypatch.setattr(past, name, value)


def ask() -> object:
    return jobs.ask(Actor.system(LOAD), LOAD, seed=7, at=TUESDAY)


def test_the_demonstration_is_loaded_as_a_job_that_says_how_far_it_is(small):
    job_id = ask()

    run_next_job(Event(), beating=False)

    status = jobs.status(job_id)
    assert (status.state, status.done) == (JobState.DONE, status.total)
    assert status.result["visits"] > 200
    assert clinic_clock.is_demonstration()


def test_a_loading_that_is_called_off_leaves_nothing(small, monkeypatch):
    job_id = ask()

    def called_off(running: jobs.Running, done: int, total: int, phase: str = "") -> None:
        jobs.call_off(Actor.system(LOAD), job_id)
        raise jobs.Stopped

    monkeypatch.setattr(jobs.Running, "progress", called_off)
    run_next_job(Event(), beating=False)

    assert jobs.status(job_id).state != JobState.DONE
    assert not Site.objects.exists()
    assert not Patient.objects.exists()
    assert not clinic_clock.is_demonstration()
