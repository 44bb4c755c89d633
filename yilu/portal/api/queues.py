"""Queues for releases: a place, and where it stands."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from yilu.catalogue.selectors.services import performers_of
from yilu.facility.selectors.sites import site_zone
from yilu.platform import api, throttle
from yilu.portal import puzzles
from yilu.portal.api.mine import own
from yilu.portal.api.router import router
from yilu.portal.operations.queueing import LOOKS, seen_place
from yilu.scheduling.operations.rushes import QueueWish, leave_queue, take_place
from yilu.scheduling.selectors.releases import releases
from yilu.scheduling.selectors.rushes import QueuePlace
from yilu.scheduling.states import Channel, PlaceState

MOST_OF_ACCOUNT, HOUR = 20, 3600
PURPOSE = "queue"


class ReleaseOut(api.Shape):
    """A practitioner's day that cannot simply be had: `not_yet` and `used_up` until `at`, `queue`
    by a place in the queue."""

    practitioner: UUID
    day: date
    state: str
    at: api.Instant
    has_queue: bool


class PuzzleOut(api.Shape):
    """Find a number so that SHA-256 of `puzzle:number` begins with `bits` zero bits."""

    puzzle: str
    bits: int


class QueueIn(api.Shape):
    site: UUID
    service: UUID
    practitioner: UUID
    day: date
    patient: UUID
    puzzle: Annotated[str, Field(max_length=400)]
    answer: Annotated[api.Line, Field(max_length=20)]


class QueuePlaceOut(api.Shape):
    """A place. `number` and `ahead` from the draw on; `ticket` when it is the account's turn."""

    id: UUID
    state: PlaceState
    opens_at: api.Instant
    number: int | None
    ahead: int | None
    low_minutes: int
    high_minutes: int
    places_left: int | None
    is_sold_out: bool
    ticket: str | None
    until: api.Instant | None
    look_again_seconds: int


@router.get("/my/releases", response=api.Listed[ReleaseOut])
def my_releases(
    request: api.ApiRequest,
    service: UUID,
    site: UUID,
    from_: Annotated[api.Instant, Query(alias="from")],
    to: api.Instant,
) -> HttpResponse:
    """What of a service's times is not given away yet, used up, or to be queued for."""
    own(request)
    who = {one.practitioner_id for one in performers_of([service]).get(service, ())}
    found = [
        {
            "practitioner": one.practitioner_id,
            "day": one.day,
            "state": one.state,
            "at": one.at,
            "has_queue": one.has_queue,
        }
        for one in releases(site, who, from_, to, Channel.MINI)
    ]
    return api.answer({"items": found, "next": None})


@router.get("/my/puzzle", response=PuzzleOut)
def my_puzzle(request: api.ApiRequest) -> HttpResponse:
    """The small task that taking a place asks for."""
    own(request)
    return api.answer({"puzzle": puzzles.new(PURPOSE, request.actor), "bits": puzzles.bits()})


@router.post("/my/queue", response={201: QueuePlaceOut})
def my_queue(request: api.ApiRequest, wish: QueueIn) -> HttpResponse:
    """Take a place in the queue for a practitioner's day. Repeated, it answers the same place:
    hammering gains nothing. Refused with 409 `sold_out` when nothing is left."""
    own(request)
    puzzles.check(wish.puzzle, wish.answer, PURPOSE, request.actor)
    count_queueing(request)
    place_id = take_place(
        actor=request.actor,
        wish=QueueWish(wish.site, wish.service, wish.practitioner, wish.day, wish.patient),
    )
    return _answer(seen_place(actor=request.actor, place_id=place_id), status=201)


@router.get("/my/queue/{place_id}", response=QueuePlaceOut)
def my_queue_now(request: api.ApiRequest, place_id: UUID) -> HttpResponse:
    """Where the place stands now; `look_again_seconds` says when asking again is worth it.
    Asking much more often than that is refused with 429."""
    own(request)
    LOOKS.take(request.actor.user_id)
    return _answer(seen_place(actor=request.actor, place_id=place_id), status=200)


@router.post("/my/queue/{place_id}/leave", response={204: None})
def my_queue_leave(request: api.ApiRequest, place_id: UUID) -> HttpResponse:
    """Give the place up."""
    own(request)
    leave_queue(actor=request.actor, place_id=place_id)
    return api.nothing()


def count_queueing(request: Any) -> None:
    """Count one try of an account, and of the address it comes from. Raises: TooMany."""
    throttle.take(f"portal:queue:{request.actor.user_id}", MOST_OF_ACCOUNT, HOUR)
    address = request.META.get("REMOTE_ADDR", "")
    throttle.take(f"portal:queue:{address}", settings.QUEUE_TRIES_OF_ADDRESS, HOUR)


def _answer(place: QueuePlace, *, status: int) -> HttpResponse:
    zone = site_zone(place.site_id)
    until = place.admitted_until if place.ticket else None
    answer = api.answer(
        {
            "id": place.id,
            "state": place.state,
            "opens_at": place.opens_at.astimezone(zone),
            "number": place.number,
            "ahead": place.ahead,
            "low_minutes": place.low,
            "high_minutes": place.high,
            "places_left": place.places_left,
            "is_sold_out": place.is_sold_out,
            "ticket": place.ticket or None,
            "until": until.astimezone(zone) if until else None,
            "look_again_seconds": place.look_again,
        },
        status=status,
    )
    answer["Retry-After"] = str(place.look_again)
    return answer
