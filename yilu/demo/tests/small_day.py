"""A small day of the demonstration, played in this process: what tests of players stand on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from yilu.demo.operations import past
from yilu.demo.operations.clinic import BuiltClinic, build_clinic, publish
from yilu.demo.operations.past import Year, load_past
from yilu.demo.plan import ClinicPlan, clinic_plan
from yilu.demo.players.crew import Crew
from yilu.demo.players.play import Play, Tired
from yilu.demo.players.wire import Wire
from yilu.demo.selectors.account import account_of
from yilu.demo.selectors.sight import Ticket
from yilu.demo.story import Setting
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.testing import drain
from yilu.workforce.tests.factories import PASSWORD

OPENS = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""Tuesday 08:00 in Shanghai, when the clinic opens."""
ZONE = ZoneInfo("Asia/Shanghai")
TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)
STEP = timedelta(minutes=3)
LONGEST = timedelta(hours=12)
SEED = 1
DOCTORS = ("20001", "20007", "20011", "20021")
PLAYED = Actor.system("demo.players")


def small_plan() -> ClinicPlan:
    """One site with four doctors and everybody at the desks."""
    plan = clinic_plan()
    return replace(
        plan,
        sites=plan.sites[:1],
        practitioners=tuple(one for one in plan.practitioners if one.staff_no in DOCTORS),
        staff=tuple(replace(p, sites=("south",)) for p in plan.staff if "south" in p.sites),
    )


def load(monkeypatch) -> BuiltClinic:
    """A small clinic at opening, with yesterday behind it and today's bookings."""
    monkeypatch.setattr(past, "DAYS_BEFORE", 1)
    monkeypatch.setattr(past, "DAYS_AFTER", 0)
    monkeypatch.setattr(past, "CHILDREN", 60)
    monkeypatch.setattr(past, "ADULTS", 260)
    monkeypatch.setattr(past, "FULL", Setting(fullness=0.16))
    with clock.at(OPENS):
        plan = small_plan()
        clinic = build_clinic(actor=PLAYED, plan=plan, since=date(2026, 11, 1), password=PASSWORD)
        publish(actor=PLAYED, clinic=clinic, from_day=YESTERDAY, to_day=TODAY)
        load_past(actor=PLAYED, plan=plan, clinic=clinic, year=Year(7, OPENS, ZONE))
    return clinic


def without_hurry() -> None:
    """Let one long transaction hold the whole day; what ends the test ends this too."""
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = '60s'")


def players() -> Play:
    """Everybody who is played, in this process and at one pace."""
    wire = Wire(
        "http://testserver", each_second=1e6, transport=httpx.WSGITransport(app=WSGIHandler())
    )
    # They rest as if the day were played at sixty times, however fast the machine is.
    tired = Tired(lambda: clock.now().timestamp() / 60)
    return Play(wire=wire, crew=Crew(PLAYED), sandbox_port=0, told=lambda line: None, tired=tired)


def play(until: datetime) -> datetime:
    """Play from opening, step by step, until then or until nobody is left; the last step."""
    playing = players()
    closing = OPENS + timedelta(hours=10)
    now = OPENS
    while now < until:
        now += STEP
        with clock.at(now):
            playing.turn()
            drain()
            if now > closing and account_of(TODAY, clock.day_bounds(TODAY, ZONE)).is_clean:
                return now
    return now


def waiting(kind: str, queue_id: UUID) -> Ticket:
    """Somebody who waits in a queue since opening."""
    return Ticket(
        id=UUID(int=8), kind=kind, queue_id=queue_id, visit_id=new_id(), state="waiting",
        station_id=None, issued_at=OPENS, called_at=None, started_at=None, skips=0, version=1,
        minutes=10, practitioner_id=None,
    )  # fmt: skip
