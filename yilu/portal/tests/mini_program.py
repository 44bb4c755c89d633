"""A small mini-program: what one on somebody's phone would do, by the documented API alone."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.test import Client

from yilu.platform.ids import new_id
from yilu.portal import puzzles

API = "/api/v1"


@dataclass
class MiniProgram:
    """It signs in by `wx.login`, keeps its token, and asks."""

    token: str = ""
    binding: str = ""
    client: Client = field(default_factory=Client)

    def sign_in(self, login_code: str) -> dict[str, Any]:
        """Begin with the code of `wx.login`."""
        return self._in(self.post("/mini/sign-in", code=login_code))

    def allow_phone(self, phone_code: str) -> dict[str, Any]:
        """The person presses "allow"."""
        return self._in(self.post("/mini/phone", binding=self.binding, code=phone_code))

    def free(
        self, site: UUID, service: UUID, day: tuple[datetime, datetime], ticket: str = ""
    ) -> Any:
        """Which times may be had."""
        asked = {"site": site, "service": service, "from": day[0].isoformat(),
                 "to": day[1].isoformat(), "ticket": ticket}  # fmt: skip
        return self.get(f"/my/free-slots?{urlencode(asked)}")["items"]

    def stand(self, **wish: Any) -> dict[str, Any]:
        """Solve the small task, and stand in the queue."""
        task = self.get("/my/puzzle")
        answer = puzzles.solve(task["puzzle"], task["bits"])
        return self.post("/my/queue", puzzle=task["puzzle"], answer=answer, **wish)

    def get(self, path: str) -> dict[str, Any]:
        """Ask."""
        return self._read(self.client.get(f"{API}{path}", headers=self._headers()))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Do; a repeat of ours would carry the same key."""
        return self._read(
            self.client.post(
                f"{API}{path}",
                json.dumps(body, default=str),
                content_type="application/json",
                headers=self._headers() | {"Idempotency-Key": str(new_id())},
            )
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _in(self, said: dict[str, Any]) -> dict[str, Any]:
        self.token, self.binding = said.get("token") or "", said.get("binding") or ""
        return said

    def _read(self, response: Any) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(response.content) if response.content else {}
        return said | {"status_code": response.status_code}
