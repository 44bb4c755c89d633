"""Signing in and out, and where people who are not signed in are sent."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from yilu.platform import actors
from yilu.platform.actors import Actor
from yilu.platform.models import AuditEntry, User, UserKind
from yilu.platform.web import sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"  # noqa: S105 (only for tests)


@pytest.fixture(autouse=True)
def _anyone_is_staff(monkeypatch):
    loader = lambda user: Actor(kind=user.kind, name=user.username, user_id=user.pk)  # noqa: E731
    monkeypatch.setattr(actors, "_loaders", dict.fromkeys(UserKind.values, loader))


@pytest.fixture
def nurse() -> User:
    user = User.objects.create_user("10027", UserKind.STAFF)
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(client: Client, number: str = "10027", password: str = PASSWORD, **more: str):
    return client.post("/sign-in", {"number": number, "password": password, **more})


def test_whoever_proves_who_they_are_goes_to_todays_board(client, nurse):
    response = enter(client)

    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert client.session["_auth_user_id"] == str(nurse.pk)
    assert AuditEntry.objects.get().action == "platform.session.started"
    assert client.get("/sign-in").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("number", "password"),
    [("10027", "wrong"), ("99999", PASSWORD), ("10027", ""), ("", PASSWORD)],
)
def test_whoever_does_not_stays_outside(client, nurse, number, password):
    response = enter(client, number, password)

    assert response.status_code == 422
    assert "_auth_user_id" not in client.session
    assert PASSWORD not in response.content.decode()


def test_nobody_learns_which_numbers_exist(client, nurse):
    known = enter(client, "10027", "wrong").content
    unknown = enter(client, "10028", "wrong").content

    assert len(known) == len(unknown)
    assert set(AuditEntry.objects.values_list("action", "details__reason")) == {
        ("platform.session.refused", None)
    }


@pytest.mark.parametrize("change", [{"is_active": False}, {"kind": "patient"}])
def test_only_staff_who_are_still_here_sign_in_by_password(client, nurse, change):
    User.objects.update(**change)

    assert enter(client).status_code == 422


def test_a_session_planted_before_signing_in_is_worth_nothing(client, nurse):
    client.get("/sign-in")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    enter(client)

    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_guessing_is_slowed_down_and_signing_in_forgives(client, nurse, monkeypatch):
    monkeypatch.setattr(sign_in, "HERE", 2)
    enter(client, password="wrong")  # noqa: S106 (only for tests)
    assert enter(client).status_code == 303
    client.post("/sign-out")
    for _ in range(2):
        assert enter(client, password="wrong").status_code == 422  # noqa: S106

    response = enter(client)

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/queueing/?day=1", "/queueing/?day=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("queueing", "/"),
    ],
)
def test_after_signing_in_one_goes_on_within_the_product_only(client, nurse, wanted, given):
    assert enter(client, next=wanted).headers["Location"] == given


def test_signing_out_ends_the_session(client, nurse):
    enter(client)
    key = client.session.session_key

    assert client.post("/sign-out").headers["Location"] == "/sign-in"

    assert not Session.objects.filter(session_key=key).exists()
    assert client.get("/sign-out").status_code == 405


@pytest.mark.parametrize("path", ["/sign-in?next=%00", "/sign-in?%FF=1", "/caf%00"])
def test_a_page_address_that_cannot_be_kept_is_refused(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("typed", ["a\0", "\u202eabc", "\ufffe"])
def test_a_form_that_cannot_be_kept_is_refused(client, nurse, typed):
    assert enter(client, number=typed).status_code == 400


def test_a_cookie_that_cannot_be_kept_is_refused(client, nurse):
    client.cookies["yilu_session"] = "a\0b"

    assert client.get("/sign-in").status_code == 400
