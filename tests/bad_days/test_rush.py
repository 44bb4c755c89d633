"""A release that many wait for, over the real server: the places are sold, the rest are told so,
nothing breaks, and the desk goes on working.

`YILU_SOAK=1` runs 5,000 on 100 places; otherwise 240 on 20.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from http.client import HTTPConnection
from random import Random
from statistics import median, quantiles
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest

from tests.bad_days.calling import SECONDS, Answer, Call
from tests.bad_days.conftest import PATIENCE, Open
from tests.bad_days.crew import Crew, crew
from yilu.facility.tests.factories import open_every_day
from yilu.patients.models import Account, Patient
from yilu.patients.states import LinkHow
from yilu.platform import access, clock
from yilu.platform.ids import new_id
from yilu.platform.models import ClinicClock, User, UserKind
from yilu.portal import puzzles
from yilu.scheduling.models import Booking, RushPlace
from yilu.scheduling.operations.plans import PlanFacts, set_plan
from yilu.scheduling.shares import Share
from yilu.scheduling.tests.factories import SUNDAY_EVENING, publish, work_week

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
SOAK = os.environ.get("YILU_SOAK") == "1"
CROWD, PLACES, MINUTES = (5000, 100, 5) if SOAK else (240, 20, 10)
HOURS = ("08:00", "13:00"), ("14:00", "19:00")
LINES, PAUSE = (96, 4.0) if SOAK else (48, 0.3)
BITS = 4
DAY = date(2031, 3, 3)
QUIET, DESK_P95 = 40, 1.0
CLINIC_NOW = re.compile(r'<meta name="clinic-now" content="([^"]+)"')
CHANCE = Random(7)  # noqa: S311 (no secret)


@pytest.fixture(scope="module")
def rushed(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """The product, with a light task and no limit for the one address that all come from."""
    more = {"YILU_PUZZLE_BITS": str(BITS), "YILU_QUEUE_TRIES_OF_ADDRESS": "1000000"}
    with crew(tmp_path_factory.mktemp("rush"), **more) as running:
        yield running


class Person:
    """Somebody with an account, a patient and a phone, on a line that is kept."""

    def __init__(self, opened: Open, token: str, patient_id: UUID) -> None:
        self.opened, self.token, self.patient_id = opened, token, patient_id
        self.place = self.end = ""
        self.statuses: list[int] = []

    def call(self, line: HTTPConnection, method: str, path: str, body: Any = None) -> Answer:
        """Ask, as this account."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers["Idempotency-Key"] = str(new_id())
        sent = None if body is None else json.dumps(body).encode()
        line.request(method, f"/api/v1{path}", body=sent, headers=headers)
        got = line.getresponse()
        answer = Answer(got.status, got.read())
        self.statuses.append(answer.status)
        return answer

    def come(self, line: HTTPConnection) -> None:
        """Take a place."""
        clinic = self.opened.clinic
        task = self.call(line, "GET", "/my/puzzle").read
        wish = {
            "site": str(clinic.site_id), "service": str(clinic.service_id),
            "practitioner": str(clinic.doctors[0]), "day": DAY.isoformat(),
            "patient": str(self.patient_id), "puzzle": task["puzzle"],
            "answer": puzzles.solve(task["puzzle"], task["bits"]),
        }  # fmt: skip
        self._see(line, self.call(line, "POST", "/my/queue", wish))

    def look(self, line: HTTPConnection) -> None:
        """Look where the place stands, and book when it is time."""
        self._see(line, self.call(line, "GET", f"/my/queue/{self.place}"))

    def _see(self, line: HTTPConnection, answer: Answer) -> None:
        said = answer.read
        if answer.status == 409:
            self.end = said["code"]
        elif answer.status < 300:
            self.place = said["id"]
            self.end = "sold_out" if said["is_sold_out"] else ""
            if said["ticket"]:
                self.book(line, said["ticket"])

    def book(self, line: HTTPConnection, ticket: str) -> None:
        """Choose among what is free, and again if somebody was faster."""
        clinic = self.opened.clinic
        path = (
            f"/my/free-slots?service={clinic.service_id}&site={clinic.site_id}&ticket={ticket}"
            "&from=2031-03-03T00:00:00Z&to=2031-03-03T15:00:00Z"
        )
        for _try in range(12):
            free = self.call(line, "GET", path).read.get("items", [])
            if not free:
                return
            wish = {
                "site": str(clinic.site_id), "service": str(clinic.service_id),
                "practitioner": str(clinic.doctors[0]), "patient": str(self.patient_id),
                "starts_at": CHANCE.choice(free)["starts_at"], "ticket": ticket,
            }  # fmt: skip
            if self.call(line, "POST", "/my/bookings", wish).status == 201:
                self.end = "booked"
                return


class Desk:
    """The front desk at work: it looks at the day and books for another doctor."""

    def __init__(self, opened: Open, patients: Sequence[UUID]) -> None:
        self.opened, self.patients = opened, iter(patients)
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self._over = Event()
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> "Desk":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE)

    def once(self) -> None:
        """One look at the day."""
        clinic = self.opened.clinic
        path = f"/api/v1/bookings?site={clinic.site_id}&day={DAY + timedelta(days=1)}"
        begun = monotonic()
        answer = self.opened.callers.one(Call("GET", path))
        self.seconds.append(monotonic() - begun)
        self.statuses[answer.status] += 1

    def _work(self) -> None:
        while not self._over.is_set():
            self.once()
            self._over.wait(0.05)


def p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def people(opened: Open, many: int) -> list[Person]:
    """So many accounts with a patient each."""
    users = [User(id=new_id(), username=f"rush-{n}", kind=UserKind.PATIENT) for n in range(many)]
    patients = [
        Patient(
            id=new_id(), record_no=f"R{n:08d}", name=f"患者{n}", pinyin="huan zhe", tokens=["患者"]
        )
        for n in range(many)
    ]
    User.objects.bulk_create(users)
    Patient.objects.bulk_create(patients)
    Account.objects.bulk_create(
        Account(user=user, patient=patient, how=LinkHow.DESK)
        for user, patient in zip(users, patients, strict=True)
    )
    return [
        Person(opened, access.new_token(user, "mini"), patient.pk)
        for user, patient in zip(users, patients, strict=True)
    ]


def everybody(
    port: int, who: Sequence[Person], act: Callable[[Person, HTTPConnection], None]
) -> None:
    """All at once, on as many lines as a test can hold; each line is one after the other."""

    def line_of(part: Sequence[Person]) -> None:
        line = HTTPConnection("127.0.0.1", port, timeout=SECONDS * 4)
        for person in part:
            act(person, line)
        line.close()

    parts = [who[n::LINES] for n in range(LINES)]
    with ThreadPoolExecutor(LINES) as pool:
        list(pool.map(line_of, [part for part in parts if part]))


def clinic_time(opened: Open, moment: datetime) -> None:
    """Set the clinic's clock, and wait until the server's pages go by it."""
    ClinicClock.objects.update(clinic=moment, real=clock.machine_now())
    said, until = "", monotonic() + PATIENCE
    while monotonic() < until:
        page = opened.callers.one(Call("GET", "/my/sign-in")).body.decode()
        said = CLINIC_NOW.findall(page)[0]
        if timedelta() <= datetime.fromisoformat(said) - moment < timedelta(seconds=PATIENCE):
            return
        sleep(0.05)
    raise RuntimeError(f"for the server it is {said}")


@pytest.mark.covers("A21")
def test_a_rush_sells_every_place_refuses_the_rest_clearly_and_leaves_the_desk_at_work(
    rushed: Crew, opening: Callable[..., Open], capsys: pytest.CaptureFixture[str]
):
    opened = opening(rushed, rooms=2, doctors=2, minutes=MINUTES)
    clinic = opened.clinic
    share = Share("online", amount=PLACES // 2, days_ahead=1, released_at=time(20))
    plan = PlanFacts(
        name="名医", shares=(share,), resource_ids=tuple(clinic.doctor_resources[:1]),
        falls_hours=1, has_draw=True,
    )  # fmt: skip
    with clock.at(SUNDAY_EVENING):
        open_every_day(clinic.site_id, "08:00", "19:00")
        work_week(clinic, clinic.doctor_resources[0], *HOURS)
        publish(clinic)
        set_plan(actor=clinic.actor, site_id=clinic.site_id, facts=plan)
    who = people(opened, CROWD)
    early, late = who[: CROWD // 2], who[CROWD // 2 :]
    quiet = Desk(opened, [])
    for _ in range(QUIET):
        quiet.once()

    begun = monotonic()
    with Desk(opened, []) as desk:
        clinic_time(opened, SUNDAY_EVENING - timedelta(minutes=10))
        everybody(rushed.port, early, Person.come)
        assert not Booking.objects.exists()
        assert not any(one.end for one in early)
        clinic_time(opened, SUNDAY_EVENING)
        everybody(rushed.port, late, Person.come)
        until = monotonic() + (900 if SOAK else 240)
        while monotonic() < until and any(not one.end for one in who):
            everybody(rushed.port, [one for one in who if not one.end], Person.look)
            sleep(PAUSE)
    took = monotonic() - begun

    ends = Counter(one.end for one in who)
    statuses = Counter(status for one in who for status in one.statuses)
    with capsys.disabled():
        print(
            f"\nrush {CROWD} on {PLACES}: {dict(ends)} in {took:.0f} s, {sum(statuses.values())}"
            f" requests {dict(statuses)}; desk quiet median {median(quiet.seconds) * 1000:.0f} ms"
            f" p95 {p95(quiet.seconds) * 1000:.0f} ms, in the rush median"
            f" {median(desk.seconds) * 1000:.0f} ms p95 {p95(desk.seconds) * 1000:.0f} ms"
            f" ({len(desk.seconds)} looks)"
        )
    assert ends == {"booked": PLACES, "sold_out": CROWD - PLACES}
    assert Booking.objects.filter(state="confirmed", channel="mini").count() == PLACES
    assert not [status for status in statuses if status >= 500]
    assert set(desk.statuses) == {200}
    assert p95(desk.seconds) < DESK_P95
    # Nobody who came after the release went before somebody who came before it.
    booked = RushPlace.objects.filter(state="booked")
    assert not booked.filter(number__gt=len(early)).exists()
