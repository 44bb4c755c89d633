"""Pages under a link of their own, which opens one thing to whoever has it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, TypeVar
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from yilu.platform import links
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.links import LinkOver
from yilu.platform.web.http import ActorRequest

T = TypeVar("T")
View = Callable[Concatenate[ActorRequest, T, Actor, str, ...], HttpResponseBase]


def by_link(
    purpose: str, page: str, read: Callable[[UUID], T]
) -> Callable[[View[T]], Callable[..., HttpResponseBase]]:
    """Give a view what a link of this purpose opens, who holds it, and the address of `page`.

    `read` finds by its id what is meant. A link that does not open says so, and why.
    """

    def decorate(view: View[T]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def run(request: ActorRequest, reference: str, **more: Any) -> HttpResponseBase:
            try:
                subject_id = links.open(purpose, reference)
            except (LinkOver, NotFound) as refused:
                context = {"error": refused, "is_over": isinstance(refused, LinkOver)}
                return render(request, "portal/link_over.html", context, status=refused.status)
            holder = Actor(
                kind="patient",
                name="link",
                owns=frozenset({subject_id}),
                correlation_id=request.actor.correlation_id,
            )
            base = reverse(page, args=[reference])
            return view(request, read(subject_id), holder, base, **more)

        return run

    return decorate
