"""Processes killed at any moment while bookings are made: nothing acknowledged is lost or doubled.

Who gets no answer asks again under the same key, as the API's callers are told to. What is killed
is drawn with `YILU_SEED`; `YILU_SOAK=1` kills fifty times, drawn anew each time, and says the seed.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random, randrange
from threading import Condition
from time import monotonic, sleep

import psycopg
import pytest
from django.db import connection

from tests.bad_days.calling import Call, Callers
from tests.bad_days.conftest import Open
from tests.bad_days.crew import Crew, crew
from tests.browser.served import environment
from yilu.demo.sandbox.server import SandboxServer
from yilu.demo.sandbox.sms import SmsSandbox
from yilu.demo.sandbox.wire import Fault, Faults, Mode
from yilu.messaging.models import Message
from yilu.platform.models import Delivery
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
SOAK = os.environ.get("YILU_SOAK") == "1"
SEED = int(os.environ.get("YILU_SEED") or (randrange(10**6) if SOAK else 11))  # noqa: S311 (what dies, no secret)
KILLS = 50 if SOAK else 5
BETWEEN = 6
DOCTORS = 8 if SOAK else 2
CALLERS = 4
PATIENCE = 60.0
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Sms:
    """The provider of SMS, in this process."""

    service: SmsSandbox
    faults: Faults
    port: int

    def taken(self) -> Counter[str]:
        """How often each message of ours was taken."""
        return Counter(one["context"] for one in self.service.received())


@pytest.fixture
def sms() -> Iterator[Sms]:
    faults = Faults()
    service = SmsSandbox("bad", "days", "1400000001")
    with SandboxServer(0, [service], faults) as server:
        server.run_in_background()
        yield Sms(service, faults, server.server_address[1])
        server.shutdown()


@pytest.fixture
def mortal(django_db_setup: None, sms: Sms, tmp_path: Path) -> Iterator[Crew]:
    """The product, to be killed, with its messages going to our own provider.

    New for each test: its worker would not know that the tables were emptied in between.
    """
    place = {
        "YILU_SMS_PROTOCOL": "http",
        "YILU_SMS_ENDPOINT": f"127.0.0.1:{sms.port}",
        "YILU_SMS_SECRET_ID": "bad",
        "YILU_SMS_SECRET_KEY": "days",
        "YILU_SMS_APP_ID": "1400000001",
        "YILU_MESSAGE_TIMEOUT": "1",
    }
    with crew(tmp_path, **place) as running:
        yield running


@dataclass
class Tally:
    """What was acknowledged, and whoever waits for more of it."""

    made: dict[str, str] = field(default_factory=dict)
    more: Condition = field(default_factory=Condition)

    def note(self, key: str, booking: str) -> None:
        with self.more:
            self.made[key] = booking
            self.more.notify_all()

    def wait_for(self, count: int) -> None:
        with self.more:
            if not self.more.wait_for(lambda: len(self.made) >= count, PATIENCE):
                raise RuntimeError(f"only {len(self.made)} of {count} were acknowledged")


def insist(callers: Callers, call: Call, tally: Tally) -> None:
    """Ask until there is an answer, always under the same key."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        answer = callers.one(call)
        if answer.status == 201:
            tally.note(call.key, answer.read["id"])
            return
        known = answer.read["code"] if answer.status == 409 else ""
        if answer.status not in {0, 503} and known != "still_running":
            raise AssertionError(f"{answer.status} {answer.body[:300]!r}")
        sleep(0.02)
    raise AssertionError("nobody answers any more")


def calls(opened: Open, count: int) -> list[Call]:
    """Bookings of different times by different patients who have a phone."""
    patients = iter(opened.patients(count))
    found = []
    for n in range(count):
        half, doctor = divmod(n, DOCTORS)
        day, step = divmod(half, 6)
        call = opened.booking(
            at(9, day=day) + timedelta(minutes=30 * step), next(patients), f"k{n}"
        )
        call.body["practitioner"] = str(opened.clinic.doctors[doctor])
        found.append(call)
    return found


def end_a_session(chance: Random, but: int) -> None:
    """Have the database end one of the product's sessions in the middle of whatever it does."""
    with psycopg.connect(environment({})["DATABASE_URL"], autocommit=True) as knife:
        found = knife.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name LIKE 'yilu%%' AND pid <> %s",
            [but],
        ).fetchall()
        if found:
            knife.execute("SELECT pg_terminate_backend(%s)", [chance.choice(found)[0]])


def kill_something(running: Crew, chance: Random, ours: int) -> str:
    victim = chance.choice(["web", "worker", "session"])
    if victim == "session":
        end_a_session(chance, ours)
    else:
        running.kill(victim)
        running.start(victim)
    return victim


def confirmations() -> int:
    """How many bookings have been confirmed to their patients; reminders are beside that."""
    return Message.objects.filter(template="booking_confirmed").count()


def everything_sent(running: Crew) -> None:
    """Let what is owed be done, as if the pauses and leases of those who died were over."""
    running.kill("worker")
    Message.objects.filter(state="sending").update(lease_until=LONG_AGO)
    Message.objects.filter(state="waiting").update(next_at=LONG_AGO)
    Delivery.objects.filter(state="waiting").update(next_at=LONG_AGO)
    running.start("worker")
    until = monotonic() + PATIENCE
    while monotonic() < until:
        owed = Delivery.objects.filter(state="waiting").count()
        owed += Message.objects.filter(state__in=["waiting", "sending"]).count()
        owed += Booking.objects.count() - confirmations()
        if not owed:
            return
        sleep(0.1)
    raise RuntimeError(f"{owed} are still owed:\n{running.said('worker')}")


@pytest.mark.covers("A05", "I01")
def test_nothing_acknowledged_is_lost_or_doubled_whatever_is_killed(
    mortal: Crew, opening: Callable[..., Open], sms: Sms
):
    print(f"seed {SEED}")
    chance = Random(SEED)  # noqa: S311 (what dies, no secret)
    opened = opening(mortal, doctors=DOCTORS, rooms=DOCTORS)
    wanted, tally = calls(opened, KILLS * BETWEEN + BETWEEN), Tally()
    ours = connection.connection.info.backend_pid
    died: Counter[str] = Counter()

    with ThreadPoolExecutor(CALLERS) as pool:
        made = [pool.submit(insist, opened.callers, call, tally) for call in wanted]
        # Killed from this thread: what it starts again would end together with another one.
        for n in range(KILLS):
            tally.wait_for(n * BETWEEN + 1)
            died[kill_something(mortal, chance, ours)] += 1
        for one in made:
            one.result()
    everything_sent(mortal)

    assert sum(died.values()) == KILLS
    assert len(tally.made) == len(wanted)
    assert {str(one) for one in Booking.objects.values_list("id", flat=True)} == set(
        tally.made.values()
    )
    assert Allocation.objects.filter(active=True).count() == 2 * len(wanted)
    told = {str(one) for one in Message.objects.values_list("id", flat=True)}
    taken = sms.taken()
    assert set(taken) == told
    assert confirmations() == len(wanted)
    assert set(taken.values()) <= {1, 2}


@pytest.mark.covers("I01")
@pytest.mark.parametrize("mode", [mode for mode in Mode if mode != Mode.TWICE])
def test_a_provider_that_is_bad_holds_no_booking_up_and_is_caught_up_with(
    mortal: Crew, opening: Callable[..., Open], sms: Sms, mode: Mode
):
    opened = opening(mortal, doctors=DOCTORS, rooms=DOCTORS)
    wanted, tally = calls(opened, 6), Tally()
    sms.faults.order("sms", Fault(mode, times=3, seconds=2.0))

    for call in wanted:
        insist(opened.callers, call, tally)
    assert len(tally.made) == len(wanted)
    until = monotonic() + PATIENCE
    while not Message.objects.filter(tries__gt=0).exists() and monotonic() < until:
        sleep(0.05)
    sms.faults.clear()
    everything_sent(mortal)

    taken = sms.taken()
    assert set(taken) == {str(one) for one in Message.objects.values_list("id", flat=True)}
    assert confirmations() == len(wanted)
    assert set(taken.values()) <= {1, 2}
