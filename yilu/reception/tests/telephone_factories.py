"""A telephone system for tests, which signs what it tells as real ones do."""

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import Client

from yilu.interop.rules.signatures import FOR_TELEPHONE, Message, sign
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.reception import permissions
from yilu.reception.operations.lines import MadeLine, add_line
from yilu.scheduling.tests.factories import Clinic

PATH = "/api/v1/telephone/calls"
SETTER = Actor.system("setter", permissions.SET_UP_TELEPHONE)
_number = count(1)


@dataclass
class Telephone:
    """A telephone system that rings at a clinic."""

    made: MadeLine
    client: Client

    def says(self, event: str, call: str, phone: str = "", **changed: Any) -> Any:
        """Tell of a call; gives back the answer."""
        return self.sends({"event": event, "call": call, "from_number": phone}, **changed)

    def sends(self, said: dict[str, Any], **changed: Any) -> Any:
        """Send a body, signed; `changed` changes the signature."""
        body = json.dumps(said).encode()
        usual: dict[str, Any] = {
            "secret": self.made.secret.encode(),
            "key": self.made.key,
            "nonce": f"ring-{next(_number)}",
            "created": int(clock.machine_now().timestamp()),
            "tag": FOR_TELEPHONE,
        }
        headers = sign(Message("POST", PATH, "", body), **(usual | changed))
        return self.client.post(PATH, body, content_type="application/json", headers=headers)


def telephone(clinic: Clinic) -> Telephone:
    """A system that is let in at the clinic."""
    made = add_line(actor=SETTER, site_id=clinic.site_id, name="总机")
    return Telephone(made, Client())
