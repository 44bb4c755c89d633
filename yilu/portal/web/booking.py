"""Booking from outside, page by page: service, doctor, time, for whom, booked."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yilu.facility.selectors.sites import SiteInfo, open_sites, site_by_key, site_info
from yilu.platform import throttle
from yilu.platform.errors import BadRequest, Conflict, NotFound
from yilu.platform.web.http import ActorRequest
from yilu.platform.wording import WEEKDAYS
from yilu.portal.operations.booking import Choice, keep_time
from yilu.portal.selectors.offers import (
    doctor_offers,
    offered_service,
    service_offers,
    soonest_that_suits,
    time_offers,
)
from yilu.portal.selectors.releases import kept_back
from yilu.portal.web import keeping
from yilu.portal.web.frame import bar
from yilu.portal.web.rush import turn_ticket
from yilu.scheduling import tickets
from yilu.scheduling.allocation import Part
from yilu.scheduling.asking import on_way
from yilu.scheduling.errors import NotFree
from yilu.scheduling.operations.holds import Held
from yilu.scheduling.selectors.bookings import booking_detail
from yilu.scheduling.selectors.curbs import curb_of
from yilu.scheduling.selectors.free_time import Slot
from yilu.scheduling.selectors.instead import alternatives
from yilu.scheduling.selectors.suggestions import wished
from yilu.scheduling.selectors.usual import part_name
from yilu.workforce.selectors.practitioners import practitioner_info, practitioner_names

MOST_TIMES_KEPT, TEN_MINUTES = 60, 600


@require_safe
def sites(request: ActorRequest) -> HttpResponseBase:
    """Where to go; with one site there is nothing to choose."""
    found = open_sites()
    if len(found) == 1:
        return HttpResponseRedirect(reverse("portal:services", args=[found[0].key]))
    return _page(request, "sites", step=1, sites=found, ph_menu=_menu(request))


@require_safe
def services(request: ActorRequest, site_key: str) -> HttpResponse:
    """What can be booked at a site."""
    site = site_by_key(site_key)
    q = request.GET.get("q", "")[:60]
    offers = service_offers(site, q)
    missed = bool(q.strip()) and not offers
    context: dict[str, Any] = {
        "site": site,
        "q": q,
        "missed": missed,
        "offers": service_offers(site) if missed else offers,
        "curb": curb_of(site.id),
        "back_url": reverse("portal:book") if len(open_sites()) > 1 else "",
        "ph_menu": _menu(request),
    }
    return _page(request, "services", step=1, **context)


@require_safe
def doctors(request: ActorRequest, site_key: str, service_id: UUID) -> HttpResponse:
    """Who performs the service, the soonest first."""
    site = site_by_key(site_key)
    context: dict[str, Any] = {
        "site": site,
        "offer": offered_service(site, service_id),
        "doctors": doctor_offers(site, service_id),
        **_kept_back(site, service_id, None),
        "back_url": reverse("portal:services", args=[site_key]),
    }
    return _page(request, "doctors", step=2, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def times(request: ActorRequest, site_key: str, service_id: UUID) -> HttpResponseBase:
    """The free times; choosing one keeps it for ten minutes."""
    site = site_by_key(site_key)
    if request.method != "POST":
        return _times(request, site, service_id)
    starts_at, practitioner_id = chosen_time(request.POST.get("time", ""))
    throttle.take(f"portal:time:{keeping.address_of(request)}", MOST_TIMES_KEPT, TEN_MINUTES)
    kept = keeping.kept_time(request)
    choice = Choice(site.id, service_id, practitioner_id, starts_at)
    before = kept.hold_id if kept else None
    try:
        ticket = _ticket(request, site)
        with on_way(keeping.way_of(request)):
            held = keep_time(
                actor=request.actor, choice=choice, instead_of=before, ticket=ticket,
                channel=keeping.channel_of(request),
            )  # fmt: skip
    except Conflict as refused:
        instead = _instead(refused, choice)
        return _times(request, site, service_id, refused=str(refused), instead=instead, status=409)
    keeping.keep(request, held, site.id, service_id, lasting(request, ticket, held))
    return HttpResponseRedirect(reverse("portal:details"), status=303)


@require_safe
def booked(request: ActorRequest, booking_id: UUID) -> HttpResponse:
    """What was booked: its number, where to go, what to bring."""
    detail = booking_detail(request.actor, booking_id)
    keeping.booked_time(request, booking_id)
    offer = offered_service(detail.site, detail.line.service_id)
    context: dict[str, Any] = {"detail": detail, "offer": offer, "base": visit_base(booking_id)}
    return _page(request, "booked", step=4, ph_menu=bar(request), **context)


def visit_base(subject_id: UUID) -> str:
    """Where an account's pages about one booking or visit begin."""
    return reverse("portal:my-visit", args=[subject_id]).removesuffix("/")


def chosen_time(value: str) -> tuple[datetime, UUID | None]:
    """The time behind a button: an instant and, after a bar, who. Raises: BadRequest."""
    written, _, who = value.partition("|")
    try:
        starts_at = datetime.fromisoformat(written)
        practitioner_id = UUID(who) if who else None
    except ValueError as error:
        raise BadRequest from error
    if starts_at.tzinfo is None:
        raise BadRequest
    return starts_at, practitioner_id


def instead_of(choice: Choice) -> list[tuple[Slot, str, str]]:
    """What could be had instead of a time: the slot, its button's value, and who."""
    site = site_info(choice.site_id)
    slots = alternatives(
        site_id=choice.site_id, service_id=choice.service_id,
        practitioner_id=choice.practitioner_id, starts_at=choice.starts_at,
    )  # fmt: skip
    names = practitioner_names(slot.practitioner_id for slot in slots)
    return [
        (
            Slot(slot.starts_at.astimezone(site.zone), slot.ends_at.astimezone(site.zone),
                 slot.practitioner_id, slot.site_id),
            f"{slot.starts_at.isoformat()}|{slot.practitioner_id}",
            str(names[slot.practitioner_id]),
        )
        for slot in slots
    ]  # fmt: skip


def _instead(refused: Conflict, choice: Choice) -> list[tuple[Slot, str, str]]:
    return instead_of(choice) if isinstance(refused, NotFree) else []


def _times(
    request: ActorRequest, site: SiteInfo, service_id: UUID, *, status: int = 200, **context: Any
) -> HttpResponse:
    doctor_id = _uuid(request.GET.get("doctor"))
    is_turn = bool(_ticket(request, site))
    day = _day(request.GET.get("day"))
    offers = time_offers(site, service_id, doctor_id, day, is_admitted=is_turn)
    context |= {
        "site": site,
        "offer": offered_service(site, service_id),
        "doctor": practitioner_info(doctor_id) if doctor_id else None,
        "offers": offers,
        "curb": curb_of(site.id),
        "back_url": reverse("portal:doctors", args=[site.key, service_id]),
        **_kept_back(site, service_id, doctor_id),
        **_suits(request, site, service_id, doctor_id),
    }
    return _page(request, "times", step=3, status=status, **context)


def _suits(
    request: ActorRequest, site: SiteInfo, service_id: UUID, doctor_id: UUID | None
) -> dict[str, Any]:
    """The place that suits best, with why, and what was wished for it."""
    weekdays, parts = request.GET.getlist("weekdays"), request.GET.getlist("parts")
    mine = tuple(request.actor.owns) if request.actor.kind == "patient" else ()
    return {
        "suits": soonest_that_suits(site, service_id, doctor_id, wished(weekdays, parts), mine),
        "parts": [(one.value, part_name(one), one.value in parts) for one in Part],
        "weekdays": [(str(n), name, str(n) in weekdays) for n, name in enumerate(WEEKDAYS)],
    }


def lasting(request: ActorRequest, ticket: str, held: Held) -> str:
    """A ticket as long as the time that is kept by it."""
    if not ticket or request.actor.user_id is None:
        return ""
    place_id = tickets.place_of(ticket, request.actor)
    return tickets.issue(place_id, request.actor.user_id, held.expires_at)


def _ticket(request: ActorRequest, site: SiteInfo) -> str:
    """The ticket of somebody who comes from the waiting room because it is their turn."""
    doctor_id, day = _uuid(request.GET.get("doctor")), _day(request.GET.get("day"))
    if "turn" not in request.GET or doctor_id is None or day is None:
        return ""
    return turn_ticket(request, site, doctor_id, day)


def _kept_back(site: SiteInfo, service_id: UUID, doctor_id: UUID | None) -> dict[str, Any]:
    """What cannot simply be had, with the way to the waiting room; and to the waiting list."""
    wait = reverse("portal:wait", args=[site.key, service_id])
    return {
        "releases": kept_back(site, service_id, doctor_id),
        "wait_url": f"{wait}?doctor={doctor_id}" if doctor_id else wait,
    }


def _page(
    request: HttpRequest, name: str, *, step: int, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"step": step, "steps": [n <= step for n in range(1, 5)]}
    return render(request, f"portal/book_{name}.html", context, status=status)


def _menu(request: ActorRequest) -> list[Any]:
    return bar(request) if request.actor.kind == "patient" else []


def _read(kind: Callable[[str], Any], typed: str | None) -> Any:
    if not typed:
        return None
    try:
        return kind(typed)
    except ValueError as error:
        raise NotFound from error


def _uuid(typed: str | None) -> UUID | None:
    found: UUID | None = _read(UUID, typed)
    return found


def _day(typed: str | None) -> date | None:
    found: date | None = _read(date.fromisoformat, typed)
    return found
