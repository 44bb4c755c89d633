"""Arriving over JSON while outbreak mode is on: the questions are asked, and answered."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from yilu.outbreak.models import Screening
from yilu.outbreak.tests.factories import Ready, answers, turn_on
from yilu.platform import access
from yilu.platform.ids import new_id
from yilu.platform.models import User, UserKind
from yilu.queueing.models import Ticket
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


def partner(site_id: UUID) -> Client:
    user = User.objects.create_user(f"partner-{new_id()}", UserKind.PARTNER)
    rights = ("scheduling.see", "reception.check_in")
    token = access.new_token(user, "partner", permissions=rights, sites=[site_id])
    return Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


def asked(client: Client, booking_id: UUID) -> Any:
    return client.get(f"/api/v1/bookings/{booking_id}/entry-questions").json()


def arrive(client: Client, booking_id: UUID, body: object) -> Any:
    return client.post(
        f"/api/v1/bookings/{booking_id}/arrive",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": str(new_id())},
    )


def test_nothing_is_asked_while_it_is_off(ready: Ready, django_assert_num_queries):
    booked = ready.clinic.book(at(10))
    client = partner(ready.site_id)
    assert asked(client, booked.id) == {"must": False, "items": []}

    # Whose token it is, the booking, and whether anything is on.
    with django_assert_num_queries(3):
        asked(client, booked.id)


def test_who_answers_the_questions_arrives_and_who_does_not_is_told(ready: Ready):
    turn_on(ready)
    booked = ready.clinic.book(at(10))
    client = partner(ready.site_id)

    questions = asked(client, booked.id)
    refused = arrive(client, booked.id, {})
    partly = arrive(client, booked.id, {"screening": {"fever": "no"}})
    nonsense = arrive(client, booked.id, {"screening": {"fever": 7}})
    assert (refused.status_code, refused.json()["code"]) == (409, "screening_missing")
    assert (partly.status_code, partly.json()["code"]) == (422, "answers_missing")
    assert nonsense.status_code == 422
    assert not Visit.objects.exists()

    said = {one["key"]: "no" for one in questions["items"]}
    done = arrive(client, booked.id, {"screening": said})

    assert questions["must"]
    assert {one["kind"] for one in questions["items"]} == {"yes_no"}
    assert questions["items"][0]["ask"].startswith("Do you have a fever")
    assert done.status_code == 201
    assert Screening.objects.get().visit_id == UUID(done.json()["visit"])
    assert asked(client, booked.id)["items"] == []


def test_who_has_a_fever_is_given_a_number_apart(ready: Ready):
    turn_on(ready)
    booked = ready.clinic.book(at(10))

    done = arrive(partner(ready.site_id), booked.id, {"screening": answers("fever")})

    assert Ticket.objects.get(pk=done.json()["ticket"]).queue.key == "apart"


def test_who_may_not_see_the_booking_is_asked_nothing(ready: Ready):
    turn_on(ready)
    booked = ready.clinic.book(at(10))
    elsewhere = partner(make_clinic().site_id)

    found = elsewhere.get(f"/api/v1/bookings/{booked.id}/entry-questions")
    missing = elsewhere.get(f"/api/v1/bookings/{new_id()}/entry-questions")

    assert (found.status_code, missing.status_code) == (404, 404)
