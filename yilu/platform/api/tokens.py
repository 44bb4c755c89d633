"""Who calls the API: bearers of tokens of which only the hash is kept."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from yilu.platform import access
from yilu.platform.actors import Actor


class Bearer(HttpBearer):
    """`Authorization: Bearer …`; the actor is known from here on."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The bearer as an actor; None, and so 401, for a token that opens nothing."""
        actor = access.bearer(token)
        request.actor = actor  # type: ignore[attr-defined]
        return actor
