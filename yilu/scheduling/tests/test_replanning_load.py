"""A whole clinic is planned anew, through every operation: how long the desk waits, and for what.

`YILU_SOAK=1` takes 200 bookings of 20 doctors, with half of the coming days booked already, and
asks for the seconds that were promised; otherwise 40 of 5, and only what they ask of the database
and of memory. `pytest -s` prints what took how long.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import ceil
from time import monotonic
from typing import Any

import pytest
from django.db import connection

from yilu.messaging.models import Message
from yilu.platform.testing import drain, run_jobs
from yilu.scheduling.models import Booking, Plan, PlannedMove
from yilu.scheduling.operations.answering import accept_move
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.replanning import confirm_plan, start_plan
from yilu.scheduling.planner import PORTION
from yilu.scheduling.selectors.plans import plan_moves, waiting_moves
from yilu.scheduling.selectors.replanning import question
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.scheduling.tests.test_races import HALF_HELD, OVERLAPS, count

SOAK = os.environ.get("YILU_SOAK") == "1"
DOCTORS, EACH, DAYS, BUSY = (20, 10, 14, 4) if SOAK else (5, 8, 4, 0)
MOST_SECONDS, MOST_CONFIRMING, MOST_MEMORY = 20.0, 2.0, 400
# Reading, the progress of the job and its end; and for each portion of fifty that is kept.
MOST_STATEMENTS, OF_A_PORTION = 40, 20
# The planner, and then the most memory that it had. What the system counts of our children is the
# largest of them all, or we ourselves as they started: after other tests that is not the planner.
WEIGHED = """
import runpy
from pathlib import Path
runpy.run_module("yilu.scheduling.solving", run_name="__main__")
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""
HALVES = [at(hour, minute) for hour in (9, 10, 11, 14, 15, 16) for minute in (0, 30)]


def say(words: str) -> None:
    """For `pytest -s`."""
    sys.stdout.write(f"{words}\n")


def timed(what: str, deed: Callable[[], object]) -> tuple[float, int]:
    """Do it, print how long it took, and give that back, with the number of statements."""
    asked = 0

    def counted(execute: Callable[..., object], *statement: object) -> object:
        nonlocal asked
        asked += 1
        return execute(*statement)

    begun = monotonic()
    with connection.execute_wrapper(counted):
        deed()
    took = monotonic() - begun
    say(f"{what:<36}{took:8.2f} s {asked:6} statements")
    return took, asked


def weighed(asked: dict[str, Any]) -> int:
    """The most memory, in MB, of a process that plans this and nothing else."""
    done = subprocess.run(  # noqa: S603 (our own program, named above)
        [sys.executable, "-c", WEIGHED],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    *_, answer, peak = done.stdout.splitlines()
    assert "chosen" in json.loads(answer)
    return int(peak) // 1024


def everybody_is_ill() -> Clinic:
    """Every doctor is away on Monday, when nearly all their times are booked; the next days
    are half full."""
    clinic = make_clinic(doctors=DOCTORS, rooms=DOCTORS, days=DAYS)
    people = [clinic.patient() for _ in range(DOCTORS * EACH)]
    for n, patient in enumerate(people):
        doctor = clinic.doctors[n // EACH]
        clinic.book(HALVES[n % EACH], practitioner_id=doctor, patient_id=patient)
    for day in range(1, BUSY + 1):
        for doctor in clinic.doctors:
            for n in range(day % 2, len(HALVES), 2):
                start = HALVES[n] + timedelta(days=day)
                clinic.book(start, practitioner_id=doctor)
    for resource_id in clinic.doctor_resources:
        block_resource(
            actor=clinic.actor,
            resource_id=resource_id,
            starts_at=at(8),
            ends_at=at(18),
            kind="absence",
        )
    return clinic


@pytest.mark.covers("A14")
@pytest.mark.django_db(transaction=True)
def test_a_whole_clinic_is_planned_anew_while_the_desk_waits():
    clinic = everybody_is_ill()
    if SOAK:
        drain()  # What is told of the bookings themselves is not counted.
    actor = replace(clinic.actor, user_id=None)
    many = DOCTORS * EACH
    begun, _ = timed("begin the plan", lambda: start_plan(actor=actor, site_id=clinic.site_id))
    plan = Plan.objects.get()
    moves = waiting_moves(plan.pk)
    asking: list[dict[str, Any]] = []
    reading, _ = timed(
        "read what is free",
        lambda: asking.append(question(clinic.site_id, moves).asked()[0]),
    )
    whole, statements = timed("read, solve and keep", run_jobs)
    plan.refresh_from_db()
    say(f"{'of that the solver':<36}{plan.seconds:8.2f} s; cost {plan.cost}, bound {plan.bound}")
    say(f"{'so starting it, and keeping, took':<36}{whole - reading - (plan.seconds or 0):8.2f} s")
    shown, _ = timed("show the preview", lambda: plan_moves(clinic.actor, plan.pk))
    confirming, _ = timed("confirm", lambda: confirm_plan(actor=actor, plan_id=plan.pk))
    if SOAK:
        timed("tell everybody", drain)
        asked = Message.objects.filter(template="booking_replanned", channel="sms")
        assert asked.count() == many
    first = PlannedMove.objects.filter(plan=plan).first()
    assert first is not None
    timed("one accepts", lambda: accept_move(actor=actor, move_id=first.pk))
    memory = weighed(asking[0])
    say(f"{'peak memory of the planner':<36}{memory:8} MB")

    assert (plan.state, plan.moves.count()) == ("proposed", many)
    # No provider takes the messages at full size: the desk is asked to call.
    asked_of = PlannedMove.objects.filter(state="silent" if SOAK else "told")
    assert asked_of.count() == many - 1
    assert Booking.objects.filter(state="confirmed").count() >= many
    assert count(OVERLAPS) == 0
    assert count(HALF_HELD) == 0
    assert statements <= MOST_STATEMENTS + OF_A_PORTION * ceil(many / PORTION)
    if SOAK:
        assert begun + whole + shown <= MOST_SECONDS
        assert confirming <= MOST_CONFIRMING
    assert memory <= MOST_MEMORY
