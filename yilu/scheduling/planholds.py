"""How a place is kept for a booking that moves, and let go again. Only operations call this."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Subquery

from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.scheduling import permissions
from yilu.scheduling.claims import Owner, open_choices, take
from yilu.scheduling.errors import NotFree, SlotTaken, UnknownPractitioner, UnknownService
from yilu.scheduling.keeping import keep_time
from yilu.scheduling.keeping_many import Wanted, keep_times, release_times
from yilu.scheduling.models import Allocation, Booking, Hold, Plan, PlannedMove
from yilu.scheduling.operations.holds import release_hold
from yilu.scheduling.planning import Place
from yilu.scheduling.rules import Candidate, Choice
from yilu.scheduling.selectors.candidates import Asked
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.replanning import places_of
from yilu.scheduling.selectors.stranded import stranded
from yilu.scheduling.states import MoveState

CANNOT = (NotFree, UnknownPractitioner, UnknownService)
MOST_TRIES = 8
PLACE = ("hold", "practitioner_id", "starts_at", "ends_at")


def keep_places(
    actor: Actor,
    site_id: UUID,
    wanted: Sequence[tuple[PlannedMove, Place]],
    expires_at: datetime,
) -> set[UUID]:
    """Keep places for moves of a site that have none yet, and write them down there; gives back
    for which. As many queries as `keep_times`, however many moves, and two.

    Part of a deed. Left to `keep_place` are those that could stay where they are, and
    those whose place has just been taken.
    """
    fresh = [
        (move, place)
        for move, place in wanted
        if move.hold_id is None and not stays(move, place.starts_at, place.practitioner_id)
    ]
    times = [
        Wanted(move.booking.service_id, place.practitioner_id, place.starts_at)
        for move, place in fresh
    ]
    kept = []
    for (move, _), hold in zip(fresh, keep_times(actor, site_id, times, expires_at), strict=True):
        if hold is not None:
            _note(move, hold)
            move.state = MoveState.PROPOSED
            move.version += 1
            kept.append(move)
    PlannedMove.objects.bulk_update(kept, [*PLACE, "state", "version"])
    return {move.pk for move in kept}


def keep_place(
    actor: Actor, move: PlannedMove, starts_at: datetime, who: UUID, expires_at: datetime
) -> Hold:
    """Keep a place for a move, and note it there; what was kept before is let go first.

    Part of a deed. Where a booking can stay with its doctor, only the things are kept.

    Raises:
        OutsideSessions, SlotTaken, UnknownService, UnknownPractitioner.
    """
    booking = move.booking
    facts = service_facts(booking.service_id, who)
    let_go(actor, move)
    if stays(move, starts_at, who):
        hold = _keep_things(facts, booking, expires_at)
    else:
        hold = keep_time(actor, facts, Asked(booking.site_id, starts_at), expires_at)
    _note(move, hold)
    return hold


def place_alone(
    actor: Actor, move: PlannedMove, expires_at: datetime | None = None
) -> Place | None:
    """Keep the cheapest place that one booking can have now, until then or until it begins. None:
    there is none. The caller writes the move back."""
    able = actor.lent(permissions.BOOK)
    for place in places_of(move.site_id, move.pk)[:MOST_TRIES]:
        until = expires_at or place.starts_at
        try:
            # What another takes at this moment is not to be had; the next best may be.
            with transaction.atomic():
                keep_place(able, move, place.starts_at, place.practitioner_id, until)
        except CANNOT:
            continue
        return place
    return None


def _note(move: PlannedMove, hold: Hold) -> None:
    move.hold, move.practitioner_id = hold, hold.practitioner_id
    move.starts_at, move.ends_at = hold.during.lower, hold.during.upper


def stays(move: PlannedMove, starts_at: datetime | None, who: UUID | None) -> bool:
    """Whether a place is the old one with other things: the patient notices nothing."""
    return (starts_at, who) == (move.old_starts_at, move.old_practitioner_id)


def let_go(actor: Actor, move: PlannedMove) -> None:
    """Free what is kept for a move, if anything is."""
    if move.hold_id is not None:
        release_hold(actor=actor.lent(permissions.BOOK), hold_id=move.hold_id)
        move.hold = None


def let_all_go(actor: Actor, site_id: UUID, moves: Sequence[PlannedMove]) -> None:
    """Free what is kept for several moves of a site, which the caller writes back. Six queries."""
    release_times(actor, site_id, [move.hold_id for move in moves if move.hold_id is not None])
    for move in moves:
        move.hold = None


def keep_longer(moves: Sequence[PlannedMove]) -> None:
    """Keep the places of moves until they begin. Three queries."""
    begins = PlannedMove.objects.filter(hold_id=OuterRef("pk")).values("starts_at")
    holds = Hold.objects.filter(pk__in=[one.hold_id for one in moves])
    holds.update(expires_at=Subquery(begins))
    kept = Hold.objects.filter(pk=OuterRef("hold_id")).values("expires_at")
    pieces = Allocation.objects.filter(hold__in=[one.hold_id for one in moves], active=True)
    pieces.update(expires_at=Subquery(kept))


def keep_until(plan: Plan, expires_at: datetime) -> None:
    """Keep every place that a plan proposes until `expires_at`, whenever it was found. Two
    queries."""
    proposed = plan.moves.filter(state=MoveState.PROPOSED, hold__isnull=False).values("hold_id")
    Hold.objects.filter(pk__in=proposed).update(expires_at=expires_at)
    pieces = Allocation.objects.filter(hold__in=proposed, active=True)
    pieces.update(expires_at=expires_at)


def lost_places(plan: Plan) -> list[PlannedMove]:
    """The moves of a plan whose place ran out and that somebody else has now, in part or whole.

    One query. After `keep_until` in the same deed nothing more is lost: what is kept until then
    is locked, and whoever was faster is seen.
    """
    taken = Allocation.objects.filter(hold=OuterRef("hold"), active=False)
    found = PlannedMove.objects.select_for_update(no_key=True, of=("self",))
    proposed = found.filter(plan=plan, state=MoveState.PROPOSED)
    return list(proposed.filter(Exists(taken)).select_related("booking").order_by("pk"))


def _keep_things(facts: Facts, booking: Booking, expires_at: datetime) -> Hold:
    """Keep a thing of each need that is not the gone one; the doctor is the booking's already."""
    gone = {one.resource_id for one in stranded([booking.site_id]).get(booking.pk, ())}
    mine = Allocation.objects.filter(booking=booking, active=True)
    held = set(mine.values_list("resource_id", flat=True))
    asked = Asked(booking.site_id, booking.starts_at, booking.pk)
    owner = Owner(hold_id=new_id(), expires_at=expires_at)
    for choice in open_choices(facts, asked):
        things = _others(choice, gone, held)
        if things and take(owner, things) == {one.resource_id for one in things}:
            hold = Hold(
                id=owner.hold_id,
                site_id=booking.site_id,
                service_id=booking.service_id,
                practitioner_id=booking.practitioner_id,
                during=DateTimeTZRange(booking.starts_at, booking.ends_at),
                clinic_day=cast("date", choice.practitioner.clinic_day),
                expires_at=expires_at,
            )
            hold.save(force_insert=True)
            return hold
    raise SlotTaken


def _others(choice: Choice, gone: set[UUID], held: set[UUID]) -> list[Candidate]:
    """For each need that is not met any more something that is not gone; none if that fails."""
    picked: list[Candidate] = []
    if choice.practitioner.resource_id in gone:
        return []
    for options in choice.things:
        if any(one.resource_id in held - gone for one in options):
            continue
        used = gone | {one.resource_id for one in picked}
        best = next((one for one in options if one.resource_id not in used), None)
        if best is None:
            return []
        picked.append(best)
    return picked
