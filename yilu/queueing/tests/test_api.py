"""Queues over JSON."""

import json
from uuid import UUID

import pytest
from django.test import Client

from yilu.platform import access, clock
from yilu.platform.ids import new_id
from yilu.platform.models import User, UserKind
from yilu.queueing.tests.factories import EVERYTHING, TEN, Clinic, at, make_clinic, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_at_ten():
    with clock.at(TEN):
        yield


def partner(clinic: Clinic, *permissions: str) -> Client:
    user = User.objects.create_user(f"partner-{new_id()}", UserKind.PARTNER)
    token = access.new_token(
        user, "partner", permissions=permissions or EVERYTHING, sites=[clinic.site_id]
    )
    return Client(headers={"Authorization": f"Bearer {token}"})


def post(client: Client, path: str, body: object = None, key: str = "") -> object:
    return client.post(
        f"/api/v1/{path}",
        b"" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(new_id())},
    )


@pytest.mark.covers("B07")
def test_the_queues_of_a_site_say_how_many_wait_and_how_long():
    clinic = make_clinic()
    clinic.ticket()
    answer = partner(clinic).get(f"/api/v1/queues?site={clinic.site_id}").json()

    found = {one["kind"]: one for one in answer["items"]}
    assert set(found) == {"consultation", "assessment", "cashier", "pharmacy"}
    assert (found["consultation"]["waiting"], found["cashier"]["waiting"]) == (1, 0)
    assert found["consultation"]["newcomer"]["high"] > found["consultation"]["newcomer"]["low"]


def test_a_queue_lists_its_tickets_next_first_and_says_why():
    clinic = make_clinic()
    first = clinic.ticket()
    with clock.at(at(3)):
        second = clinic.ticket()
        answer = (
            partner(clinic)
            .get(f"/api/v1/queues/{clinic.queue().pk}", headers={"Accept-Language": "en"})
            .json()
        )

    assert [one["number"] for one in answer["waiting"]] == [first.number, second.number]
    assert [one["ahead"] for one in answer["waiting"]] == [0, 1]
    assert answer["waiting"][0]["why"] == "No booking, here since 10:00: after the booked"
    assert answer["waiting"][0]["waiting_since"] == "2031-03-03T10:00:00+08:00"


@pytest.mark.covers("B08")
def test_call_next_calls_once_per_key_and_says_when_nobody_waits():
    clinic = make_clinic()
    ticket = clinic.ticket()
    client, path = partner(clinic), f"queues/{clinic.queue().pk}/call-next"
    body = {"station": str(clinic.station().pk)}

    first = post(client, path, body, "one")
    again = post(client, path, body, "one")

    assert (first.status_code, first.json()["number"]) == (200, ticket.number)
    assert again.json() == first.json()
    assert row(UUID(first.json()["id"])).version == 2
    busy = post(client, path, body)
    assert busy.status_code == 204  # Nobody waits: that is said before who is in the room.


def test_a_busy_station_is_said():
    clinic = make_clinic()
    for n in range(2):
        with clock.at(at(n)):
            clinic.ticket()
    client, path = partner(clinic), f"queues/{clinic.queue().pk}/call-next"
    body = {"station": str(clinic.station().pk)}
    post(client, path, body)

    refused = post(client, path, body)

    assert (refused.status_code, refused.json()["code"]) == (409, "station_busy")
    assert post(client, path, body | {"reason": "Twins"}).status_code == 200


def test_recall_and_skip():
    clinic = make_clinic()
    ticket = clinic.ticket()
    client = partner(clinic)
    post(client, f"queues/{clinic.queue().pk}/call-next", {"station": str(clinic.station().pk)})

    assert post(client, f"tickets/{ticket.id}/recall").status_code == 200
    assert post(client, f"tickets/{ticket.id}/recall", {}).status_code == 200
    skipped = post(client, f"tickets/{ticket.id}/skip")
    assert (skipped.status_code, skipped.json()["state"]) == (200, "skipped")
    assert post(client, f"tickets/{ticket.id}/recall").status_code == 409


def test_who_may_not_call_learns_nothing_and_changes_nothing():
    clinic = make_clinic()
    ticket = clinic.ticket()
    body = {"station": str(clinic.station().pk)}
    path = f"queues/{clinic.queue().pk}/call-next"

    assert post(partner(clinic, "queueing.see"), path, body).status_code == 403
    assert post(partner(clinic, "patients.see"), path, body).status_code == 404
    assert partner(clinic, "patients.see").get(f"/api/v1/{path[:-10]}").status_code == 404
    assert row(ticket.id).state == "waiting"
