"""Free times and bookings as other systems meet them."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from yilu.patients import permissions as patients
from yilu.platform import access
from yilu.platform.models import User, UserKind
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import Clinic, at, make_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def client(clinic: Clinic) -> Client:
    """A partner that may book at the clinic."""
    user = User.objects.create_user("partner", UserKind.PARTNER)
    rights = [permissions.SEE, permissions.BOOK, permissions.CHANGE, patients.REGISTER]
    token = access.new_token(user, "test", permissions=rights, sites=[clinic.site_id])
    return Client(headers={"Authorization": f"Bearer {token}"})


def post(client: Client, path: str, body: dict[str, Any], key: str, **headers: str) -> Any:
    return client.post(
        f"/api/v1{path}",
        json.dumps(body, default=str),
        content_type="application/json",
        headers={"Idempotency-Key": key, **headers},
    )


def wish(clinic: Clinic, **facts: Any) -> dict[str, Any]:
    usual = {
        "service": clinic.service_id,
        "site": clinic.site_id,
        "practitioner": clinic.doctors[0],
        "starts_at": "2031-03-03T10:00:00+08:00",
    }
    return usual | facts


@pytest.mark.covers("A01")
def test_free_times_are_listed_with_the_offset_of_the_site(clinic: Clinic, client: Client):
    answer = client.get(
        "/api/v1/free-slots",
        {
            "service": clinic.service_id,
            "site": clinic.site_id,
            "practitioner": clinic.doctors[0],
            "from": "2031-03-03T00:00:00Z",
            "to": "2031-03-04T00:00:00Z",
        },
    )

    assert answer.status_code == 200
    items = answer.json()["items"]
    assert len(items) == 22
    assert items[0] == {
        "starts_at": "2031-03-03T09:00:00+08:00",
        "ends_at": "2031-03-03T09:30:00+08:00",
        "practitioner": str(clinic.doctors[0]),
        "site": str(clinic.site_id),
    }


@pytest.mark.covers("A01", "A05")
def test_a_partner_books_for_a_known_patient(clinic: Clinic, client: Client):
    answer = post(client, "/bookings", wish(clinic, patient=clinic.patient()), "k1")

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {
        "id", "number", "state", "version", "starts_at", "ends_at", "practitioner", "resources",
        "to_pay",
    }  # fmt: skip
    assert (body["number"], body["state"], body["version"]) == ("20310303-0001", "confirmed", 1)
    assert body["starts_at"] == "2031-03-03T10:00:00+08:00"
    assert len(body["resources"]) == 2
    assert answer["ETag"] == '"1"'
    assert Booking.objects.get().channel == "api"


def test_a_repeated_request_books_once_and_gets_the_same_answer(clinic: Clinic, client: Client):
    body = wish(clinic, patient=clinic.patient())

    first, second = (post(client, "/bookings", body, "k1") for _ in range(2))

    assert first.content == second.content
    assert Booking.objects.count() == 1


@pytest.mark.covers("A02")
def test_somebody_new_is_registered_and_booked_in_one_deed(clinic: Clinic, client: Client):
    new = {"name": "周小满", "sex": "female", "born_on": "2020-05-06", "phone": "12100000001"}

    new |= {"address": "禾香路 1 号", "visit_card": "88001", "insurance_card": "Y-77"}
    said = {"special_needs": ["allergy"], "medication": "华法林"}

    answer = post(
        client, "/bookings", wish(clinic, new_patient=new, practitioner=None, **said), "k1"
    )

    assert answer.status_code == 201
    assert UUID(answer.json()["practitioner"]) in clinic.doctors
    kept = Booking.objects.get()
    assert (kept.special_needs, kept.answers) == (["allergy"], {"medication": "华法林"})


@pytest.mark.covers("A06")
def test_a_taken_time_is_409_with_alternatives(clinic: Clinic, client: Client):
    clinic.book(at(10))

    answer = post(client, "/bookings", wish(clinic, patient=clinic.patient()), "k1")

    assert answer.status_code == 409
    body = answer.json()
    assert body["code"] == "slot_taken"
    assert len(body["alternatives"]) == 5
    assert body["alternatives"][0] == {
        "starts_at": "2031-03-03T10:00:00+08:00",
        "ends_at": "2031-03-03T10:30:00+08:00",
        "practitioner": str(clinic.doctors[1]),
        "site": str(clinic.site_id),
    }
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, 422),
        ({"new_patient": {"name": "\x00"}}, 422),
        ({"starts_at": "2031-03-03T10:00:00"}, 422),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, 422),
        ({"surprise": 1}, 422),
        ({"new_patient": {"name": "周小满"}, "special_needs": ["money"]}, 422),
    ],
)
def test_what_cannot_be_read_is_refused(clinic, client, facts, status):
    answer = post(client, "/bookings", wish(clinic, **facts), "k1")

    assert answer.status_code in (status, 400)
    assert not Booking.objects.exists()


def test_a_booking_is_read_moved_and_cancelled(clinic: Clinic, client: Client):
    booked = clinic.book(at(10))
    path = f"/bookings/{booked.id}"

    read = client.get(f"/api/v1{path}")
    moved = post(
        client, f"{path}/reschedule", {"starts_at": "2031-03-03T11:00:00+08:00"}, "k1",
        **{"If-Match": '"1"'},
    )  # fmt: skip
    stale = post(client, f"{path}/cancel", {"reason": "sick"}, "k2", **{"If-Match": '"1"'})
    done = post(client, f"{path}/cancel", {"reason": "sick"}, "k3", **{"If-Match": '"2"'})

    assert (read.status_code, read["ETag"]) == (200, '"1"')
    assert read.json()["clinic_day"] == "2031-03-03"
    assert moved.status_code == 200
    assert moved.json()["starts_at"] == "2031-03-03T11:00:00+08:00"
    assert moved.json()["number"] == booked.number
    assert stale.status_code == 412
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")


@pytest.mark.covers("A02")
def test_what_a_booking_says_is_changed_in_part_and_not_over_somebody_elses(
    clinic: Clinic, client: Client
):
    booked = clinic.book(at(10), note="靠窗", reason_for_visit="牙痛")
    path = f"/bookings/{booked.id}/details"
    said = {"special_needs": ["wheelchair"], "note": None}

    done = post(client, path, said, "k1", **{"If-Match": '"1"'})
    again = post(client, path, said, "k1", **{"If-Match": '"1"'})
    stale = post(client, path, {"note": "x"}, "k2", **{"If-Match": '"1"'})
    unknown = post(client, path, {"special_needs": ["money"]}, "k3")

    assert (done.status_code, done["ETag"], again.content) == (200, '"2"', done.content)
    assert (stale.status_code, unknown.status_code) == (412, 422)
    assert client.get(f"/api/v1{path}").json() == done.json()
    assert done.json() | {"id": "", "version": 0} == {
        "id": "", "version": 0, "reason_for_visit": "牙痛", "special_needs": ["wheelchair"],
        "companion": "", "medication": "", "note": "", "is_first_visit": False,
    }  # fmt: skip


def test_a_move_to_a_taken_time_offers_others_and_changes_nothing(clinic: Clinic, client: Client):
    mine, other = clinic.book(at(10)), clinic.book(at(11))

    answer = post(
        client,
        f"/bookings/{mine.id}/reschedule",
        {"starts_at": "2031-03-03T11:00:00+08:00"},
        "k1",
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert answer.json()["alternatives"]
    kept = Booking.objects.get(pk=mine.id)
    assert (kept.starts_at, kept.version) == (at(10), 1)
    assert Booking.objects.get(pk=other.id).starts_at == at(11)


def test_bookings_are_listed_in_portions(clinic: Clinic, client: Client):
    for hour in (9, 10, 11):
        clinic.book(at(hour))

    first = client.get("/api/v1/bookings", {"site": clinic.site_id, "limit": 2}).json()
    rest = client.get(
        "/api/v1/bookings", {"site": clinic.site_id, "limit": 2, "cursor": first["next"]}
    ).json()

    numbers = [item["number"] for item in first["items"] + rest["items"]]
    assert numbers == ["20310303-0001", "20310303-0002", "20310303-0003"]
    assert rest["next"] is None


def test_another_site_is_no_business_of_a_partner(clinic: Clinic, client: Client):
    other = make_clinic()
    booked = other.book()

    assert client.get(f"/api/v1/bookings/{booked.id}").status_code == 404
    answer = client.get("/api/v1/bookings", {"site": other.site_id})
    assert answer.status_code in (403, 404)
    refused = post(client, "/bookings", wish(other, patient=other.patient()), "k1")
    assert refused.status_code == 403
