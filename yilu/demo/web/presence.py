"""Noticing that a person is there, so that they are not played: staff at their post, patients."""

from uuid import UUID

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from yilu.demo.operations.presence import keep_presence
from yilu.demo.selectors.presence import VIRTUAL
from yilu.platform import clinic_clock, clock
from yilu.platform.web.middleware import GetResponse, is_page

EVERY = 45.0
PEOPLE = {"staff", "patient"}


class Presence:
    """Keep once in a while that somebody who is signed in asks for pages.

    In a real clinic, and for players, it does nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._next: dict[UUID, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_page(request) and clinic_clock.runs():
            self._notice(request)
        return self.get_response(request)

    def _notice(self, request: HttpRequest) -> None:
        actor = getattr(request, "actor", None)
        if actor is None or actor.kind not in PEOPLE or actor.user_id is None:
            return
        now = clock.monotonic()
        if self._next.get(actor.user_id, 0.0) > now or request.session.get(VIRTUAL):
            return
        self._next[actor.user_id] = now + EVERY
        try:
            keep_presence(actor.user_id)
        except DatabaseError:
            self._next.pop(actor.user_id, None)
