"""Many signed requests at once: one time is sold once, one reference is one booking."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from yilu.interop.models import PartnerBooking
from yilu.interop.tests.factories import BASE, Partner, make_partner
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import make_clinic

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A16"),
]
CROWD, AT_ONCE = 50, 10


def sent(partner: Partner, wishes: list[dict]) -> Counter[str]:
    """Send them all from several connections; how they were answered."""
    together = Barrier(min(AT_ONCE, len(wishes)))
    signed = []
    for n, wish in enumerate(wishes):
        body = json.dumps(wish, default=str).encode()
        signed.append((body, partner.signed("POST", "/bookings", body, f"race-{n}")))

    def one(n: int) -> str:
        body, headers = signed[n]
        if n < together.parties:
            together.wait(60)
        try:
            answer = Client().post(
                f"{BASE}/bookings", body, content_type="application/json", headers=headers
            )
            said = answer.json()
            return "booked" if answer.status_code == 201 else str(said["code"])
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        contexts = [copy_context() for _ in wishes]
        done = [pool.submit(contexts[n].run, one, n) for n in range(len(wishes))]
        return Counter(each.result() for each in done)


def test_fifty_requests_for_one_time_are_one_booking_and_clear_refusals():
    partner = make_partner(make_clinic(), bookings_per_day=100)

    said = sent(partner, [partner.wish() for _ in range(CROWD)])

    assert said == {"booked": 1, "slot_taken": CROWD - 1}
    assert Booking.objects.count() == PartnerBooking.objects.count() == 1


def test_the_same_reference_twice_at_once_is_one_booking():
    partner = make_partner(make_clinic())
    hours = ("10", "11", "14", "15")
    wishes = [
        partner.wish(reference="A-1", starts_at=f"2031-03-03T{hour}:00:00+08:00") for hour in hours
    ]

    said = sent(partner, wishes)

    assert said == {"booked": 1, "reference_used": len(hours) - 1}
    assert Booking.objects.count() == 1


def test_the_quota_of_a_day_is_not_exceeded_whoever_comes_at_once():
    partner = make_partner(make_clinic(), bookings_per_day=2)
    hours = ("09", "10", "11", "14", "15", "16")
    wishes = [partner.wish(starts_at=f"2031-03-03T{hour}:00:00+08:00") for hour in hours]

    said = sent(partner, wishes)

    assert said == {"booked": 2, "daily_quota_used_up": 4}


def test_the_very_same_request_at_once_is_let_in_once():
    partner = make_partner(make_clinic())
    headers = partner.signed("GET", "/quota")
    together = Barrier(4)

    def one() -> int:
        together.wait(60)
        try:
            return Client().get(f"{BASE}/quota", headers=headers).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        contexts = [copy_context() for _ in range(4)]
        done = [pool.submit(context.run, one) for context in contexts]
        assert Counter(each.result() for each in done) == {200: 1, 401: 3}
