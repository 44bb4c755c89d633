"""Partners for tests, and a client that signs as theirs do."""

import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.test import Client

from yilu.interop import permissions
from yilu.interop.operations.keys import MadeKey, make_key
from yilu.interop.operations.partners import PartnerFacts, add_partner
from yilu.interop.rules.signatures import FOR_US, Message, sign
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.scheduling.tests.factories import Clinic

BASE = "/api/v1/partner"
_number = count(1)


def manager(*sites: UUID) -> Actor:
    """Somebody with every right of interop at these sites."""
    grants = [
        permissions.SEE, permissions.MANAGE, permissions.FEED, permissions.FEED_NAMES,
    ]  # fmt: skip
    pairs = frozenset((grant, site) for grant in grants for site in sites)
    return Actor(kind="staff", name="manager", user_id=new_id(), grants=pairs)


@dataclass
class Partner:
    """A partner with its key, and the client that it calls us with."""

    id: UUID
    clinic: Clinic
    manager: Actor
    key: MadeKey
    client: Client

    def signed(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        idempotency_key: str = "",
        query: str = "",
        **changed: Any,
    ) -> dict[str, str]:
        """The headers of a request as the partner sends it."""
        headers = {"idempotency-key": idempotency_key} if idempotency_key else {}
        message = Message(method, BASE + path, query, body, headers)
        usual: dict[str, Any] = {
            "secret": self.key.secret.encode(),
            "key": self.key.name,
            "nonce": f"nonce-{next(_number)}",
            "created": int(clock.machine_now().timestamp()),
            "tag": FOR_US,
        }
        return {**headers, **sign(message, **(usual | changed))}

    def get(self, path: str, query: str = "", **changed: Any) -> Any:
        """A signed GET."""
        whole = f"{BASE}{path}?{query}" if query else BASE + path
        return self.client.get(whole, headers=self.signed("GET", path, query=query, **changed))

    def post(self, path: str, body: Any, once: str = "", **changed: Any) -> Any:
        """A signed POST under a key of its own, unless one is given."""
        content = json.dumps(body, default=str).encode()
        headers = self.signed("POST", path, content, once or f"key-{next(_number)}", **changed)
        return self.client.post(
            BASE + path, content, content_type="application/json", headers=headers
        )

    def wish(self, **facts: Any) -> dict[str, Any]:
        """A booking on Monday at ten for somebody new."""
        n = next(_number)
        usual = {
            "reference": f"R-{n}",
            "service": self.clinic.service_id,
            "site": self.clinic.site_id,
            "practitioner": self.clinic.doctors[0],
            "starts_at": "2031-03-03T10:00:00+08:00",
            "patient": {"name": "林晓芳", "phone": f"1210000{n:04d}"},
            "has_agreed": True,
        }
        return usual | facts

    def book(self, **facts: Any) -> dict[str, Any]:
        """Book it; gives back what was answered."""
        answer = self.post("/bookings", self.wish(**facts))
        assert answer.status_code == 201, answer.content
        return dict(answer.json())


def make_partner(clinic: Clinic, **facts: Any) -> Partner:
    """A partner that may book at the clinic."""
    who = manager(clinic.site_id)
    agreed = {"name": f"平台 {next(_number)}", "sites": (clinic.site_id,)} | facts
    partner_id = add_partner(actor=who, facts=PartnerFacts(**agreed))
    key = make_key(actor=who, partner_id=partner_id)
    return Partner(partner_id, clinic, who, key, Client())


def later(minutes: float) -> Any:
    """The machine's clock some minutes later."""
    now = clock.now() + timedelta(minutes=minutes)
    return clock.at(now, machine=clock.machine_now() + timedelta(minutes=minutes))
