"""The examinations of one trip: under a link, and in an account."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yilu.diagnostics.selectors.topics import trip_topic
from yilu.diagnostics.selectors.trips import trip_detail
from yilu.platform.actors import Actor
from yilu.platform.errors import NotSignedIn
from yilu.platform.web.http import ActorRequest, render_page
from yilu.portal.web.by_link import by_link
from yilu.portal.web.frame import bar


@require_safe
@by_link("exam_trip", "portal:trip", lambda trip_id: trip_id)
def told(request: ActorRequest, trip_id: UUID, holder: Actor, base: str) -> HttpResponse:
    """The trip that a message told of."""
    return _page(request, holder, trip_id, base)


@require_safe
def mine(request: ActorRequest, trip_id: UUID) -> HttpResponse:
    """The same for the account of the patient."""
    if request.actor.kind != "patient":
        raise NotSignedIn
    base = reverse("portal:my-trip", args=[trip_id])
    return _page(request, request.actor, trip_id, base, ph_menu=bar(request))


def _page(
    request: ActorRequest, actor: Actor, trip_id: UUID, base: str, **context: Any
) -> HttpResponse:
    context |= {"detail": trip_detail(actor, trip_id), "base": base, "topic": trip_topic(trip_id)}
    return render_page(request, "portal/trip.html", part="portal/_trip.html", **context)
