"""A browser at the desk."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from yilu.facility.models import Site
from yilu.patients.tests.factories import make_actor, make_site
from yilu.platform import actors
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User, UserKind


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody signed in at the desk of a site, reading English."""

    client: Client
    site: Site
    actor: Actor

    def get(self, url: str, **headers: str):
        return self.client.get(url, headers=headers)

    def part(self, url: str, **query: str):
        return self.client.get(url, query, headers={"HX-Request": "true"})

    def post(self, url: str, data: dict | None = None, **headers: str):
        sent = {"request_key": str(new_id()), **(data or {})}
        return self.client.post(url, sent, headers=headers)


@pytest.fixture
def sign_in(monkeypatch) -> Callable[[Actor], Client]:
    """A browser of whoever has these rights."""

    def enter(actor: Actor) -> Client:
        kind = UserKind(actor.kind)
        user = User.objects.create_user(f"u{actor.user_id}", kind, id=actor.user_id)
        monkeypatch.setitem(actors._loaders, actor.kind, lambda _: actor)
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def desk(sign_in) -> Desk:
    site = make_site()
    actor = make_actor(site)
    return Desk(sign_in(actor), site, actor)
