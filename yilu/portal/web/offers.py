"""A time that became free: somebody who waits takes it or leaves it, under a link of its own."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from yilu.platform.actors import Actor
from yilu.platform.errors import Conflict
from yilu.platform.web.http import ActorRequest, render_page
from yilu.platform.web.once import once
from yilu.portal.web import keeping
from yilu.portal.web.by_link import by_link
from yilu.scheduling.operations.offers import accept_offer, decline_offer
from yilu.scheduling.selectors.offers import Asking, asking
from yilu.scheduling.selectors.topics import offer_topic
from yilu.scheduling.states import Channel

asked = by_link("offer", "portal:offer", asking)


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
        channel = keeping.channel_of(request, Channel.MY)
        accept_offer(actor=holder, offer_id=offer.id, channel=channel)
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
