"""Queues for releases: where somebody stands, and what is still to be had."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.scheduling import tickets
from yilu.scheduling.models import Rush, RushPlace
from yilu.scheduling.selectors.facts import Facts
from yilu.scheduling.selectors.free_time import free_rows
from yilu.scheduling.selectors.shares import shared_of_day
from yilu.scheduling.shares import Shared
from yilu.scheduling.states import ChannelGroup, PlaceState, ShareUnit

CHOOSE = timedelta(minutes=5)
LOBBY = timedelta(hours=1)
RECHECK, RECHECK_SOLD_OUT = timedelta(seconds=1), timedelta(seconds=10)
QUICKEST, SLOWEST, EACH = 3, 30, 20


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """A place as its holder sees it.

    `ahead` is how many stand before at most; None before the draw. `low` and `high` are minutes
    until the turn. `ticket` is there when it is their turn.
    """

    id: UUID
    rush_id: UUID
    patient_id: UUID
    practitioner_id: UUID
    site_id: UUID
    clinic_day: date
    opens_at: datetime
    state: PlaceState
    number: int | None
    ahead: int | None
    places_left: int | None
    low: int
    high: int
    is_sold_out: bool
    admitted_until: datetime | None
    booking_id: UUID | None
    ticket: str
    look_again: int
    is_due: bool

    @property
    def is_before(self) -> bool:
        return self.number is None and self.state == PlaceState.WAITING


@dataclass(frozen=True, slots=True)
class RushFacts:
    """A release with a queue: of whom, for which day, when, and from when the room is open."""

    practitioner_id: UUID
    resource_id: UUID
    plan_id: UUID
    needs_id: bool
    clinic_day: date
    opens_at: datetime | None
    falls_at: datetime

    @property
    def lobby_at(self) -> datetime | None:
        return self.opens_at - LOBBY if self.opens_at else None


def rush_sessions(site_id: UUID, practitioner_id: UUID, day: date) -> list[Shared]:
    """The sessions of a practitioner's day that patients online queue for. One query."""
    return [
        one
        for one in shared_of_day(site_id, day)
        if one.practitioner_id == practitioner_id and one.plan.has_draw
    ]


def rush_facts(site_id: UUID, practitioner_id: UUID, day: date) -> RushFacts | None:
    """What is known of the queue for a practitioner's day; None: there is none. One query."""
    found = rush_sessions(site_id, practitioner_id, day)
    if not found:
        return None
    first = found[0]
    return RushFacts(
        practitioner_id=practitioner_id,
        resource_id=first.resource_id,
        plan_id=first.plan.id,
        needs_id=any(one.plan.needs_id for one in found),
        clinic_day=day,
        opens_at=first.released_at(ChannelGroup.ONLINE),
        falls_at=max(one.falls_at for one in found),
    )


def places_left(facts: Facts, site_id: UUID, practitioner_id: UUID, day: date) -> int:
    """How many visits may still be sold online of a practitioner's day. Two queries."""
    sessions = rush_sessions(site_id, practitioner_id, day)
    first, until = clock.day_bounds(day, site_zone(site_id))
    rows = free_rows(facts, site_id, first, until + timedelta(hours=12))
    now = clock.now()
    return sum(_of_session(one, rows, facts, now) for one in sessions)


def _of_session(
    session: Shared,
    rows: list[tuple[datetime, datetime, UUID]],
    facts: Facts,
    now: datetime,
) -> int:
    """One after the other, as many as fit into what is free and into the share."""
    many, free_from = 0, session.starts_at
    for starts_at, ends_at, _who in rows:
        begins = starts_at - facts.before
        if free_from <= begins < session.ends_at:
            many, free_from = many + 1, ends_at + facts.after
    left = session.left(ChannelGroup.ONLINE)
    if left is None or now >= session.falls_at:
        return many
    if session.plan.unit == ShareUnit.MINUTES:
        around = int((facts.before + facts.after).total_seconds() // 60)
        left //= max(facts.lengths[0] + around, 1)
    return min(many, left)


def queue_place(actor: Actor, place_id: UUID) -> QueuePlace:
    """Where the account stands. One query, whoever else waits. Raises: NotFound: not its own."""
    place = RushPlace.objects.select_related("rush", "rush__resource").filter(pk=place_id).first()
    if place is None or place.user_id != actor.user_id:
        raise NotFound
    return _shown(place)


def place_in_rush(actor: Actor, site_id: UUID, practitioner_id: UUID, day: date) -> UUID | None:
    """The account's place in the queue for a practitioner's day, if it has one. One query."""
    if actor.user_id is None:
        return None
    found: UUID | None = (
        RushPlace.objects.filter(
            user_id=actor.user_id,
            rush__site_id=site_id,
            rush__resource__practitioner_id=practitioner_id,
            rush__clinic_day=day,
        )
        .values_list("pk", flat=True)
        .first()
    )
    return found


def _shown(place: RushPlace) -> QueuePlace:
    rush, now = place.rush, clock.now()
    ahead = None
    if place.number is not None:
        ahead = max(place.number - max(rush.admitted_number, 0) - 1, 0)
    low, high = _minutes(rush, ahead)
    state = PlaceState(place.state)
    is_turn = state == PlaceState.ADMITTED and place.admitted_until and place.admitted_until > now
    if state == PlaceState.ADMITTED and not is_turn:
        state = PlaceState.LAPSED
    ticket = ""
    if is_turn and place.admitted_until:
        ticket = tickets.issue(place.pk, place.user_id, place.admitted_until)
    is_open = state == PlaceState.WAITING and now >= rush.opens_at
    return QueuePlace(
        id=place.pk,
        rush_id=rush.pk,
        patient_id=place.patient_id,
        practitioner_id=_practitioner(rush),
        site_id=rush.site_id,
        clinic_day=rush.clinic_day,
        opens_at=rush.opens_at,
        state=state,
        number=place.number,
        ahead=ahead,
        places_left=rush.places_left,
        low=low,
        high=high,
        is_sold_out=rush.is_sold_out and state in {PlaceState.WAITING, PlaceState.LAPSED},
        admitted_until=place.admitted_until,
        booking_id=place.booking_id,
        ticket=ticket,
        look_again=_look_again(rush, ahead, now),
        is_due=is_open and is_due(rush),
    )


def is_due(rush: Rush) -> bool:
    """Whether it is time to see who may choose next."""
    if rush.checked_at is None:
        return True
    pause = RECHECK_SOLD_OUT if rush.is_sold_out else RECHECK
    return clock.machine_now() - rush.checked_at >= pause


def _practitioner(rush: Rush) -> UUID:
    found = rush.resource.practitioner_id
    if found is None:
        raise NotFound
    return found


def _minutes(rush: Rush, ahead: int | None) -> tuple[int, int]:
    """From how many rounds must pass: each takes a minute at least, and the time to choose at
    most."""
    if ahead is None:
        return 0, 0
    rounds = ceil(ahead / max(rush.places_left or 0, 10))
    return rounds, (rounds + 1) * int(CHOOSE.total_seconds() // 60)


def _look_again(rush: Rush, ahead: int | None, now: datetime) -> int:
    """In how many seconds looking again is worth it: the nearer, the sooner."""
    if now < rush.opens_at:
        return min(max(int((rush.opens_at - now).total_seconds()), QUICKEST), SLOWEST)
    if rush.is_sold_out:
        return SLOWEST
    return min(QUICKEST + (ahead or 0) // EACH, SLOWEST)
