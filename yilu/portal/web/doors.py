"""Letting people in to the pages about one booking or visit: by a link, or by their account."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from yilu.platform.errors import NotFound, NotSignedIn
from yilu.platform.links import LinkOver
from yilu.platform.shell import MenuItem
from yilu.platform.web.http import ActorRequest
from yilu.portal.selectors.doors import Door, door_of_account, door_of_link
from yilu.portal.web import keeping
from yilu.portal.web.frame import bar


@dataclass(frozen=True, slots=True)
class Entry:
    """A door, and where its pages begin."""

    door: Door
    base: str
    menu: list[MenuItem]

    @property
    def is_link(self) -> bool:
        return self.door.link is not None


View = Callable[..., HttpResponseBase]


def entered(view: View) -> View:
    """Give a view the `Entry` behind its address; a link that has ended says so."""

    @wraps(view)
    def run(request: ActorRequest, **address: Any) -> HttpResponseBase:
        try:
            entry = _entry(request, **address)
        except (LinkOver, NotFound) as refused:
            if "reference" not in address:
                raise
            context = {"error": refused, "is_over": isinstance(refused, LinkOver)}
            return render(request, "portal/link_over.html", context, status=refused.status)
        return view(request, entry)

    return run


def _entry(request: ActorRequest, **address: Any) -> Entry:
    if "reference" in address:
        door = door_of_link(address["reference"], actor=request.actor)
        base = reverse("portal:visit", args=[address["reference"]])
        if door.link and door.link.id.hex in request.session.get(keeping.BIRTHS, []):
            door = door.proved()
        return Entry(door, base.removesuffix("/"), [])
    if request.actor.kind != "patient":
        raise NotSignedIn
    door = door_of_account(request.actor, address["subject_id"])
    base = reverse("portal:my-visit", args=[address["subject_id"]])
    return Entry(door, base.removesuffix("/"), bar(request))


def remember_birth(request: HttpRequest, entry: Entry) -> None:
    """The birth date was right: papers open for this browser's session."""
    if entry.door.link is not None:
        known = request.session.get(keeping.BIRTHS, [])
        request.session[keeping.BIRTHS] = [*known, entry.door.link.id.hex]
