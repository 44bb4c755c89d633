"""Booking for several of the family at once: who, how, when, booked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.platform import clock, throttle
from yilu.platform.errors import BadRequest
from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import once
from yilu.portal.operations.booking import Details
from yilu.portal.operations.together import FamilyWish, book_for_family
from yilu.portal.selectors.mine import my_people
from yilu.portal.selectors.offers import offered_service
from yilu.portal.web import keeping
from yilu.portal.web.booking import chosen_time
from yilu.portal.web.details import HOUR, MOST_BOOKINGS
from yilu.portal.web.forms import AlongForm
from yilu.scheduling.errors import TogetherTaken, TooFewTogether
from yilu.scheduling.operations.together import FEWEST, MOST
from yilu.scheduling.rules import MEDICATION
from yilu.scheduling.selectors.together import ways_to_come
from yilu.scheduling.states import Channel
from yilu.workforce.selectors.practitioners import practitioner_names


@require_http_methods(["GET", "HEAD", "POST"])
def together(request: ActorRequest, site_key: str, service_id: UUID) -> HttpResponseBase:
    """Times at which all who are chosen can come; with one chosen, what is asked of each."""
    if request.actor.kind != "patient":
        return HttpResponseRedirect(f"{reverse('portal:sign-in')}?next={request.path}")
    site = site_by_key(site_key)
    if request.method != "POST":
        if request.GET.get("times"):
            return _asked(request, site, service_id)
        return _page(request, site, service_id)
    if request.POST.get("again"):
        return _asked(request, site, service_id, _forms(request))
    throttle.take(f"portal:book:{request.actor.user_id}", MOST_BOOKINGS, HOUR)
    try:
        return once(request, lambda: _book(request, site, service_id))
    except (TogetherTaken, TooFewTogether) as refused:
        return _page(request, site, service_id, refused=str(refused), status=refused.status)


def _book(request: ActorRequest, site: SiteInfo, service_id: UUID) -> HttpResponseBase:
    forms = _forms(request)
    if not all(form.is_valid() for form in forms.values()):
        return _asked(request, site, service_id, forms, status=422)
    said = {one: _said(form.cleaned_data) for one, form in forms.items()}
    channel = keeping.channel_of(request)
    wish = FamilyWish(site.id, service_id, tuple(forms), _places(request), channel, said)
    book_for_family(actor=request.actor, wish=wish)
    return HttpResponseRedirect(reverse("portal:bookings"), status=303)


def _forms(request: ActorRequest) -> dict[UUID, AlongForm]:
    return {one: AlongForm(request.POST, prefix=str(one)) for one in _chosen(request)}


def _said(typed: dict[str, Any]) -> Details:
    return Details(
        reason=typed["reason"],
        special_needs=tuple(typed["special_needs"]),
        answers={MEDICATION: typed["medication"]} if typed["medication"] else {},
    )


def _places(request: ActorRequest) -> tuple[tuple[datetime, UUID], ...]:
    """The chosen time of each, with whom. Raises: BadRequest."""
    places = []
    for value in _sent(request).get("times", "").split(",")[: MOST + 1]:
        starts_at, practitioner_id = chosen_time(value)
        if practitioner_id is None:
            raise BadRequest
        places.append((starts_at, practitioner_id))
    return tuple(places)


def _asked(
    request: ActorRequest,
    site: SiteInfo,
    service_id: UUID,
    forms: Mapping[UUID, AlongForm] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Who comes when to whom, what is asked of each, and the word that books for all."""
    chosen, places = _chosen(request), _places(request)
    if len(chosen) != len(places):
        return _page(request, site, service_id)
    known = {one.id: one for one in my_people(request.actor)}
    doctors = practitioner_names({who for _starts_at, who in places})
    rows = [
        {
            "who": known[one],
            "starts_at": starts_at.astimezone(site.zone),
            "doctor": doctors.get(practitioner_id, ""),
            "form": forms[one] if forms else AlongForm(prefix=str(one)),
        }
        for one, (starts_at, practitioner_id) in zip(chosen, places, strict=True)
    ]
    context = {
        "site": site,
        "offer": offered_service(site, service_id),
        "rows": rows,
        "times": _sent(request)["times"],
        "parallel": _sent(request).get("how") == "parallel",
        "back_url": f"{request.path}?{_without_times(request)}",
        "step": 4,
        "steps": [True] * 4,
    }
    return render(request, "portal/book_together_details.html", context, status=status)


def _without_times(request: ActorRequest) -> str:
    kept = [(name, one) for name in ("who", "how") for one in _sent(request).getlist(name)]
    return urlencode(kept)


def _page(
    request: ActorRequest,
    site: SiteInfo,
    service_id: UUID,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    people = my_people(request.actor)
    sent = _sent(request)
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
        # What was typed before the time was gone goes on to the next that is chosen.
        "typed": [field for form in _forms(request).values() for field in form] if refused else [],
        "step": 3,
        "steps": [True, True, True, False],
        "back_url": reverse("portal:doctors", args=[site.key, service_id]),
    }
    return render(request, "portal/book_together.html", context, status=status)


def _chosen(request: ActorRequest) -> list[UUID]:
    """Who is chosen, of those whom the account may book for."""
    wanted = set(_sent(request).getlist("who"))
    return [one for one in sorted(request.actor.owns) if str(one) in wanted]


def _sent(request: ActorRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET
