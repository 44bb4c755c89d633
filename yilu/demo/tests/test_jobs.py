"""Loading is long work: it shows how far it is, and can be called off without a trace."""

import os
import signal
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from yilu.demo.operations import past
from yilu.demo.operations.demonstration import LOAD
from yilu.facility.models import Site
from yilu.patients.models import Patient
from yilu.platform import clinic_clock, clock, jobs
from yilu.platform.actors import Actor
from yilu.platform.models import Job, JobState
from yilu.platform.testing import run_jobs
from yilu.platform.worker.long_jobs import LEASE, run_next_job
from yilu.queueing.models import Accuracy, Forecast, Pace

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O10")]
in_threads = pytest.mark.django_db(transaction=True)
TUESDAY = datetime(2026, 11, 24, 1, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _terminal_in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def small(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("YILU_DEMO", "1")
    settings.WECHATPAY_FILE = tmp_path / "keys" / "wechatpay.json"
    settings.MAY_BE_DEMONSTRATION = True
    for name, value in {"DAYS_BEFORE": 3, "DAYS_AFTER": 1, "CHILDREN": 80, "ADULTS": 500}.items():
        monkeypatch.setattr(past, name, value)


def ask() -> object:
    return jobs.ask(Actor.system(LOAD), LOAD, seed=7, at=TUESDAY)


def test_the_demonstration_is_loaded_as_a_job_that_says_how_far_it_is_and_only_once(small):
    job_id = ask()

    run_next_job(Event(), beating=False)

    status = jobs.status(job_id)
    assert (status.state, status.done) == (JobState.DONE, status.total)
    assert status.result["visits"] > 200
    assert clinic_clock.is_demonstration()

    people, second = Patient.objects.count(), ask()
    run_next_job(Event(), beating=False)

    assert jobs.status(second).state == JobState.FAILED
    assert Patient.objects.count() == people
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("demo_load")


@pytest.mark.covers("A20", "B10")
def test_it_opens_with_what_its_nights_have_learnt_and_no_more(small):
    ask()

    run_next_job(Event(), beating=False)

    today = TUESDAY.date()
    for site in Site.objects.all():
        (usual,) = Pace.objects.filter(
            site=site, kind="consultation", practitioner_id=None, service_id=None, hour=None
        )
        assert usual.cases > 20
        scored = Accuracy.objects.filter(site=site, kind="consultation")
        assert {one.clinic_day < today for one in scored} == {True}
        assert sum(one.forecasts for one in scored) > 10
    assert Forecast.objects.exclude(clinic_day__lt=today).filter(came_at__isnull=False).count() == 0


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


@in_threads
@pytest.mark.parametrize(
    ("state", "age"), [(JobState.RUNNING, timedelta()), (JobState.WAITING, LEASE * 2)]
)
def test_a_loading_that_was_cut_off_is_in_nobodys_way(small, capsys, state, age):
    left = ask()
    Job.objects.update(state=state, tries=1, alive_at=clock.machine_now() - age)

    call_command("demo_load", at=TUESDAY, seed=7)

    assert " visits in " in capsys.readouterr().out
    later = clock.machine_now() + LEASE * 2
    with clock.at(clock.now(), machine=later):
        run_jobs()
    assert jobs.status(left).state == JobState.FAILED
    assert Site.objects.count() == 2


@in_threads
def test_a_loading_that_is_interrupted_says_so_in_a_sentence(small, monkeypatch, capsys):
    step = jobs.Running.progress

    def interrupted(running: jobs.Running, done: int, total: int, phase: str = "") -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert running.stop.wait(60)
        step(running, done, total, phase)

    monkeypatch.setattr(jobs.Running, "progress", interrupted)
    # A test process beside others does not hear Ctrl-C, which is for the one that started them.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(CommandError, match=r"was not loaded: it was called off\."):
            call_command("demo_load", at=TUESDAY, seed=7)
    finally:
        signal.signal(signal.SIGINT, heard)

    assert "is stopped; nothing of it stays" in capsys.readouterr().err
    assert Job.objects.get().state == JobState.CANCELLED
    assert not Site.objects.exists()


def test_where_no_demonstration_is_wished_none_is_loaded(monkeypatch):
    monkeypatch.setenv("YILU_DEMO", "0")
    with pytest.raises(CommandError, match="YILU_DEMO is 0"):
        call_command("demo_load")

    assert not Job.objects.exists()
