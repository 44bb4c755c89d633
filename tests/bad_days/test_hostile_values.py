"""Hostile values in every field that can be written: refused, or kept as they were sent.

The fields are those of the API's own description and of the pages' own forms, so that new ones
are tried without anybody thinking of it. Each try is undone. `YILU_SOAK=1` tries every value in
every field; otherwise each field gets a share of them, drawn with a seed that is printed.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random, randrange
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.bad_days.conftest import RIGHTS
from tests.bad_days.hostile import AS_FORM, AS_JSON, AS_TEXT
from yilu.platform import access, clock
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db
SOAK = os.environ.get("YILU_SOAK") == "1"
SEED = int(os.environ.get("YILU_SEED") or randrange(10**6))  # noqa: S311 (which values, no secret)
SHARE = 6
NOWHERE = uuid4()


@dataclass
class Api:
    """The API in this process, and a clinic behind it."""

    clinic: Clinic
    client: Client

    def post(self, path: str, body: bytes) -> Any:
        key = {"headers": {"Idempotency-Key": uuid4().hex}}
        return self.client.generic("POST", path, body, content_type="application/json", **key)

    def lists(self) -> list[str]:
        site = self.clinic.site_id
        return [
            "/api/v1/sites",
            f"/api/v1/services?site={site}",
            f"/api/v1/departments?site={site}",
            f"/api/v1/practitioners?site={site}",
            f"/api/v1/queues?site={site}",
            f"/api/v1/bookings?site={site}",
            "/api/v1/patients?q=a",
            "/api/v1/patients?q=%E5%BC%A0",
        ]

    def bodies(self) -> dict[str, dict[str, Any]]:
        """A good body for each request that has one, by the name of its shape."""
        clinic = self.clinic
        new = {"name": "张三"}
        wish = {
            "service": str(clinic.service_id),
            "site": str(clinic.site_id),
            "starts_at": at(10).isoformat(),
        }
        return {
            "NewPatientIn": new | {"site": str(clinic.site_id)},
            "BookingIn": wish | {"new_patient": new},
            "Cancellation": {"reason": "ill"},
            "Move": {"starts_at": at(11).isoformat()},
            "CallNextIn": {"station": str(NOWHERE)},
            "PaymentIn": {"method": "cash", "tendered": "10.00"},
            "ArriveIn": {"code": ""},
        }


@pytest.fixture
def api() -> Iterator[Api]:
    print(f"seed {SEED}")
    with connection.cursor() as cursor:
        # The whole test is one transaction, and between two tries it may think for long.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    with clock.at(SUNDAY_EVENING):
        clinic = make_clinic(rooms=1)
        token = access.new_bearer(
            Actor.system("tests"), "partner", "tests", permissions=RIGHTS, sites=[]
        )
        headers = {"Authorization": f"Bearer {token}"}
        yield Api(clinic, Client(headers=headers, raise_request_exception=False))


def description() -> dict[str, Any]:
    return dict(json.loads(Client().get("/api/v1/openapi.json").content))


def writable() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Each path, its shape, and the way to each field of it."""
    found = description()
    shapes = found["components"]["schemas"]
    for path, operations in sorted(found["paths"].items()):
        body = operations.get("post", {}).get("requestBody")
        if body:
            schema = body["content"]["application/json"]["schema"]
            # A body that may be left out is its shape or nothing.
            name = schema.get("anyOf", [schema])[0]["$ref"].rpartition("/")[2]
            for way in _ways(shapes, name):
                yield path, name, way


def plain_bodies() -> dict[str, Any]:
    """A body that can be read for every shape, made from its description."""
    shapes = description()["components"]["schemas"]
    return {name: _plain(shapes, shape) for name, shape in shapes.items()}


def _plain(shapes: dict[str, Any], shape: dict[str, Any]) -> Any:
    if "$ref" in shape:
        return _plain(shapes, shapes[shape["$ref"].rpartition("/")[2]])
    if "anyOf" in shape:
        return _plain(shapes, shape["anyOf"][0])
    if shape.get("type") == "object":
        wanted = shape.get("required", [])
        return {name: _plain(shapes, shape["properties"][name]) for name in wanted}
    formats = {"uuid": str(NOWHERE), "date": "2031-03-03", "date-time": at(10).isoformat()}
    plain = {"array": [], "boolean": False, "integer": shape.get("minimum", 1), "number": 1}
    words = shape.get("enum", [formats.get(shape.get("format", ""), "x")])
    return plain.get(shape.get("type", ""), words[0])


def _ways(shapes: dict[str, Any], name: str) -> Iterator[tuple[str, ...]]:
    for field, shape in shapes[name]["properties"].items():
        yield (field,)
        for inner in [shape, *shape.get("anyOf", [])]:
            if "$ref" in inner and "properties" in shapes[inner["$ref"].rpartition("/")[2]]:
                for rest in _ways(shapes, inner["$ref"].rpartition("/")[2]):
                    yield (field, *rest)


def share(field: str, values: dict[str, Any]) -> list[tuple[str, Any]]:
    names = sorted(values)
    chosen = names if SOAK else Random(f"{SEED}{field}").sample(names, min(SHARE, len(names)))  # noqa: S311
    return [(name, values[name]) for name in chosen]


def replaced(body: dict[str, Any], way: tuple[str, ...], raw: bytes) -> bytes:
    """The body as JSON, with raw bytes for one field."""
    mark = uuid4().hex
    copy = json.loads(json.dumps(body))
    inside = copy
    for name in way[:-1]:
        inside = inside.setdefault(name, {})
    inside[way[-1]] = mark
    return json.dumps(copy).encode().replace(f'"{mark}"'.encode(), raw)


def shown(answer: Any) -> str:
    return f"{answer.status_code} {answer.content[:200]!r}"


@pytest.mark.covers("I01")
def test_no_value_in_any_field_of_the_api_breaks_it_or_what_is_read_after(api: Api):
    booking = api.clinic.book(at(15))
    values = AS_JSON | {name: json.dumps(text).encode() for name, text in AS_TEXT.items()}
    bodies = plain_bodies() | api.bodies()
    wrong = []
    for path, shape, way in writable():
        address = path.replace("{booking_id}", str(booking.id))
        address = re.sub(r"\{\w+\}", str(NOWHERE), address)
        for name, raw in share(".".join((path, *way)), values):
            with transaction.atomic():
                answer = api.post(address, replaced(bodies[shape], way, raw))
                wrong += _wrong(api, answer, way, AS_TEXT.get(name)) and [
                    f"{path} {'.'.join(way)} {name}: {_wrong(api, answer, way, AS_TEXT.get(name))}"
                ]
                transaction.set_rollback(True)
    assert wrong == []


def _wrong(api: Api, answer: Any, way: tuple[str, ...], sent: str | None) -> str:
    """What is wrong with an answer; nothing when all is well."""
    if 400 <= answer.status_code < 500 or b"wechat_away" in answer.content:
        return ""  # Where WeChat is not reached, nobody can sign in with it.
    if answer.status_code >= 300:
        return shown(answer)
    for path in api.lists():
        read = api.client.get(path)
        if read.status_code != 200:
            return f"then {path} {shown(read)}"
    place = answer.headers.get("Location")
    read = json.loads(api.client.get(place).content) if place else {}
    kept = read.get(way[0]) if len(way) == 1 else None
    if isinstance(kept, str) and sent is not None and way[0] not in CHANGED:
        # A line end or several spaces in a name are one space; nothing else may change.
        return "" if kept.split() == sent.split() else f"kept as {kept!r}"
    return ""


CHANGED = {"starts_at", "phone", "site", "service", "practitioner", "patient", "channel"}
"""Kept in a form of our own: an instant in the site's zone, a phone masked."""


@pytest.mark.covers("I01")
def test_no_value_in_any_path_or_query_breaks_an_answer(api: Api):
    wrong = []
    for path, operations in sorted(description()["paths"].items()):
        for one in operations.get("get", {}).get("parameters", []):
            if one["in"] == "header":
                continue
            texts = AS_FORM | {name: quote(text[:3000]) for name, text in AS_TEXT.items()}
            for name, text in share(f"{path} {one['name']}", texts):
                answer = api.client.get(_address(path, one, text, api))
                if answer.status_code >= 500:
                    wrong.append(f"{path} {one['name']} {name}: {shown(answer)}")
    assert wrong == []


def _address(path: str, parameter: dict[str, Any], text: str, api: Api) -> str:
    if parameter["in"] == "path":
        return path.replace(f"{{{parameter['name']}}}", text)
    whole = re.sub(r"\{\w+\}", str(NOWHERE), path)
    good = {"site": api.clinic.site_id, "service": api.clinic.service_id}
    good |= {"from": at(9).isoformat(), "to": at(18).isoformat()}
    good.pop(parameter["name"], None)
    return f"{whole}?{urlencode(good)}&{parameter['name']}={text}"


FORMS = ("/patients/new", "/scheduling/new", "/sign-in")


@pytest.mark.parametrize("page", FORMS)
def test_no_value_in_any_field_of_a_form_breaks_it(api: Api, page: str):
    person = make_staff("front_desk", site_id=api.clinic.site_id)
    client = Client(raise_request_exception=False)
    if page != "/sign-in":
        client.force_login(User.objects.get(pk=person.user_id))
    shown_page = client.get(f"{page}?site={api.clinic.site_id}")
    assert shown_page.status_code == 200
    fields = sorted(
        set(
            re.findall(
                r'<(?:input|select|textarea)[^>]* name="([\w-]+)"', shown_page.content.decode()
            )
        )
    )
    assert fields
    values = AS_FORM | {name: quote(text) for name, text in AS_TEXT.items()}
    wrong = []
    for field in fields:
        for name, text in share(f"{page} {field}", values):
            with transaction.atomic():
                body = "&".join(
                    [*(f"{one}=a" for one in fields if one != field), f"{field}={text}"]
                )
                form = "application/x-www-form-urlencoded"
                answer = client.generic("POST", page, body.encode(), content_type=form)
                if answer.status_code >= 500:
                    wrong.append(f"{page} {field} {name}: {shown(answer)}")
                transaction.set_rollback(True)
    assert wrong == []
    assert client.get(page).status_code == 200
