"""What every endpoint of the JSON API promises, tried on a small one."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from yilu.platform import access, clock
from yilu.platform.models import AccessToken, Counter, Request, User, UserKind

pytestmark = [pytest.mark.django_db, pytest.mark.urls("yilu.platform.tests.tea_api")]
CUPS = "/api/v1/cups"


@pytest.fixture
def partner() -> User:
    return User.objects.create_user("partner", UserKind.PARTNER)


@pytest.fixture
def client(partner: User) -> Client:
    token = access.new_token(partner, "tea house", permissions=["tea.see"])
    return Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


def pour(client: Client, body: object, *, key: str = "k1", **headers: str):
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(
        CUPS, raw, content_type="application/json", headers={"Idempotency-Key": key, **headers}
    )


def poured() -> int:
    return Counter.objects.filter(series="tea").values_list("last", flat=True).first() or 0


def refused(response, status: int, code: str) -> dict:
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    return body


def test_without_a_token_nothing_is_shown():
    response = Client().get(CUPS)

    refused(response, 401, "not_signed_in")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "change",
    [
        {"withdrawn_at": "2020-01-01T00:00Z"},
        {"expires_at": "2020-01-01T00:00Z"},
        {"digest": b"another"},
    ],
)
def test_a_token_that_is_over_opens_nothing(client, change):
    AccessToken.objects.update(**change)

    refused(client.get(CUPS), 401, "not_signed_in")


def test_a_token_of_someone_who_left_opens_nothing(client):
    User.objects.update(is_active=False)

    refused(client.get(CUPS), 401, "not_signed_in")


def test_a_withdrawn_token_is_forgotten_within_a_second(client, settings, monkeypatch):
    settings.TOKEN_MEMORY_SECONDS = 0.9
    assert client.get(CUPS).status_code == 200
    access.withdraw(AccessToken.objects.get().pk)
    assert client.get(CUPS).status_code == 200
    later = clock.monotonic() + 1

    monkeypatch.setattr(clock, "monotonic", lambda: later)

    refused(client.get(CUPS), 401, "not_signed_in")


def test_only_the_hash_of_a_token_is_kept(partner):
    secret = access.new_token(partner, "x")

    assert secret.encode() not in bytes(AccessToken.objects.get().digest)


def test_a_token_costs_one_query_and_then_none(client, django_assert_num_queries, settings):
    settings.TOKEN_MEMORY_SECONDS = 0.9
    AccessToken.objects.update(last_used_on=clock.machine_now().date())

    with django_assert_num_queries(1):
        client.get(CUPS)
    with django_assert_num_queries(0):
        client.get(CUPS)


def test_a_thing_is_shown_with_its_version(client):
    response = client.get(f"{CUPS}/{uuid4()}")

    assert response.headers["ETag"] == '"7"'
    assert response.json() == {"number": 1, "kind": "green", "at": None}


def test_what_the_token_does_not_list_is_refused(client):
    AccessToken.objects.update(permissions=[])

    refused(client.get(f"{CUPS}/{uuid4()}"), 403, "not_allowed")


@pytest.mark.parametrize("path", [f"{CUPS}/12", "/api/v1/coffee"])
def test_what_is_not_there_is_a_problem_too(client, path):
    refused(client.get(path), 404, "not_found")


def test_another_method_is_refused_and_the_right_one_named(client):
    response = client.delete(CUPS)

    refused(response, 405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


def test_a_bug_is_told_without_its_trace(client):
    client.raise_request_exception = False

    response = client.get("/api/v1/broken")

    assert "RuntimeError" not in json.dumps(refused(response, 500, "bug"))


def test_an_instant_comes_back_with_the_offset_of_the_site(client):
    response = pour(client, {"kind": "green", "at": "2031-03-03T01:00:00Z"})

    assert response.status_code == 201
    assert response.json() == {"number": 1, "kind": "green", "at": "2031-03-03T09:00:00+08:00"}
    assert response.headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "kind", "missing"),
        ({"kind": "a", "milk": 1}, "milk", "extra_forbidden"),
        ({"kind": " "}, "kind", "string_pattern_mismatch"),
        ({"kind": "a" * 201}, "kind", "string_too_long"),
        ({"kind": "a", "sugar": "1"}, "sugar", "int_type"),
        ({"kind": "a", "sugar": 2**31}, "sugar", "less_than_equal"),
        ({"kind": "a", "tip": 1.005}, "tip", "decimal_max_places"),
        ({"kind": "a", "at": "2031-03-03T09:00"}, "at", "timezone_aware"),
        ({"kind": "a", "at": 0}, "at", "value_error"),
        ({"kind": "a", "at": "9999-12-31T23:59:59-12:00"}, "at", "value_error"),
        ({"kind": "a", "at": "0001-01-01T00:00+14:00"}, "at", "value_error"),
    ],
)
def test_what_cannot_be_is_refused_by_field(client, body, field, code):
    problem = refused(pour(client, body), 422, "invalid")

    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]
    assert (poured(), Request.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"kind": "a\\u0000"}',
        b'{"kind": "\\ud83d"}',
        b'{"kind": "\xff"}',
        b'{"kind": NaN}',
        b'{"sugar": 1e400}',
        b'{"sugar": 9223372036854775808}',
        b'{"sugar": ' + b"9" * 5000 + b"}",
        b'{"kind":' + b"[" * 100_000,
        b'{"kind": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"kind": "a", "kind": "b"}',
        b"{" + b",".join(b'"k%d":1' % n for n in range(1001)) + b"}",
        '{"kind": "\u202eabc"}'.encode(),
        b"not json",
    ],
    ids=range(13),
)
def test_what_cannot_be_kept_is_refused_before_any_view(client, raw):
    refused(pour(client, raw), 400, "undecodable")

    assert poured() == 0


def test_a_body_that_is_too_large_is_refused(client):
    refused(pour(client, b'{"kind": "' + b"a" * 3_000_000 + b'"}'), 413, "too_large")


def test_a_body_that_is_not_json_is_refused(client):
    response = client.post(CUPS, {"kind": "a"}, headers={"Idempotency-Key": "1"})

    refused(response, 415, "wrong_media_type")


@pytest.mark.parametrize("query", ["kind=%00", "kind=%ff", "kind=%ED%A0%80", "%E2%80%AE=1"])
def test_a_query_that_cannot_be_kept_is_refused(client, query):
    refused(client.get(f"{CUPS}?{query}"), 400, "undecodable")


def test_a_list_comes_in_portions_that_join(client):
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{CUPS}?limit=4{cursor and '&cursor=' + cursor}").json()
        seen += page["items"]
        cursor = page["next"]

    assert seen == list(range(1, 11))


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WyJhIl0", "WzEsMl0", "bnVsbA"])
def test_a_foreign_cursor_is_refused(client, cursor):
    refused(client.get(f"{CUPS}?cursor={cursor}"), 400, "bad_cursor")


@pytest.mark.parametrize("limit", ["0", "201", "x"])
def test_a_portion_has_its_bounds(client, limit):
    refused(client.get(f"{CUPS}?limit={limit}"), 422, "invalid")


def test_a_repeated_request_has_one_effect_and_one_answer(client):
    first = pour(client, {"kind": "a"})
    again = pour(client, {"kind": "a"})

    assert (first.content, first.status_code) == (again.content, again.status_code)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    assert poured() == 1


def test_a_post_without_a_key_is_refused(client):
    refused(pour(client, {"kind": "a"}, key=""), 400, "idempotency_key_missing")


def test_a_key_belongs_to_one_request(client):
    pour(client, {"kind": "a"})

    refused(pour(client, {"kind": "b"}), 422, "idempotency_key_reused")
    assert poured() == 1


def test_a_key_belongs_to_one_principal(client):
    pour(client, {"kind": "a"})
    other = access.new_token(User.objects.create_user("other", UserKind.PARTNER), "other")

    response = pour(client, {"kind": "a"}, Authorization=f"Bearer {other}")

    assert (response.status_code, poured()) == (201, 2)


def test_a_refusal_undoes_the_deed_and_leaves_the_key_free(client):
    problem = refused(pour(client, {"kind": "none"}), 409, "tea_is_out")

    assert problem["alternatives"] == ["coffee"]
    assert (poured(), Request.objects.count()) == (0, 0)
    assert pour(client, {"kind": "a"}).status_code == 201


@pytest.mark.parametrize(("tag", "status"), [('"3"', 204), ('W/"3"', 204), ("*", 204)])
def test_who_saw_the_present_version_may_go_on(client, tag, status):
    response = client.post(
        f"{CUPS}/{uuid4()}/drink", headers={"If-Match": tag, "Idempotency-Key": "1"}
    )

    assert response.status_code == status


@pytest.mark.parametrize(
    ("tag", "status", "code"), [('"2"', 412, "stale"), ("3", 400, "bad_request")]
)
def test_who_saw_an_older_version_is_told(client, tag, status, code):
    response = client.post(
        f"{CUPS}/{uuid4()}/drink", headers={"If-Match": tag, "Idempotency-Key": "1"}
    )

    refused(response, status, code)


def test_the_description_names_every_refusal_and_header(client):
    described = Client().get("/api/v1/openapi.json").json()

    post = described["paths"]["/api/v1/cups"]["post"]
    assert {"201", "400", "401", "403", "409", "413", "415", "422", "503"} <= set(post["responses"])
    assert [p["name"] for p in post["parameters"]] == ["Idempotency-Key"]
    drink = described["paths"]["/api/v1/cups/{cup_id}/drink"]["post"]
    assert {p["name"] for p in drink["parameters"]} == {"cup_id", "If-Match", "Idempotency-Key"}
    assert "412" in drink["responses"]
    assert described["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"


def test_a_token_may_end_by_itself(partner):
    ends = clock.machine_now() + timedelta(hours=1)
    secret = access.new_token(partner, "an hour", expires_at=ends)

    assert access.bearer(secret) is not None
    with clock.at(ends, machine=ends):
        assert access.bearer(secret) is None
