"""A platform's user books through it: a kept time first, then the booking, both signed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from yilu.demo.people import ADULT, make_people
from yilu.demo.players import habits
from yilu.demo.players.stage import Stage
from yilu.demo.players.wire import Refused
from yilu.demo.sandbox.accounts import partner_key
from yilu.interop.rules.signatures import FOR_US, Message, sign
from yilu.platform import clock

BASE = "/api/v1/partner"
SOONEST, WINDOW = timedelta(hours=20), timedelta(days=6)


def book(stage: Stage, subject: str, now: datetime) -> None:
    """Somebody finds a time within a week and books it. Raises: Refused."""
    dice = habits.chance("partner", subject)
    site = str(stage.place.id)
    offered = _asked(stage, "GET", "/services", query=f"site={site}")["items"]
    service = dice.choice(offered or _nothing())
    begin = (now + SOONEST).astimezone(UTC)
    span = f"from={begin:%Y-%m-%dT%H:%M:%SZ}&to={begin + WINDOW:%Y-%m-%dT%H:%M:%SZ}"
    asked = f"service={service['id']}&site={site}&{span}"
    slot = dice.choice(_asked(stage, "GET", "/free-slots", query=asked)["items"] or _nothing())
    wish = {
        "service": service["id"],
        "site": site,
        "practitioner": slot["practitioner"],
        "starts_at": slot["starts_at"],
    }
    held = _asked(stage, "POST", "/holds", body=wish)
    seed = dice.getrandbits(40)
    person = make_people(seed=seed, children=False, adults=True, today=stage.day)[ADULT][0]
    who = {
        "name": person.name,
        "sex": person.sex,
        "born_on": person.born_on.isoformat(),
        "phone": person.phone,
    }
    booking = {"reference": f"HT-{uuid4().hex[:12]}", "hold": held["id"], "patient": who}
    _asked(stage, "POST", "/bookings", body={**wish, **booking, "has_agreed": True})


def _asked(stage: Stage, method: str, path: str, *, query: str = "", body: Any = None) -> Any:
    known = partner_key()
    if known is None:
        raise Refused(0, "no partner")
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"idempotency-key": str(uuid4())} if method == "POST" else {}
    signed = sign(
        Message(method, BASE + path, query, content, headers),
        secret=known.secret.encode(),
        key=known.name,
        nonce=uuid4().hex,
        created=int(clock.machine_now().timestamp()),
        tag=FOR_US,
    )
    where = f"{BASE}{path}?{query}" if query else BASE + path
    return stage.wire.signed(method, where, {**headers, **signed}, content)


def _nothing() -> list[Any]:
    raise Refused(0, "nothing is offered")
