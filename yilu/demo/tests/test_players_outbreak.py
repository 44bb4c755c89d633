"""Virtual patients at a door where everybody is asked."""

from datetime import timedelta
from random import Random

import pytest

from yilu.demo.operations.kiosks import set_up_kiosks
from yilu.demo.operations.outbreaks import ILLNESS, plan_outbreak
from yilu.demo.operations.staff import acting
from yilu.demo.players import habits
from yilu.demo.tests.small_day import (
    OPENS,
    PLAYED,
    SEED,
    load,
    play,
    small_plan,
    without_hurry,
)
from yilu.outbreak.models import Screening
from yilu.outbreak.operations.switching import switch_on
from yilu.platform import clock, ids
from yilu.visits.models import Visit

pytestmark = [pytest.mark.covers("O10", "B22"), pytest.mark.django_db]


def test_they_answer_the_questions_and_the_day_goes_on(monkeypatch, settings, one_connection):
    settings.ALLOWED_HOSTS = ["*"]
    without_hurry()
    monkeypatch.setattr(habits, "BY_KIOSK", 0.5)
    # What players do is drawn from the keys of rows: with these, always the same morning.
    monkeypatch.setattr(ids.secrets, "randbits", Random(SEED + 1).getrandbits)  # noqa: S311
    clinic = load(monkeypatch)
    with clock.at(OPENS):
        set_up_kiosks(actor=PLAYED, clinic=clinic)
        plan_outbreak(actor=PLAYED, clinic=clinic, plan=small_plan())
        manager = acting(clinic, small_plan(), "south", "manager")
        site_id = clinic.sites["south"].id
        switch_on(actor=manager, site_id=site_id, illness=ILLNESS, reason="区疾控通知")

    play(OPENS + timedelta(minutes=60))

    came = Visit.objects.filter(arrived_at__gt=OPENS)
    assert {"booked", "walk_in"} == set(came.values_list("kind", flat=True))
    asked = Screening.objects.filter(is_drill=False)
    assert set(asked.values_list("via", "outcome")) == {("desk", "clear"), ("kiosk", "clear")}
    assert asked.count() == came.count()
