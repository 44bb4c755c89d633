"""Learning from the past: good when there is something to learn, refused when there is not."""

import subprocess
import sys
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

from yilu.platform import clock, jobs
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, Event, Timer
from yilu.platform.testing import drain, run_jobs
from yilu.prediction import teaching
from yilu.prediction.errors import ModelUnreadable, OvertakenTraining
from yilu.prediction.jobs import CLERK, MORNING, NIGHT, TRAIN, begin_everywhere
from yilu.prediction.models import Risk, TrainedModel
from yilu.prediction.operations.training import Learnt, keep_training
from yilu.prediction.selectors.features import decided_bookings
from yilu.prediction.selectors.stored import model_in_use, stored_artifact, usable_model
from yilu.prediction.teaching import learn, train
from yilu.prediction.tests.factories import TRAINER, by_lead, keep_model, staff
from yilu.queueing.models import Pace
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import MONDAY, at

LOADS = (
    "import django; django.setup(); import yilu.config.urls, yilu.prediction.jobs, sys;"
    "print([n for n in ('sklearn', 'skops', 'numpy', 'scipy') if n in sys.modules])"
)
pytestmark = [pytest.mark.django_db, pytest.mark.covers("A20")]


def test_a_model_is_learnt_in_a_process_of_its_own_and_used_from_then_on(world):
    world.fill(2000)
    coming = world.clinic.book(at(10, day=10), patient_id=world.people[0], channel="web")

    key = train(TRAINER)

    held = TrainedModel.objects.get(pk=key)
    assert (held.state, held.refusal, held.bookings) == ("in_use", "", 2000)
    assert held.figures["log_loss"] < held.figures["base_log_loss"]
    assert held.figures["brier"] < held.figures["base_brier"]
    assert held.figures["auc"] > 0.62
    assert held.from_on < held.tested_from < held.until_on
    assert len(held.bins) == 10
    assert held.replay["with_extra"]["seen"] >= held.replay["without"]["seen"] > 0
    assert held.peak_mb < 400
    forest = model_in_use().forest
    (row,) = (one.row for one in decided_bookings(MONDAY)[-1:])
    assert 0 < forest.chance(row) < 1
    assert AuditEntry.objects.filter(action="prediction.model.trained").count() == 1
    assert Event.objects.filter(name="ModelTrained").count() == 1
    assert not Risk.objects.filter(booking_id=coming.id).exists()


def test_nothing_is_said_of_extra_places_before_it_is_known_how_long_patients_take(world):
    world.fill(1000)
    Pace.objects.update(kind="cashier")

    learnt = learn(decided_bookings(MONDAY))

    assert learnt.figures["cases"] == 200
    assert learnt.replay == {}


@pytest.mark.parametrize(
    ("bookings", "missed", "refusal"), [(999, True, "too_few"), (1100, False, "too_few_missed")]
)
def test_too_little_is_refused_in_words_without_asking_the_learner(
    world, monkeypatch, bookings, missed, refusal
):
    world.fill(bookings)
    if not missed:
        Booking.objects.filter(state="no_show").update(state="finished")
    monkeypatch.setattr(teaching, "ask_learner", lambda *_: pytest.fail("asked"))

    held = TrainedModel.objects.get(pk=train(TRAINER))

    assert (held.state, held.refusal, held.digest) == ("refused", refusal, "")
    assert usable_model() is None


def test_a_world_without_pattern_is_not_predicted(world):
    world.fill(1500, flat=True)

    learnt = learn(decided_bookings(MONDAY))

    assert learnt.refusal == "no_better"


def test_a_learner_that_breaks_off_leaves_everything_as_it_was(world, monkeypatch):
    world.fill(1000)
    before = keep_model()
    monkeypatch.setattr(teaching, "LEARNER", [sys.executable, "-c", "raise SystemExit(3)"])

    held = TrainedModel.objects.get(pk=train(TRAINER))

    assert (held.state, held.refusal) == ("refused", "failed")
    assert model_in_use().id == before.pk


def test_a_better_model_takes_the_place_of_the_one_in_use():
    first = keep_model()
    second = keep_model(by_lead(cut=9))

    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "in_use")
    assert model_in_use().id == second.pk


def test_a_worse_model_is_refused_and_the_one_in_use_stays():
    first = keep_model()
    refused = keep_model(refusal="worse", artifact=b"", forest=b"")

    assert refused.state == "refused"
    assert model_in_use().id == first.pk


def test_one_that_no_longer_beats_the_average_is_taken_out_of_use():
    keep_model()
    keep_model(refusal="no_better", current_fails=True, artifact=b"", forest=b"")

    assert model_in_use() is None


def test_of_two_trainings_at_once_the_second_is_dropped():
    first = keep_model()
    late = Learnt(bookings=2000, missed=200, compared_with=None, artifact=b"x", forest=b"{}")

    with pytest.raises(OvertakenTraining):
        keep_training(actor=TRAINER, learnt=late)

    assert list(TrainedModel.objects.values_list("pk", flat=True)) == [first.pk]


def test_who_may_not_see_predictions_may_not_keep_one(clinic):
    with pytest.raises(NotAllowed):
        keep_training(actor=staff(clinic.site_id, "scheduling.see"), learnt=Learnt(1, 0))

    assert not TrainedModel.objects.exists()


@pytest.mark.parametrize("damaged", ["forest", "artifact"])
def test_a_damaged_model_is_not_used_and_is_replaced_by_the_next_training(damaged):
    held = keep_model()
    TrainedModel.objects.filter(pk=held.pk).update(**{damaged: b"something else"})

    with pytest.raises(ModelUnreadable):
        model_in_use()
    assert usable_model() is None
    assert stored_artifact() == (held.pk, b"")


def test_a_forest_that_is_none_is_not_used():
    keep_model({"trees": "none"})

    assert usable_model() is None


def test_a_model_that_nothing_has_proved_for_a_month_predicts_no_more():
    held = keep_model()

    with clock.at(clock.now() + timedelta(days=29)):
        assert model_in_use().id == held.pk
    with clock.at(clock.now() + timedelta(days=31)):
        assert model_in_use() is None


def test_every_night_it_is_learnt_anew_as_long_work(clinic, monkeypatch):
    drain()
    asked = []
    monkeypatch.setattr("yilu.prediction.jobs.train", lambda *_: asked.append(1) or clinic.site_id)

    with clock.at(clock.now() + timedelta(minutes=61)):
        begin_everywhere(apps)
    with clock.at(clock.now() + timedelta(days=1)):
        drain()
        run_jobs()

    assert asked == [1]
    assert Timer.objects.filter(handler=NIGHT, state="waiting").count() == 1


@pytest.mark.parametrize(("hours", "at_once"), [(14, True), (26, False)])
def test_with_the_first_model_of_all_whom_it_concerns_is_asked_the_same_day(
    clinic, monkeypatch, hours, at_once
):
    monkeypatch.setattr("yilu.prediction.jobs.train", lambda *_: keep_model().pk)
    asked = []
    monkeypatch.setattr(
        "yilu.prediction.jobs.decide_confirmations", lambda **facts: asked.append(facts["site_id"])
    )
    drain()
    for _ in range(2):  # Only with the first.
        jobs.ask(CLERK, TRAIN)
        with clock.at(clock.now() + timedelta(hours=hours)):
            run_jobs()
            drain()

    assert asked == [clinic.site_id] * at_once
    (morning,) = Timer.objects.filter(handler=MORNING, state="waiting", subject_id=clinic.site_id)
    assert morning.due_at.astimezone(ZoneInfo("Asia/Shanghai")).time() == time(8, 30)


def test_neither_pages_nor_worker_load_the_learning_library():
    said = subprocess.run(  # noqa: S603 (our own program)
        [
            sys.executable,
            "-c",
            LOADS,
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout.strip() == "[]"
