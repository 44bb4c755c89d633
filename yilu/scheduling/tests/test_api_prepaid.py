"""What a booking asks for in advance, as other systems read it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from yilu.platform import access, clock
from yilu.platform.actors import Actor
from yilu.platform.models import User, UserKind
from yilu.scheduling import permissions
from yilu.scheduling.models import PaymentTerms
from yilu.scheduling.operations.prepaying import release_unpaid, take_prepayment
from yilu.scheduling.selectors.bookings import day_bookings
from yilu.scheduling.selectors.prepaying import prepaids
from yilu.scheduling.tests.factories import (
    MONDAY,
    SUNDAY_EVENING,
    Clinic,
    at,
    make_clinic,
    make_service,
)
from yilu.scheduling.tests.test_api import post, wish

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A13")]
WORKER = Actor.system("test", permissions.CHANGE)
FIFTY = {"amount": "50.00", "currency": "CNY"}
NOTHING = {"amount": "0.00", "currency": "CNY"}
UNTIL = "2031-03-02T20:15:00+08:00"


@pytest.fixture
def clinic() -> Clinic:
    clinic = make_clinic(service=make_service(online=True))
    PaymentTerms.objects.create(
        service_id=clinic.service_id, kind="deposit", amount=Decimal("50.00")
    )
    return clinic


@pytest.fixture
def client(clinic: Clinic) -> Client:
    user = User.objects.create_user("partner", UserKind.PARTNER)
    rights = [permissions.SEE, permissions.BOOK, permissions.CHANGE]
    token = access.new_token(user, "test", permissions=rights, sites=[clinic.site_id])
    return Client(headers={"Authorization": f"Bearer {token}"})


def booked(clinic: Clinic, client: Client) -> Any:
    facts = wish(clinic, patient=clinic.patient(), channel="partner")
    answer = post(client, "/bookings", facts, "k1")
    assert answer.status_code == 201, answer.content
    return answer.json()


def shown(client: Client, clinic: Clinic, made: Any) -> Any:
    """What the booking and the list say of it, which is the same."""
    one = client.get(f"/api/v1/bookings/{made['id']}").json()["to_pay"]
    (listed,) = client.get("/api/v1/bookings", {"site": clinic.site_id}).json()["items"]
    assert listed["to_pay"] == one
    return one


def test_who_books_through_another_system_is_told_what_to_pay_and_until_when(clinic, client):
    made = booked(clinic, client)

    asked = {"state": "waiting", "amount": FIFTY, "paid": NOTHING, "pay_by": UNTIL, "is_must": True}
    assert (made["state"], made["to_pay"]) == ("requested", asked)
    assert shown(client, clinic, made) == asked


def test_a_move_says_that_the_deadline_stays(clinic, client):
    made = booked(clinic, client)
    with clock.at(SUNDAY_EVENING + timedelta(minutes=5)):
        path = f"/bookings/{made['id']}/reschedule"
        moved = post(client, path, {"starts_at": "2031-03-03T11:00:00+08:00"}, "k2")

    assert moved.status_code == 200
    assert moved.json()["to_pay"] == made["to_pay"]


def test_what_is_paid_asks_for_nothing_more(clinic, client):
    made = booked(clinic, client)
    take_prepayment(actor=WORKER, booking_id=made["id"], amount=Decimal("50.00"))

    assert shown(client, clinic, made) == {
        "state": "paid", "amount": NOTHING, "paid": FIFTY, "pay_by": None, "is_must": False,
    }  # fmt: skip


def test_what_was_not_paid_in_time_says_so(clinic, client):
    made = booked(clinic, client)
    with clock.at(SUNDAY_EVENING + timedelta(minutes=15)):
        release_unpaid(actor=WORKER, booking_id=made["id"])
        said = shown(client, clinic, made)

    assert (said["state"], said["amount"], said["pay_by"]) == ("lapsed", NOTHING, None)


def test_a_booking_that_asks_for_nothing_says_null(clinic, client):
    PaymentTerms.objects.update(kind="none", amount=None)
    made = booked(clinic, client)

    assert (made["state"], made["to_pay"]) == ("confirmed", None)
    assert shown(client, clinic, made) is None


def test_the_description_of_the_api_names_every_part(client):
    described = client.get("/api/v1/openapi.json").json()["components"]["schemas"]

    assert set(described["PrepaidOut"]["properties"]) == {
        "state", "amount", "paid", "pay_by", "is_must",
    }  # fmt: skip
    for name in ("BookingOut", "BookingRead", "BookingFull", "PlacedOut", "PartnerBookingOut"):
        assert "PrepaidOut" in str(described[name]["properties"]["to_pay"])
    assert set(described["ToPayOut"]["properties"]) == {"amount", "pay_by"}


@pytest.mark.parametrize("count", [1, 6])
def test_one_query_tells_what_many_bookings_ask_for(
    clinic, client, django_assert_num_queries, count
):
    made = [clinic.book(at(9 + n // 2, 30 * (n % 2))).id for n in range(count)]

    with django_assert_num_queries(1):
        assert prepaids(made) == {}


def test_the_desks_list_flags_what_waits_for_its_payment_at_one_query_more(
    clinic, client, django_assert_num_queries
):
    standing = clinic.book(at(11))
    with django_assert_num_queries(5):
        day_bookings(clinic.actor, clinic.site_id, MONDAY)
    made = booked(clinic, client)

    with django_assert_num_queries(6):
        lines = day_bookings(clinic.actor, clinic.site_id, MONDAY)

    assert {str(one.id): "to_pay" in one.flags for one in lines} == {
        made["id"]: True, str(standing.id): False,
    }  # fmt: skip
