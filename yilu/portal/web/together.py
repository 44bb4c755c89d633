"""Booking for several of the family at once: who, how, when, booked."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.platform import clock, throttle
from yilu.platform.errors import BadRequest
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import once
from yilu.portal.operations.together import FamilyWish, book_for_family
from yilu.portal.selectors.mine import my_people
from yilu.portal.selectors.offers import offered_service
from yilu.portal.web import keeping
from yilu.portal.web.booking import chosen_time
from yilu.portal.web.details import HOUR, MOST_BOOKINGS
from yilu.scheduling.errors import TogetherTaken, TooFewTogether
from yilu.scheduling.operations.together import FEWEST, MOST
from yilu.scheduling.selectors.together import ways_to_come
from yilu.scheduling.states import Channel


@require_http_methods(["GET", "HEAD", "POST"])
def together(request: ActorRequest, site_key: str, service_id: UUID) -> HttpResponseBase:
    """Times at which all who are chosen can come; pressing one books for everybody."""
    if request.actor.kind != "patient":
        return HttpResponseRedirect(f"{reverse('portal:sign-in')}?next={request.path}")
    site = site_by_key(site_key)
    if request.method != "POST":
        return _page(request, site, service_id)
    throttle.take(f"portal:book:{request.actor.user_id}", MOST_BOOKINGS, HOUR)
    try:
        return once(request, lambda: _book(request, site, service_id))
    except (TogetherTaken, TooFewTogether) as refused:
        return _page(request, site, service_id, refused=str(refused), status=refused.status)


def _book(request: ActorRequest, site: SiteInfo, service_id: UUID) -> HttpResponseBase:
    places = []
    for value in request.POST.get("times", "").split(",")[: MOST + 1]:
        starts_at, practitioner_id = chosen_time(value)
        if practitioner_id is None:
            raise BadRequest
        places.append((starts_at, practitioner_id))
    people = tuple(_chosen(request))
    wish = FamilyWish(site.id, service_id, people, tuple(places), keeping.channel_of(request))
    book_for_family(actor=request.actor, wish=wish)
    return HttpResponseRedirect(reverse("portal:bookings"), status=303)


def _page(
    request: ActorRequest,
    site: SiteInfo,
    service_id: UUID,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    people = my_people(request.actor)
    sent = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request) or [one.id for one in people[:MOST]]
    parallel = sent.get("how") == "parallel"
    today = clock.now().astimezone(site.zone).date()
    ways: list[Any] = []
    if FEWEST <= len(chosen) <= MOST:
        ways = ways_to_come(site.id, service_id, len(chosen), today, Channel.WEB, parallel=parallel)
    context = {
        "site": site,
        "offer": offered_service(site, service_id),
        "people": [(one, one.id in chosen) for one in people],
        "chosen": chosen,
        "parallel": parallel,
        "ways": ways,
        "enough": len(people) >= FEWEST,
        "refused": refused,
        "step": 3,
        "steps": [True, True, True, False],
        "back_url": reverse("portal:doctors", args=[site.key, service_id]),
    }
    return render(request, "portal/book_together.html", context, status=status)


def _chosen(request: ActorRequest) -> list[UUID]:
    """Who is chosen, of those whom the account may book for."""
    sent = request.POST if request.method == "POST" else request.GET
    wanted = set(sent.getlist("who"))
    return [one for one in sorted(request.actor.owns) if str(one) in wanted]
