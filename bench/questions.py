"""What is asked of the product, one after the other, and what each asks of the database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count, cycle, islice
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.test import Client
from pypinyin import lazy_pinyin

from bench.clinic import SEED, Desk, Known, Loaded, Place
from bench.line import request
from bench.session import cookie_of
from bench.size import Size

VARIETY = 40
"""How many different questions of a kind are asked; writes are all different."""
_key = count(1)


@dataclass(frozen=True)
class Asked:
    """One request, ready to be sent over HTTP or to Django's own client."""

    method: str
    path: str
    body: Any
    token: str
    status: int
    cookie: str = ""
    is_part: bool = False

    def over_http(self) -> bytes:
        """The bytes on the wire, under a key of its own."""
        return request(
            self.method, self.path, token=self.token, body=self.body, headers=self._headers()
        )

    def in_process(self) -> None:
        """Ask without a server. Raises: RuntimeError, when something else is answered."""
        headers = self._headers() | {"Accept-Language": "zh-CN"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        client = Client(headers=headers, SERVER_NAME="localhost")
        data = (
            None if self.body is None else {"data": self.body, "content_type": "application/json"}
        )
        response = (
            client.generic("GET", self.path) if data is None else client.post(self.path, **data)
        )
        if response.status_code != self.status:
            raise RuntimeError(f"{self.path}: {response.status_code} {response.content[:300]!r}")

    def _headers(self) -> dict[str, str]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if self.is_part:
            headers["HX-Request"] = "true"
        if self.method == "POST":
            headers["Idempotency-Key"] = f"bench-{next(_key)}"
        return headers


@dataclass(frozen=True)
class Question:
    """One row of the report. `aim` is what the product is built to reach, `aim_over_ms` in what it
    adds to the floor."""

    name: str
    asked: Sequence[Asked]
    is_write: bool = False
    aim_ms: float | None = None
    aim_per_second: float | None = None
    aim_over_ms: float | None = None
    peers: str = ""


def questions(loaded: Loaded, size: Size) -> list[Question]:
    """Everything that is measured over HTTP."""
    chance = Random(SEED)  # noqa: S311 (a choice, not a secret)
    some = chance.sample(loaded.people, min(VARIETY, len(loaded.people)))
    ask = _Asker(loaded)
    writes = size.writes + size.warm
    return [
        Question(
            "free time, one practitioner, one week",
            list(ask.weeks()),
            aim_ms=3.0,
            aim_per_second=1000,
            peers="26 ms · 72/s",
        ),
        Question("free time, a department of 20, one week", list(ask.whole()), aim_over_ms=15.0),
        Question("doctor, room and scanner within 30 days", [ask.scan()]),
        Question(
            "booking of distinct free places",
            list(islice(ask.bookings(), writes)),
            is_write=True,
            aim_ms=5.0,
            aim_per_second=600,
            peers="31 ms · 74/s",
        ),
        Question(
            "a place that is taken, with other times",
            list(islice(ask.too_late(), writes)),
            is_write=True,
        ),
        Question("call the next patient", list(islice(ask.calls(), writes)), is_write=True),
        Question("queue board, 20 waiting", [ask.get(f"/api/v1/queues/{loaded.board_id}")]),
        Question("a long queue, as the part of a page", [ask.long_queue()]),
        Question("queues of a site, 2,000 visits a day", [ask.rush_queues()]),
        Question("who waits, 2,000 visits a day", [ask.rush_waiting()]),
        Question("manager's board, 2,000 visits a day", [ask.rush_board()]),
        Question("check-in of a booked patient", list(ask.arrivals()), is_write=True),
        Question("desk grid of a day, 20 columns", [ask.grid()]),
        Question("patient by phone", list(ask.searches(some, _phone)), peers="10 ms · 168/s"),
        Question(
            "patient by part of the name", list(ask.searches(some, _part)), peers="5 ms · 188/s"
        ),
        Question("patient by pinyin", list(ask.searches(some, _pinyin))),
        Question("sign-in page", [Asked("GET", "/sign-in", None, "", 200)]),
    ]


class _Asker:
    """Makes requests out of what there is."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    def get(self, path: str, **query: object) -> Asked:
        asked = f"{path}?{urlencode(query)}" if query else path
        return Asked("GET", asked, None, self.loaded.token, 200)

    def weeks(self) -> Iterable[Asked]:
        doctors = self.loaded.practitioners
        for n in range(VARIETY):
            yield self._free(1 + n % 20, 7, practitioner=doctors[n % len(doctors)])

    def whole(self) -> Iterable[Asked]:
        for n in range(20):
            yield self._free(1 + n, 7)

    def scan(self) -> Asked:
        return self._free(1, 30, service=self.loaded.scan_id)

    def grid(self) -> Asked:
        loaded = self.loaded
        path = f"/desk/{loaded.site_key}/grid?day={loaded.taken.starts_at.date().isoformat()}"
        return Asked("GET", path, None, "", 200, cookie_of(loaded.user_id))

    def long_queue(self) -> Asked:
        """A queue with hundreds: what a page fetches again whenever it changes."""
        path = f"/queueing/queues/{self.loaded.desks[-1].queue_id}/"
        return self._part(path, self.loaded.user_id)

    def rush_queues(self) -> Asked:
        rush = self.loaded.rush
        return self._part(f"/queueing/sites/{rush.site_id}/", rush.manager_id)

    def rush_waiting(self) -> Asked:
        rush = self.loaded.rush
        return self._part(f"/desk/{rush.site_key}/waiting", rush.clerk_id)

    def rush_board(self) -> Asked:
        rush = self.loaded.rush
        return self._part(f"/manager/{rush.site_key}/", rush.manager_id)

    def arrivals(self) -> Iterable[Asked]:
        """Each patient arrives once, at a site where thousands wait."""
        for booking_id in self.loaded.coming:
            yield self._post(f"/api/v1/bookings/{booking_id}/arrive", 201, {})

    def _part(self, path: str, user_id: UUID) -> Asked:
        return Asked("GET", path, None, "", 200, cookie_of(user_id), is_part=True)

    def _free(self, ahead: int, days: int, **more: object) -> Asked:
        loaded = self.loaded
        day = loaded.today + timedelta(days=ahead)
        first = datetime.combine(day, time.min, tzinfo=loaded.zone)
        until = first + timedelta(days=days)
        asked = {"service": loaded.service_id, "site": loaded.site_id} | more
        return self.get(
            "/api/v1/free-slots",
            **asked | {"from": first.isoformat(), "to": until.isoformat()},
        )

    def bookings(self) -> Iterable[Asked]:
        # From the far end: those who are written down last have no booking ahead of them.
        patients = reversed(self.loaded.people)
        for place, patient in zip(self.loaded.free, patients, strict=False):
            yield self._post("/api/v1/bookings", 201, self._wish(place, patient))

    def too_late(self) -> Iterable[Asked]:
        """All want the time of somebody else: each is refused, with times that are free."""
        for patient in reversed(self.loaded.people):
            yield self._post("/api/v1/bookings", 409, self._wish(self.loaded.taken, patient))

    def _wish(self, place: Place, patient: Known) -> dict[str, str]:
        return {
            "service": str(self.loaded.service_id),
            "site": str(self.loaded.site_id),
            "practitioner": str(place.practitioner_id),
            "starts_at": place.starts_at.isoformat(),
            "patient": str(patient.id),
        }

    def calls(self) -> Iterable[Asked]:
        for desk in cycle(self.loaded.desks):
            yield self.call(desk)

    def call(self, desk: Desk) -> Asked:
        # The one before is still in the room: with a reason another may be called beside them.
        body = {"station": str(desk.station_id), "reason": "benchmark"}
        return self._post(f"/api/v1/queues/{desk.queue_id}/call-next", 200, body)

    def searches(self, people: Iterable[Known], by: Callable[[Known], str]) -> Iterable[Asked]:
        for one in people:
            yield self.get("/api/v1/patients", q=by(one))

    def _post(self, path: str, status: int, body: Any) -> Asked:
        return Asked("POST", path, body, self.loaded.token, status)


def call_at(loaded: Loaded, desk: Desk) -> Asked:
    """One more call, for those who watch a queue."""
    return _Asker(loaded).call(desk)


def _phone(one: Known) -> str:
    return one.phone


def _part(one: Known) -> str:
    return one.name[:2]


def _pinyin(one: Known) -> str:
    return "".join(lazy_pinyin(one.name))
