"""Planning anew in any order: nobody vanishes, nobody has two places, nothing is sold twice."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

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
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError
from yilu.platform.testing import drain, run_jobs
from yilu.scheduling import planner, solving
from yilu.scheduling.child import Answer
from yilu.scheduling.models import Allocation, Block, Booking, Hold, Plan, PlannedMove, Resource
from yilu.scheduling.operations import answering, replanning
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.selectors.plans import outlook
from yilu.scheduling.selectors.stranded import stranded
from yilu.scheduling.states import CALLS, COMING, FROZEN, HOLDS_TIME
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.scheduling.tests.test_any_order import OVERLAPS

SOAK = os.environ.get("YILU_SOAK") == "1"
WALL = ZoneInfo("America/New_York")
"""Where the clocks go forward in the night to Sunday, 9 March 2031."""
SATURDAY = 8


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A time on the wall of the site, in March 2031."""
    return datetime(2031, 3, day, hour, minute, tzinfo=WALL).astimezone(UTC)


def here(question, heard) -> Answer:
    """The planner's own answer, without a process around it: starting one takes a second."""
    if not question["places"]:
        none = sum(question["without"])
        return Answer((), none, none, 0.0)
    said = solving.solve(question)
    return Answer(tuple(said["chosen"]), said["cost"], said["bound"], 0.0)


def ill(clinic: Clinic, who: int, start: datetime, end: datetime) -> None:
    block_resource(
        actor=clinic.actor, resource_id=clinic.doctor_resources[who], starts_at=start,
        ends_at=end, kind="absence",
    )  # fmt: skip


class Replanning(RuleBasedStateMachine):
    """Two doctors over a weekend with a change of the clocks; one of them, or both, fall ill."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = on(SATURDAY - 1, 8)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def open(self) -> None:
        with clock.at(self.now):
            self.clinic = make_clinic(doctors=2, rooms=2, days=9, time_zone=WALL.key)
            self.desk = replace(self.clinic.actor, user_id=None)
            times = [(0, 9, 0), (0, 9, 30), (0, 10, 0), (0, 14, 0), (1, 9, 0), (1, 10, 0)]
            for who, hour, minute in times:
                self.clinic.book(
                    on(SATURDAY, hour, minute), practitioner_id=self.clinic.doctors[who]
                )
            ill(self.clinic, 0, on(SATURDAY, 0), on(SATURDAY, 23))
        self.ids = set(Booking.objects.values_list("pk", flat=True))
        self.cancelled = set()

    def attempt(self, call) -> bool:
        """Do it, or be refused with nothing changed."""
        before = self.all_there_is()
        try:
            with clock.at(self.now), transaction.atomic():
                call()
        except DomainError:
            assert self.all_there_is() == before
            return False
        return True

    def all_there_is(self) -> list:
        kinds = (Booking, Plan, PlannedMove)
        kept = sorted(Hold.objects.filter(state="held").values_list("pk", flat=True))
        return [kept, *[sorted(kind.objects.values_list("pk", "version")) for kind in kinds]]

    def nth(self, kind, n: int, **having):
        found = list(kind.objects.filter(**having).order_by("created_at", "pk"))
        return found[n % len(found)] if found else None

    @rule(who=st.integers(0, 1), day=st.integers(SATURDAY, SATURDAY + 1), late=st.booleans())
    def somebody_falls_ill(self, who, day, late) -> None:
        start, end = (on(day, 13), on(day, 18)) if late else (on(day, 8), on(day, 12, 30))
        self.attempt(lambda: ill(self.clinic, who, start, end))

    @rule()
    def plan_anew(self) -> None:
        site_id = self.clinic.site_id
        self.attempt(lambda: replanning.start_plan(actor=self.desk, site_id=site_id))

    @rule()
    def the_planner_works(self) -> None:
        with clock.at(self.now):
            run_jobs()

    @rule()
    def the_worker_catches_up(self) -> None:
        with clock.at(self.now):
            drain()

    @rule(n=st.integers(0, 3), deed=st.sampled_from(["confirm_plan", "confirm_plan", "drop_plan"]))
    def decide(self, n, deed) -> None:
        plan = self.nth(Plan, n, state__in=["planning", "proposed", "confirmed"])
        if plan:
            run = getattr(replanning, deed)
            self.attempt(lambda: run(actor=self.clinic.actor, plan_id=plan.pk))

    @rule(n=st.integers(0, 5), day=st.integers(8, 10), hour=st.integers(9, 16),
          who=st.integers(0, 1))  # fmt: skip
    def change_by_hand(self, n, day, hour, who) -> None:
        move = self.nth(PlannedMove, n, plan__state="proposed")
        if move:
            self.attempt(
                lambda: replanning.change_move(
                    actor=self.clinic.actor, move_id=move.pk, starts_at=on(day, hour),
                    practitioner_id=self.clinic.doctors[who], version=move.version,
                )
            )  # fmt: skip

    @rule(n=st.integers(0, 5))
    def leave_out(self, n) -> None:
        move = self.nth(PlannedMove, n, plan__state="proposed")
        if move:
            self.attempt(lambda: replanning.leave_out(actor=self.clinic.actor, move_id=move.pk))

    @rule(n=st.integers(0, 5), urgency=st.sampled_from(["usual", "soon", "urgent"]))
    def say_how_urgent(self, n, urgency) -> None:
        move = self.nth(PlannedMove, n, plan__state="proposed")
        if move:
            self.attempt(
                lambda: replanning.set_urgency(
                    actor=self.clinic.actor, move_id=move.pk, urgency=urgency
                )
            )

    @rule()
    def weigh_again(self) -> None:
        plan = self.nth(Plan, 0, state="proposed")
        if plan:
            self.attempt(lambda: replanning.weigh_again(actor=self.desk, plan_id=plan.pk))

    @rule(
        n=st.integers(0, 5), deed=st.sampled_from(["accept_move", "decline_move", "propose_again"])
    )
    def the_patient_answers(self, n, deed) -> None:
        move = self.nth(PlannedMove, n, plan__state="confirmed")
        if move:
            patient = Actor(kind="patient", name="link", owns=frozenset({move.pk}))
            run = getattr(answering, deed)
            self.attempt(lambda: run(actor=patient, move_id=move.pk))

    @rule(n=st.integers(0, 5), day=st.integers(8, 10), hour=st.integers(9, 16),
          who=st.integers(0, 1))  # fmt: skip
    def the_patient_chooses(self, n, day, hour, who) -> None:
        move = self.nth(PlannedMove, n, plan__state="confirmed")
        if move:
            patient = Actor(kind="patient", name="link", owns=frozenset({move.pk}))
            self.attempt(
                lambda: answering.choose_instead(
                    actor=patient, move_id=move.pk, starts_at=on(day, hour),
                    practitioner_id=self.clinic.doctors[who],
                )
            )  # fmt: skip

    @rule(n=st.integers(0, 5))
    def the_patient_cancels(self, n) -> None:
        move = self.nth(PlannedMove, n, plan__state="confirmed")
        if move and self.attempt(
            lambda: answering.cancel_instead(actor=self.clinic.actor, move_id=move.pk, reason="no")
        ):
            self.cancelled.add(move.booking_id)

    @rule(n=st.integers(0, 5), day=st.integers(8, 10), hour=st.integers(9, 16),
          who=st.integers(0, 1))  # fmt: skip
    def the_desk_moves_a_booking(self, n, day, hour, who) -> None:
        booking = self.nth(Booking, n)
        self.attempt(
            lambda: reschedule_booking(
                actor=self.clinic.actor, booking_id=booking.pk, starts_at=on(day, hour),
                practitioner_id=self.clinic.doctors[who],
            )
        )  # fmt: skip

    @rule(n=st.integers(0, 5))
    def the_desk_cancels_a_booking(self, n) -> None:
        booking = self.nth(Booking, n)
        if self.attempt(
            lambda: cancel_booking(actor=self.clinic.actor, booking_id=booking.pk, reason="ill")
        ):
            self.cancelled.add(booking.pk)

    @rule(day=st.integers(8, 10), hour=st.integers(9, 16), who=st.integers(0, 1))
    def somebody_else_books(self, day, hour, who) -> None:
        doctor = self.clinic.doctors[who]
        if self.attempt(lambda: self.clinic.book(on(day, hour), practitioner_id=doctor)):
            self.ids = set(Booking.objects.values_list("pk", flat=True))

    @rule(minutes=st.sampled_from([5, 30, 121, 300, 900]))
    def time_goes_by(self, minutes) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_sold_twice(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(OVERLAPS)
            assert cursor.fetchone()[0] == 0

    @invariant()
    def no_booking_vanishes(self) -> None:
        assert set(Booking.objects.values_list("pk", flat=True)) == self.ids
        for booking in Booking.objects.all():
            assert (booking.state == "cancelled") == (booking.pk in self.cancelled)
            if booking.state == "no_show":
                continue  # What was held for somebody who did not come is past.
            held = Allocation.objects.filter(booking=booking, active=True)
            kinds = sorted(held.values_list("resource__kind", flat=True))
            assert kinds == (["practitioner", "room"] if booking.state in HOLDS_TIME else [])

    @invariant()
    def a_place_is_kept_for_those_in_a_plan_and_for_nobody_else(self) -> None:
        kept = dict(PlannedMove.objects.exclude(hold=None).values_list("hold_id", "state"))
        assert set(kept.values()) <= {"proposed", "told", "silent"}
        # What the worker has not yet swept away has run out: it keeps nothing from anybody.
        lasting = Hold.objects.filter(state="held", expires_at__gt=self.now)
        assert set(lasting.values_list("pk", flat=True)) <= set(kept)
        for move in PlannedMove.objects.filter(state__in=["told", "silent"]):
            assert move.hold is not None
            assert (move.hold.expires_at, move.hold.during.lower) == (move.starts_at,) * 2
            if move.starts_at > self.now:
                assert move.hold.state == "held"
                assert Allocation.objects.filter(hold=move.hold, active=True).count() == 2

    @invariant()
    def whoever_cannot_be_kept_is_on_a_list(self) -> None:
        """Kept, proposed, told or to be called; and where nothing is planned, “to move”."""
        with clock.at(self.now):
            listed = stranded([self.clinic.site_id])
            calls = {one.line.id for one in outlook(self.clinic.actor, self.clinic.site_id).calls}
        for booking in Booking.objects.filter(state__in=COMING, ends_at__gt=self.now):
            moves = PlannedMove.objects.filter(booking=booking)
            assert moves.filter(state__in=FROZEN).count() <= 1
            doctor = Resource.objects.get(practitioner_id=booking.practitioner_id)
            absences = Block.objects.filter(
                resource=doctor, active=True, during__overlap=(booking.starts_at, booking.ends_at)
            )
            assert (booking.pk in listed) == absences.exists()
            to_call = moves.filter(state__in=CALLS, plan__state="confirmed")
            assert to_call.exists() == (booking.pk in calls)

    @invariant()
    def everybody_who_was_affected_is_accounted_for(self) -> None:
        """Cancelled, at a new place, or at the old one, which is kept – and then somebody knows:
        a plan, the calls, or the list “to move”, unless the old place is good again."""
        with clock.at(self.now):
            listed = stranded([self.clinic.site_id])
            calls = {one.line.id for one in outlook(self.clinic.actor, self.clinic.site_id).calls}
        in_plan = set(
            PlannedMove.objects.filter(state__in=FROZEN).values_list("booking_id", flat=True)
        )
        for move in PlannedMove.objects.select_related("booking"):
            booking = move.booking
            if booking.pk in self.cancelled or booking.state not in COMING:
                continue
            place = (booking.starts_at, booking.practitioner_id)
            held = Allocation.objects.filter(
                booking=booking, active=True, resource__practitioner_id=booking.practitioner_id
            ).values_list("during", flat=True)
            assert [one.lower for one in held] == [booking.starts_at]
            if place == (move.old_starts_at, move.old_practitioner_id):
                absent = Block.objects.filter(
                    resource__practitioner_id=booking.practitioner_id,
                    active=True,
                    during__overlap=(booking.starts_at, booking.ends_at),
                )
                known = booking.pk in {*listed, *calls, *in_plan}
                assert known or not absent.exists() or booking.ends_at <= self.now


@pytest.mark.django_db
@pytest.mark.covers("A14")
def test_planning_anew_in_any_order_loses_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(planner, "solved", here)
    size = settings(
        max_examples=60 if SOAK else 10,
        stateful_step_count=60 if SOAK else 30,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # Shrinking takes minutes here.
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Replanning, settings=size)


@pytest.mark.django_db
@pytest.mark.covers("A14")
def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change():
    """The only doctor is ill on Saturday; the clocks go forward in the night to Sunday."""
    with clock.at(on(SATURDAY - 1, 8)):
        clinic = make_clinic(days=9, time_zone=WALL.key)
        booked = clinic.book(on(SATURDAY, 10))
        ill(clinic, 0, on(SATURDAY, 0), on(SATURDAY, 23))
        actor = replace(clinic.actor, user_id=None)
        plan_id = replanning.start_plan(actor=actor, site_id=clinic.site_id)
        assert run_jobs() == 1
        assert replanning.confirm_plan(actor=actor, plan_id=plan_id) == 1

        move = PlannedMove.objects.get(booking_id=booked.id)
        # A day later is 23 hours later. An hour by the wall would cost four points more.
        assert move.starts_at == on(SATURDAY + 1, 10)
        assert move.starts_at - move.old_starts_at == timedelta(hours=23)
        assert Plan.objects.get().cost == 60
        answering.accept_move(actor=actor, move_id=move.pk)

    assert Booking.objects.get().starts_at == on(SATURDAY + 1, 10)
