"""`/healthz` and `/metrics`: little for everyone, the rest for this machine or the token."""

from datetime import timedelta

import pytest
from django.test import Client

from yilu.platform import clock, health
from yilu.platform.ids import new_id
from yilu.platform.models import Delivery, Heartbeat
from yilu.platform.worker import upkeep

pytestmark = pytest.mark.django_db
FAR = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def _worker_lives() -> None:
    upkeep.beat("worker:here", clock.machine_now())


def owe(seconds: int, *, subject_id=None, seq: int = 1) -> Delivery:
    return Delivery.objects.create(
        event_id=new_id(),
        seq=seq,
        subscriber="tea.kitchen",
        subject_id=subject_id or new_id(),
        next_at=clock.machine_now() - timedelta(seconds=seconds),
    )


def test_anyone_may_know_that_all_is_well_and_nothing_else(client):
    answer = client.get("/healthz", **FAR)
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_this_machine_is_told_what_was_looked_at(client):
    answer = client.get("/healthz").json()
    assert answer["ok"] is True
    assert [c["name"] for c in answer["checks"]] == ["database", "migrations", "worker", "disk"]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip"])
def test_a_proxy_on_this_machine_does_not_make_its_callers_local(header):
    proxied = Client(headers={header: "203.0.113.7"})
    assert proxied.get("/healthz").content == b"ok"
    assert proxied.get("/metrics").status_code == 404


def test_figures_are_not_for_everyone(client):
    assert client.get("/metrics", **FAR).status_code == 404


def test_the_token_opens_the_figures_from_afar(client, monkeypatch):
    monkeypatch.setenv("YILU_METRICS_TOKEN", "right")

    wrong = client.get("/metrics", headers={"Authorization": "Bearer wrong"}, **FAR)
    right = client.get("/metrics", headers={"Authorization": "Bearer right"}, **FAR)

    assert (wrong.status_code, right.status_code) == (404, 200)


def test_figures_tell_what_the_worker_owes(client):
    owe(30)
    owe(10)

    said = client.get("/metrics").content.decode().splitlines()

    assert "yilu_deliveries_waiting 2.0" in said
    assert "yilu_database_ok 1.0" in said


def test_a_worker_that_stands_still_is_not_well(client):
    owe(health.LAG_SECONDS + 5)

    answer = client.get("/healthz", **FAR)

    assert (answer.status_code, answer.content) == (503, b"not ok")


@pytest.mark.parametrize("silence", [health.SILENCE_SECONDS + 5, None])
def test_a_worker_that_gives_no_sign_is_not_well(client, silence):
    if silence is None:
        Heartbeat.objects.all().delete()
    else:
        Heartbeat.objects.update(alive_at=clock.machine_now() - timedelta(seconds=silence))

    assert client.get("/healthz", **FAR).status_code == 503


def test_one_living_worker_among_dead_ones_is_enough(client):
    upkeep.beat("worker:there", clock.machine_now())
    Heartbeat.objects.filter(name="worker:here").update(
        alive_at=clock.machine_now() - timedelta(hours=1)
    )

    assert client.get("/healthz", **FAR).status_code == 200


def test_a_delivery_that_waits_for_an_earlier_one_is_not_late(client):
    subject = new_id()
    Delivery.objects.filter(pk=owe(0, subject_id=subject, seq=1).pk).update(
        next_at=clock.machine_now() + timedelta(minutes=5)
    )
    owe(health.LAG_SECONDS + 5, subject_id=subject, seq=2)

    assert client.get("/healthz", **FAR).status_code == 200


def test_only_reading_is_possible(client):
    assert client.post("/healthz").status_code == 405


def test_the_backlog_costs_one_query(django_assert_num_queries):
    for number in range(12):
        owe(number)
    with django_assert_num_queries(1):
        assert health.backlog().deliveries == 12
