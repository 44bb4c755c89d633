"""What keeps the house in order, and the commands for those who keep it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from yilu.platform import access, actors, clock, otp, throttle, timers
from yilu.platform.ids import new_id
from yilu.platform.models import (
    AuditEntry,
    Delivery,
    Event,
    Heartbeat,
    OneTimeCode,
    Request,
    Throttle,
    Timer,
    User,
    UserKind,
)
from yilu.platform.worker import upkeep

pytestmark = pytest.mark.django_db


def make_old_and_new() -> None:
    # A worker that served the browser's tests may have left its sign of life.
    Heartbeat.objects.all().delete()
    timers.schedule("tests.x", due_at=clock.now(), subject_id=new_id())
    Timer.objects.update(state="done", done_at=clock.machine_now())
    Request.objects.create(principal="a", key=str(new_id()), fingerprint=b"", status=200, body=b"")
    Delivery.objects.create(
        event_id=new_id(),
        seq=1,
        subscriber="a",
        subject_id=new_id(),
        state="done",
        done_at=clock.machine_now(),
    )
    otp.issue("account", "+8612100000001", "10.0.0.1")
    throttle.forget("otp:phone:+8612100000001:minute")
    upkeep.beat(str(new_id()), clock.machine_now())


def left() -> list[int]:
    return [m.objects.count() for m in (Timer, Request, Delivery, OneTimeCode, Heartbeat)]


@pytest.mark.parametrize(
    ("days", "expected"), [(0, [1, 1, 1, 1, 1]), (2, [1, 0, 1, 0, 0]), (31, [0, 0, 0, 0, 0])]
)
def test_what_nobody_needs_any_more_is_swept_away_when_it_is_old_enough(days, expected):
    make_old_and_new()

    with clock.at(clock.now(), machine=clock.machine_now() + timedelta(days=days, minutes=1)):
        upkeep.sweep()

    assert left() == expected
    assert (Throttle.objects.count() == 0) == (days > 1)


def test_what_still_waits_is_never_swept_away():
    Delivery.objects.create(event_id=new_id(), seq=1, subscriber="a", subject_id=new_id())
    timers.schedule("tests.x", due_at=clock.now(), subject_id=new_id())

    with clock.at(clock.now(), machine=clock.machine_now() + timedelta(days=400)):
        upkeep.sweep()

    assert (Delivery.objects.count(), Timer.objects.count()) == (1, 1)


def test_the_coming_months_are_made_and_the_application_may_write_there():
    upkeep.make_months()
    upkeep.make_months()

    next_month = (clock.machine_now().replace(day=1) + timedelta(days=32)).replace(day=5)
    with clock.at(clock.now(), machine=next_month):
        Event.objects.create(
            at=clock.now(),
            name="X",
            version=1,
            subject_type="x",
            subject_id=new_id(),
            actor_kind="system",
            correlation_id=new_id(),
            body={},
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM platform_event")
        assert cursor.fetchall() == [(f"platform_event_{next_month:%Y_%m}",)]


def test_a_key_to_the_api_is_made_on_the_command_line():
    told, site = StringIO(), new_id()
    call_command("token_create", "City app", may=["scheduling.book"], site=[site], stdout=told)

    actor = access.bearer(told.getvalue().strip())

    assert (actor.kind, actor.grants) == ("partner", {("scheduling.book", site)})
    assert AuditEntry.objects.get().action == "platform.token.made"


def test_a_token_narrows_what_its_staff_may_do_and_never_widens_it(monkeypatch):
    here, there = new_id(), new_id()
    rights = frozenset({("a", here), ("b", here), ("a", there)})
    loader = lambda user: actors.Actor(kind="staff", name="n", user_id=user.pk, grants=rights)  # noqa: E731
    monkeypatch.setattr(actors, "_loaders", {"staff": loader})
    nurse = User.objects.create_user("1", UserKind.STAFF)

    narrow = access.bearer(access.new_token(nurse, "x", permissions=["a", "c"], sites=[here]))
    whole = access.bearer(access.new_token(nurse, "y"))

    assert (narrow.grants, narrow.permissions) == ({("a", here)}, frozenset())
    assert whole.grants == rights


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/sites"])
def test_a_database_that_is_away_is_a_busy_hour_and_no_bug(monkeypatch, path):
    def away(*_: object, **__: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(actors, "load", away)
    monkeypatch.setattr(access, "bearer", away)

    response = Client(headers={"Authorization": "Bearer x"}).get(path)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
