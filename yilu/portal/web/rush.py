"""The waiting room (候号室) of a release that many want: one's place, and what to do next."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yilu.facility.selectors.sites import SiteInfo, site_by_key
from yilu.patients.rules.consents import current_text
from yilu.patients.states import ConsentKind
from yilu.platform import clock, throttle
from yilu.platform.errors import DomainError, NotFound, NotSignedIn
from yilu.platform.web.http import ActorRequest, render_page
from yilu.platform.web.once import submit
from yilu.portal import puzzles
from yilu.portal.operations.family import Relative
from yilu.portal.operations.queueing import LOOKS, seen_place, take_place_as_new
from yilu.portal.selectors.mine import my_people
from yilu.portal.selectors.offers import offered_service
from yilu.portal.web import keeping
from yilu.portal.web.forms import SelfForm
from yilu.portal.web.frame import bar
from yilu.scheduling.errors import SoldOut
from yilu.scheduling.operations.rushes import QueueWish, leave_queue, take_place
from yilu.scheduling.selectors.rushes import QueuePlace, place_in_rush, rush_facts
from yilu.scheduling.states import PlaceState
from yilu.workforce.selectors.practitioners import practitioner_info

Wanted = tuple[UUID, UUID, date]
"""A service, a doctor and a day."""
MOST_OF_ACCOUNT, HOUR, PURPOSE = 20, 3600, "queue"
NOBODY_YET = UUID(int=0)


@sensitive_post_parameters("name", "born_on")
@require_http_methods(["GET", "HEAD", "POST"])
def room(
    request: ActorRequest, site_key: str, service_id: UUID, doctor_id: UUID, day: str
) -> HttpResponseBase:
    """Where one stands; a POST takes a place. Standing there already, it changes nothing."""
    site, asked = site_by_key(site_key), (service_id, doctor_id, _day(day))
    if request.method != "POST":
        if request.actor.kind == "patient":
            LOOKS.take(request.actor.user_id)
        return _page(request, site, asked)
    if request.actor.kind != "patient":
        raise NotSignedIn
    is_new = not request.actor.owns
    if not is_new and "patient" not in request.POST:
        # The form is older than the account's first person: what stands now is shown instead.
        return HttpResponseRedirect(request.path, status=303)
    try:
        if not is_new:
            _patient(request)
        typed = request.POST
        puzzles.check(typed.get("puzzle", ""), typed.get("answer", ""), PURPOSE, request.actor)
        _count(request)
        return _stand_as_new(request, site, asked) if is_new else _stand(request, site, asked)
    except NotFound:
        raise
    except DomainError as refused:
        return _page(request, site, asked, refused)


def _stand(request: ActorRequest, site: SiteInfo, asked: Wanted) -> HttpResponseBase:
    take_place(actor=request.actor, wish=QueueWish(site.id, *asked, _patient(request)))
    return HttpResponseRedirect(request.path, status=303)


def _stand_as_new(request: ActorRequest, site: SiteInfo, asked: Wanted) -> HttpResponseBase:
    """Who has nobody in the account yet says who they are on the same page."""
    form = SelfForm(request.POST)

    def save(typed: dict[str, Any]) -> HttpResponseBase:
        who = Relative(typed["name"], typed["sex"], typed["born_on"], "")
        take_place_as_new(
            actor=request.actor, who=who, phone=keeping.own_phone(request),
            wish=QueueWish(site.id, *asked, NOBODY_YET),
        )  # fmt: skip
        return HttpResponseRedirect(request.path, status=303)

    def again(status: int) -> HttpResponseBase:
        return _page(request, site, asked, form=form, status=status)

    return submit(request, form, save, again)


@require_POST
def leave(
    request: ActorRequest, site_key: str, service_id: UUID, doctor_id: UUID, day: str
) -> HttpResponseBase:
    """Give the place up."""
    site, wanted = site_by_key(site_key), _day(day)
    place_id = place_in_rush(request.actor, site.id, doctor_id, wanted)
    if place_id is not None:
        leave_queue(actor=request.actor, place_id=place_id)
    here = reverse("portal:rush", args=[site_key, service_id, doctor_id, day])
    return HttpResponseRedirect(here, status=303)


def turn_ticket(request: ActorRequest, site: SiteInfo, doctor_id: UUID, day: date) -> str:
    """The ticket of whoever's turn it is; empty when it is not. Two queries."""
    if request.actor.kind != "patient":
        return ""
    place_id = place_in_rush(request.actor, site.id, doctor_id, day)
    return seen_place(actor=request.actor, place_id=place_id).ticket if place_id else ""


def _page(
    request: ActorRequest,
    site: SiteInfo,
    wish: Wanted,
    refused: DomainError | None = None,
    *,
    form: SelfForm | None = None,
    status: int = 200,
) -> HttpResponse:
    service_id, doctor_id, day = wish
    facts = rush_facts(site.id, doctor_id, day)
    if facts is None:
        raise NotFound
    is_patient = request.actor.kind == "patient"
    place_id = place_in_rush(request.actor, site.id, doctor_id, day) if is_patient else None
    place = seen_place(actor=request.actor, place_id=place_id) if place_id else None
    opens_at = facts.opens_at.astimezone(site.zone) if facts.opens_at else None
    lobby_at = facts.lobby_at.astimezone(site.zone) if facts.lobby_at else None
    stage = _stage(place, refused)
    if stage == "join" and lobby_at is not None and clock.now() < lobby_at:
        stage = "early"
    wants_place = is_patient and stage in {"join", "lapsed"}
    people = my_people(request.actor) if wants_place else []
    context: dict[str, Any] = {
        "site": site,
        "day": day,
        "place": place,
        "until": place.admitted_until.astimezone(site.zone)
        if place and place.admitted_until
        else None,
        "stage": stage,
        "opens_at": opens_at,
        "is_released": opens_at is not None and clock.now() >= opens_at,
        "lobby_at": lobby_at,
        "is_patient": is_patient,
        "people": people,
        "form": (form or SelfForm()) if wants_place and not people else None,
        "consent": current_text(ConsentKind.DATA_USE),
        "puzzle": puzzles.new(PURPOSE, request.actor) if wants_place else "",
        "bits": puzzles.bits(),
        "refused": refused,
        **_addresses(request, site, wish, place),
    }
    if "HX-Request" not in request.headers:
        context |= {
            "offer": offered_service(site, service_id),
            "doctor": practitioner_info(doctor_id),
            "ph_menu": bar(request) if is_patient else [],
            "back_url": reverse("portal:doctors", args=[site.key, service_id]),
        }
    status = refused.status if refused else status
    return render_page(
        request, "portal/rush.html", part="portal/_rush.html", status=status, **context
    )


def _addresses(
    request: ActorRequest, site: SiteInfo, wish: Wanted, place: QueuePlace | None
) -> dict[str, str]:
    """Where the page leads."""
    service_id, doctor_id, day = wish
    times = reverse("portal:times", args=[site.key, service_id])
    wait = reverse("portal:wait", args=[site.key, service_id])
    booking_id = place.booking_id if place else None
    return {
        "here": request.path,
        "sign_in_url": f"{reverse('portal:sign-in')}?next={request.path}",
        "times_url": f"{times}?doctor={doctor_id}&day={day}&turn=1",
        "wait_url": f"{wait}?doctor={doctor_id}",
        "booked_url": reverse("portal:my-visit", args=[booking_id]) if booking_id else "",
    }


def _stage(place: QueuePlace | None, refused: DomainError | None) -> str:
    """What the page is about now."""
    if place is None or place.state == PlaceState.LEFT:
        return "sold_out" if isinstance(refused, SoldOut) else "join"
    if place.is_sold_out:
        return "sold_out"
    if place.is_before:
        return "before"
    return {
        PlaceState.WAITING: "waiting",
        PlaceState.ADMITTED: "turn",
        PlaceState.BOOKED: "booked",
        PlaceState.LAPSED: "lapsed",
    }.get(place.state, "join")


def _patient(request: ActorRequest) -> UUID:
    if request.actor.kind != "patient":
        raise NotSignedIn
    typed = request.POST.get("patient", "")
    mine = next((one for one in request.actor.owns if str(one) == typed), None)
    if mine is None:
        raise NotFound
    return mine


def _count(request: ActorRequest) -> None:
    """Count one try of the account, and of the address it comes from. Raises: TooMany."""
    throttle.take(f"portal:queue:{request.actor.user_id}", MOST_OF_ACCOUNT, HOUR)
    address = keeping.address_of(request)
    throttle.take(f"portal:queue:{address}", settings.QUEUE_TRIES_OF_ADDRESS, HOUR)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise NotFound from error
