"""Sessions that nobody uses end; what pages do by themselves does not keep them."""

import json
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from yilu.platform import actors, clock
from yilu.platform.actors import Actor
from yilu.platform.models import AuditEntry, User, UserKind
from yilu.platform.web.idle import COOKIE

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"  # noqa: S105 (only for tests)
UNATTENDED = {"X-Yilu-Unattended": "1"}


@pytest.fixture(autouse=True)
def _anyone_is_staff(monkeypatch):
    loader = lambda user: Actor(kind=user.kind, name=user.username, user_id=user.pk)  # noqa: E731
    monkeypatch.setattr(actors, "_loaders", dict.fromkeys(UserKind.values, loader))


class Watch:
    """Real time, as the test says."""

    def __init__(self) -> None:
        self.now = clock.machine_now()

    def __call__(self) -> datetime:
        return self.now

    def passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def watch(monkeypatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(clock, "machine_now", made)
    return made


@pytest.fixture
def desk(client, watch) -> Client:
    """A browser in which a nurse has just signed in."""
    user = User.objects.create_user("10027", UserKind.STAFF)
    user.set_password(PASSWORD)
    user.save()
    client.post("/sign-in", {"number": "10027", "password": PASSWORD})
    return client


def is_signed_in(browser: Client, **headers: str) -> bool:
    return browser.get("/still-here", headers=headers).status_code == 204


@pytest.mark.covers("O01")
def test_a_session_that_nobody_uses_ends_and_is_gone(desk, watch):
    watch.passes(29)
    assert is_signed_in(desk)
    watch.passes(29)
    assert is_signed_in(desk)
    key = desk.session.session_key
    watch.passes(31)

    assert not is_signed_in(desk)

    assert not Session.objects.filter(session_key=key).exists()
    ended = AuditEntry.objects.get(action="platform.session.ended")
    assert ended.details["why"] == "idle"


def test_what_a_page_fetches_by_itself_does_not_keep_the_session(desk, watch):
    answers = []
    for _minute in range(31):
        watch.passes(1)
        answers.append(is_signed_in(desk, **UNATTENDED))

    assert answers == [True] * 30 + [False]


def test_a_session_ends_with_the_shift_however_much_it_is_used(desk):
    left = desk.session.get_expiry_date() - clock.machine_now()

    is_signed_in(desk)

    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    assert desk.session.get_expiry_date() - clock.machine_now() == left


@pytest.mark.parametrize("forged", ["", "x.1", "a.9999999999:forged"])
def test_when_it_was_used_last_cannot_be_made_up(desk, forged):
    desk.cookies[COOKIE] = forged

    assert not is_signed_in(desk)


def test_the_use_of_one_session_does_not_keep_another(desk, watch):
    other = Client()
    other.post("/sign-in", {"number": "10027", "password": PASSWORD})
    watch.passes(31)
    other.cookies[COOKIE] = ""
    again = Client()
    again.post("/sign-in", {"number": "10027", "password": PASSWORD})
    desk.cookies[COOKIE] = again.cookies[COOKIE].value

    assert not is_signed_in(desk)
    assert is_signed_in(again)


def test_who_was_not_signed_in_by_password_has_no_such_end(client, watch):
    client.force_login(User.objects.create_user("wall", UserKind.DEVICE))
    watch.passes(300)

    assert is_signed_in(client)


def test_using_it_is_noted_once_a_minute_at_most(desk, watch):
    watch.passes(0.5)
    first = desk.get("/still-here")
    watch.passes(0.6)
    second = desk.get("/still-here")

    assert (COOKIE in first.cookies, COOKIE in second.cookies) == (False, True)


def test_a_deed_after_the_end_is_refused_and_leads_nowhere(desk, watch):
    watch.passes(31)
    sent = {"request_key": "one"}

    answer = desk.post(
        "/undo/00000000-0000-7000-8000-000000000000", sent, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


def test_a_part_that_a_page_fetches_by_itself_lets_the_page_decide(desk, watch):
    watch.passes(31)
    shown = {"HX-Request": "true", "HX-Current-URL": "http://testserver/somewhere?day=3"}
    there = "/sign-in?next=%2Fsomewhere%3Fday%3D3"

    asked_for = desk.get("/undo/list", headers=shown)
    by_itself = desk.get("/undo/list", headers=shown | UNATTENDED)

    assert (asked_for.status_code, asked_for.headers.get("HX-Redirect")) == (401, there)
    assert by_itself.status_code == 401
    assert json.loads(by_itself.headers["HX-Trigger"]) == {"signedOut": there}
    assert "HX-Redirect" not in by_itself.headers
