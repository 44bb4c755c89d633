"""A time that became free: somebody who waits takes it or leaves it, under a link of its own."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yilu.platform import links
from yilu.platform.actors import Actor
from yilu.platform.errors import Conflict, NotFound
from yilu.platform.links import LinkOver
from yilu.platform.web.http import ActorRequest, render_page
from yilu.platform.web.once import once
from yilu.scheduling.operations.offers import accept_offer, decline_offer
from yilu.scheduling.selectors.offers import Asking, asking
from yilu.scheduling.selectors.topics import offer_topic
from yilu.scheduling.states import Channel

View = Callable[[ActorRequest, Asking, Actor, str], HttpResponseBase]


def asked(view: View) -> Callable[..., HttpResponseBase]:
    """Give a view the offer behind its address; a link that does not open says so."""

    @wraps(view)
    def run(request: ActorRequest, reference: str) -> HttpResponseBase:
        try:
            offer_id = links.open("offer", reference)
        except (LinkOver, NotFound) as refused:
            context = {"error": refused, "is_over": isinstance(refused, LinkOver)}
            return render(request, "portal/link_over.html", context, status=refused.status)
        holder = Actor(
            kind="patient",
            name="link",
            owns=frozenset({offer_id}),
            correlation_id=request.actor.correlation_id,
        )
        base = reverse("portal:offer", args=[reference])
        return view(request, asking(offer_id), holder, base)

    return run


@require_safe
@asked
def show(request: ActorRequest, offer: Asking, holder: Actor, base: str) -> HttpResponse:
    """What is offered and until when; looking at it takes nothing."""
    return _page(request, offer, base)


@require_POST
@asked
def take(request: ActorRequest, offer: Asking, holder: Actor, base: str) -> HttpResponseBase:
    """Take it. Pressed twice it is taken once."""

    def run() -> HttpResponseBase:
        accept_offer(actor=holder, offer_id=offer.id, channel=Channel.MY)
        return HttpResponseRedirect(base, status=303)

    try:
        return once(request, run)
    except Conflict as refused:
        return _page(request, asking(offer.id), base, refused)


@require_POST
@asked
def leave(request: ActorRequest, offer: Asking, holder: Actor, base: str) -> HttpResponseBase:
    """Leave it to the next."""

    def run() -> HttpResponseBase:
        decline_offer(actor=holder, offer_id=offer.id)
        return HttpResponseRedirect(base, status=303)

    return once(request, run)


def _page(
    request: ActorRequest, offer: Asking, base: str, refused: Conflict | None = None
) -> HttpResponse:
    context = {"offer": offer, "base": base, "refused": refused, "topic": offer_topic(offer.id)}
    status = refused.status if refused else 200
    return render_page(
        request, "portal/offer.html", part="portal/_offer.html", status=status, **context
    )
