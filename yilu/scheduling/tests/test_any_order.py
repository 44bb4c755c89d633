"""Deeds on bookings in any order leave the clinic consistent (a state machine)."""

import os
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from yilu.platform import clock
from yilu.platform.errors import DomainError
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations import arrivals, changing
from yilu.scheduling.operations.booking import book_appointment, overbook_appointment
from yilu.scheduling.states import HOLDS_TIME
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at, make_clinic

SOAK = os.environ.get("YILU_SOAK") == "1"
OVERLAPS = """
SELECT count(*) FROM scheduling_allocation a
JOIN scheduling_allocation b ON a.resource_id = b.resource_id AND a.lane = b.lane
     AND a.id < b.id AND a.during && b.during
WHERE a.active AND b.active
"""
DEEDS = [
    (changing, "confirm_booking", {}),
    (changing, "undo_confirm_booking", {}),
    (changing, "cancel_booking", {"reason": "ill"}),
    (changing, "undo_cancel_booking", {}),
    (changing, "undo_reschedule_booking", {}),
    (changing, "say_running_late", {"minutes": 10}),
    (changing, "undo_running_late", {}),
    (arrivals, "mark_arrived", {}),
    (arrivals, "undo_mark_arrived", {}),
    (arrivals, "mark_in_consultation", {}),
    (arrivals, "undo_mark_in_consultation", {}),
    (arrivals, "mark_finished", {}),
    (arrivals, "undo_mark_finished", {}),
    (arrivals, "mark_no_show", {}),
    (arrivals, "undo_mark_no_show", {}),
]
PAIRS = [
    ("cancel_booking", "undo_cancel_booking"),
    ("mark_finished", "undo_mark_finished"),
    ("mark_no_show", "undo_mark_no_show"),
    ("mark_arrived", "undo_mark_arrived"),
]


class AnyOrder(RuleBasedStateMachine):
    """Two doctors and two rooms; time goes by; whatever is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = SUNDAY_EVENING

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def open(self) -> None:
        with clock.at(self.now):
            self.clinic = make_clinic(doctors=2, rooms=2, days=2)
            self.patients = [self.clinic.patient() for _ in range(3)]
        self.booked = []

    def attempt(self, call) -> object:
        versions = dict(Booking.objects.values_list("pk", "version"))
        try:
            with clock.at(self.now), transaction.atomic():
                return call()
        except DomainError:
            assert dict(Booking.objects.values_list("pk", "version")) == versions
        return None

    @rule(minute=st.integers(0, 40), who=st.integers(-1, 1), patient=st.integers(0, 2),
          over=st.booleans())  # fmt: skip
    def book(self, minute, who, patient, over) -> None:
        wish = self.clinic.wish(
            at(9, minute * 5),
            practitioner_id=None if who < 0 else self.clinic.doctors[who],
            patient_id=self.patients[patient],
            overrule_reason="extra" if over else "",
        )
        run = overbook_appointment if over else book_appointment
        made = self.attempt(lambda: run(actor=self.clinic.actor, wish=wish))
        if made:
            self.booked.append(made.id)

    @rule(n=st.integers(0, 3), minute=st.integers(0, 40), who=st.integers(0, 1))
    def move(self, n, minute, who) -> None:
        if self.booked:
            self.attempt(
                lambda: changing.reschedule_booking(
                    actor=self.clinic.actor,
                    booking_id=self.booked[n % len(self.booked)],
                    starts_at=at(9, minute * 5),
                    practitioner_id=self.clinic.doctors[who],
                )
            )

    @rule(n=st.integers(0, 3), deed=st.sampled_from(DEEDS))
    def do(self, n, deed) -> None:
        module, name, facts = deed
        if self.booked:
            booking_id = self.booked[n % len(self.booked)]
            operation = getattr(module, name)
            self.attempt(lambda: operation(actor=self.clinic.actor, booking_id=booking_id, **facts))

    @rule(n=st.integers(0, 3), pair=st.sampled_from(PAIRS))
    def do_and_take_back(self, n, pair) -> None:
        """A way back is only open at once, so it must be tried at once."""
        for name in pair:
            self.do(n, next(deed for deed in DEEDS if deed[1] == name))

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes) -> None:
        self.now = max(self.now, at(8)) + timedelta(minutes=minutes)

    @invariant()
    def nothing_overlaps(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(OVERLAPS)
            assert cursor.fetchone()[0] == 0

    @invariant()
    def what_stands_holds_all_it_needs(self) -> None:
        for booking in Booking.objects.filter(state__in=HOLDS_TIME):
            held = Allocation.objects.filter(booking=booking, active=True)
            kinds = sorted(held.values_list("resource__kind", flat=True))
            assert kinds == ["practitioner", "room"]
            assert {(a.during.lower, a.during.upper) for a in held} == {
                (booking.starts_at, booking.ends_at)
            }

    @invariant()
    def what_is_cancelled_holds_nothing(self) -> None:
        gone = Allocation.objects.filter(active=True, booking__state="cancelled")
        assert not gone.exists()


@pytest.mark.django_db
@pytest.mark.covers("A08", "A12")
def test_deeds_in_any_order_leave_the_clinic_consistent():
    size = settings(
        max_examples=60 if SOAK else 15,
        stateful_step_count=60 if SOAK else 30,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # Shrinking takes minutes here.
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(AnyOrder, settings=size)
