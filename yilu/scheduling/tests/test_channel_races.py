"""A share under many at once: it is never exceeded, and without the lock it is."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from yilu.scheduling import rationing
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.operations.plans import PlanFacts, set_plan
from yilu.scheduling.shares import Share
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.scheduling.tests.test_races import at_once

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A01"),
]
SHARE, CROWD = 5, 18


def a_morning(share: int) -> Clinic:
    """A doctor whose visits take ten minutes: eighteen places, of which few are for online."""
    clinic = make_clinic(minutes=10)
    facts = PlanFacts(
        name="早", shares=(Share("online", amount=share),),
        resource_ids=tuple(clinic.doctor_resources), falls_hours=1,
    )  # fmt: skip
    set_plan(actor=clinic.actor, site_id=clinic.site_id, facts=facts)
    return clinic


def everybody(clinic: Clinic) -> list[Callable[[], object]]:
    """Each wants a time of their own, so that nothing but the share stands between them."""

    def call(n: int, patient_id: UUID) -> Callable[[], object]:
        wish = clinic.wish(at(9) + timedelta(minutes=10 * n), patient_id=patient_id, channel="web")
        return lambda: book_appointment(actor=clinic.actor, wish=wish)

    return [call(n, clinic.patient()) for n in range(CROWD)]


def test_a_share_is_never_exceeded_whoever_comes_at_once():
    clinic = a_morning(SHARE)

    said = at_once(everybody(clinic))

    assert said == {"done": SHARE, "share_used_up": CROWD - SHARE}
    assert Booking.objects.count() == SHARE


def test_control_without_the_lock_the_same_crowd_exceeds_it(monkeypatch: pytest.MonkeyPatch):
    """If this passed with five bookings, the test above would prove nothing."""
    monkeypatch.setattr(rationing, "_LOCK", "SELECT 1 WHERE %(resources)s::uuid[] IS NULL OR"
                        " %(days)s::date[] IS NULL")  # fmt: skip
    clinic = a_morning(SHARE)

    said = at_once(everybody(clinic))

    assert said["done"] > SHARE
