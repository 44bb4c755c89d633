"""The queue for a release: taking a place, the draw, and who may choose now.

Who came before the release has a number drawn; who comes later stands behind in the order of
coming. Coming again, or often, changes nothing.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation, prepared
from yilu.platform.errors import NotAllowed, NotFound, NotSignedIn
from yilu.scheduling.errors import (
    IdentityNeeded,
    NoQueue,
    PlaceElsewhere,
    QueueNotOpen,
    SoldOut,
)
from yilu.scheduling.events import RushDrawn, RushSoldOut
from yilu.scheduling.models import Rush, RushPlace
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.rushes import CHOOSE, RushFacts, is_due, places_left, rush_facts
from yilu.scheduling.states import PlaceState


@dataclass(frozen=True, slots=True)
class QueueWish:
    """A place in the queue for a practitioner's day, for one patient."""

    site_id: UUID
    service_id: UUID
    practitioner_id: UUID
    clinic_day: date
    patient_id: UUID


@operation
def take_place(*, actor: Actor, wish: QueueWish) -> UUID:
    """Stand in the queue for a release; who stands there already keeps the place they have.

    Whose turn passed unused gets a new place at the end. Seven queries.

    Raises:
        NotSignedIn, NotAllowed: not an account, or not one of its patients.
        NoQueue, QueueNotOpen: nobody queues for these times, or not yet.
        SoldOut: there is nothing left to queue for.
        IdentityNeeded: the release is for patients whose identity number is known.
        PlaceElsewhere: the patient stands there through another account.
    """
    if actor.kind != "patient" or actor.user_id is None:
        raise NotSignedIn
    if not actor.is_owner(wish.patient_id):
        raise NotAllowed
    rush = _rush_of(wish)
    mine = RushPlace.objects.filter(rush=rush, user_id=actor.user_id).first()
    if mine is not None and not _is_over(mine):
        return mine.pk
    if rush.is_sold_out and not is_due(rush):
        raise SoldOut
    _check_identity(actor, wish, rush)
    stood = mine or RushPlace(rush=rush, user_id=actor.user_id, patient_id=wish.patient_id)
    place = _stand(stood, _number(actor, rush))
    audit.record(
        actor,
        "scheduling.rush.place_taken",
        place,
        site_id=wish.site_id,
        patient_id=wish.patient_id,
        number=place.number,
    )
    return place.pk


@operation
def leave_queue(*, actor: Actor, place_id: UUID) -> None:
    """Give a place up. Raises: NotFound: not the account's own."""
    place = RushPlace.objects.select_for_update(no_key=True).filter(pk=place_id).first()
    if place is None or place.user_id != actor.user_id:
        raise NotFound
    if place.state == PlaceState.BOOKED:
        return
    place.state = PlaceState.LEFT
    place.save(update_fields=["state"])
    audit.record(actor, "scheduling.rush.place_left", place, patient_id=place.patient_id)


@operation
def call_up(*, actor: Actor, rush_id: UUID) -> int:
    """Let those next in the queue choose, as many as there are places; says how many.

    At most one does this at a time: whoever comes second does nothing. Draws first, when the
    release has come. Eight queries.
    """
    rush = (
        Rush.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("resource")
        .filter(pk=rush_id)
        .first()
    )
    now = clock.now()
    if rush is None or now < rush.opens_at or not is_due(rush):
        return 0
    _draw(actor, rush)
    places = RushPlace.objects.filter(rush=rush, state=PlaceState.ADMITTED)
    places.filter(admitted_until__lte=now).update(state=PlaceState.LAPSED)
    choosing = places.count()
    who = rush.resource.practitioner_id
    facts = service_facts(rush.service_id, who)
    left = places_left(facts, rush.site_id, who, rush.clinic_day) if who else 0
    called = _call(rush, left - choosing)
    was_sold_out = rush.is_sold_out
    rush.places_left = left
    rush.is_sold_out = left == 0 and choosing == 0
    rush.admitted_number = max([rush.admitted_number, *called])
    rush.checked_at = clock.machine_now()
    rush.save(update_fields=["places_left", "is_sold_out", "admitted_number", "checked_at"])
    if called:
        audit.record(actor, "scheduling.rush.called_up", rush, site_id=rush.site_id, numbers=called)
    if rush.is_sold_out and not was_sold_out:
        audit.record(actor, "scheduling.rush.sold_out", rush, site_id=rush.site_id)
        sold_out = RushSoldOut(rush.pk)
        outbox.publish(sold_out, actor=actor, site_id=rush.site_id, subject=rush, topics=[])
    return len(called)


def _rush_of(wish: QueueWish) -> Rush:
    known = Rush.objects.filter(
        site_id=wish.site_id,
        resource__practitioner_id=wish.practitioner_id,
        clinic_day=wish.clinic_day,
    )
    rush = known.first()
    if rush is not None:
        return rush
    facts = rush_facts(wish.site_id, wish.practitioner_id, wish.clinic_day)
    if facts is None or facts.falls_at <= clock.now():
        raise NoQueue
    service = service_facts(wish.service_id, wish.practitioner_id).service
    if not service.online:
        raise NoQueue
    _begin(wish, facts)
    return known.get()


def _begin(wish: QueueWish, facts: RushFacts) -> None:
    """Open the waiting room; two who come first at once open one."""
    now = clock.now()
    if facts.lobby_at is not None and now < facts.lobby_at:
        raise QueueNotOpen
    rush = Rush(
        site_id=wish.site_id,
        plan_id=facts.plan_id,
        resource_id=facts.resource_id,
        service_id=wish.service_id,
        clinic_day=wish.clinic_day,
        opens_at=facts.opens_at or now,
    )
    Rush.objects.bulk_create([rush], ignore_conflicts=True)


def _is_over(place: RushPlace) -> bool:
    if place.state in {PlaceState.LAPSED, PlaceState.LEFT}:
        return True
    until = place.admitted_until
    return place.state == PlaceState.ADMITTED and until is not None and until <= clock.now()


def _check_identity(actor: Actor, wish: QueueWish, rush: Rush) -> None:
    if not rush.plan.needs_id:
        return
    brief = patient_briefs(actor, [wish.patient_id], "scheduling.rush").get(wish.patient_id)
    if brief is None or "id_number" in brief.missing:
        raise IdentityNeeded


_NEXT = """
UPDATE scheduling_rush SET last_number = last_number + 1
WHERE id = %(rush)s AND drawn_at IS NOT NULL
RETURNING last_number
"""


def _number(actor: Actor, rush: Rush) -> int | None:
    """The next number after the draw, none before it. Whoever comes first after the release
    draws for those before."""
    if rush.drawn_at is None:
        held = Rush.objects.select_for_update(no_key=True).get(pk=rush.pk)
        if clock.now() < held.opens_at:
            return None
        _draw(actor, held)
    ((number,),) = prepared(_NEXT, {"rush": rush.pk})
    return int(number)


def _stand(place: RushPlace, number: int | None) -> RushPlace:
    place.number, place.came_at = number, clock.now()
    if not place._state.adding:  # noqa: SLF001 (Django documents _state)
        place.state, place.admitted_until = PlaceState.WAITING, None
        place.save(update_fields=["state", "number", "came_at", "admitted_until"])
        return place
    RushPlace.objects.bulk_create([place], ignore_conflicts=True)
    kept = RushPlace.objects.filter(rush_id=place.rush_id, user_id=place.user_id).first()
    if kept is None:
        raise PlaceElsewhere
    return kept


# The order is that of a hash of a seed nobody knew before and of the place: not of coming.
_DRAW = """
WITH drawn AS (
    SELECT p.id, row_number() OVER (
        ORDER BY sha256(%(seed)s::bytea || uuid_send(p.id))
    ) AS number
    FROM scheduling_rushplace p
    WHERE p.rush_id = %(rush)s AND p.number IS NULL AND p.state = 'waiting'
)
UPDATE scheduling_rushplace p SET number = drawn.number + %(last)s
FROM drawn WHERE p.id = drawn.id
RETURNING p.number
"""


def _draw(actor: Actor, rush: Rush) -> None:
    """Give everybody who came before the release a number by lot. The rush is locked."""
    if rush.drawn_at is not None:
        return
    seed = bytes(rush.seed)
    drawn = prepared(_DRAW, {"seed": seed, "rush": rush.pk, "last": rush.last_number})
    rush.drawn_at, rush.last_number = clock.now(), rush.last_number + len(drawn)
    rush.save(update_fields=["drawn_at", "last_number"])
    audit.record(
        actor, "scheduling.rush.drawn", rush, site_id=rush.site_id,
        places=len(drawn), seed=seed.hex(),
    )  # fmt: skip
    told = RushDrawn(rush.pk, len(drawn))
    outbox.publish(told, actor=actor, site_id=rush.site_id, subject=rush, topics=[])


# Found apart: in the condition it may be run for each row, and finds others each time.
_CALL = """
WITH next AS MATERIALIZED (
    SELECT id FROM scheduling_rushplace
    WHERE rush_id = %(rush)s AND state = 'waiting' AND number IS NOT NULL
    ORDER BY number LIMIT %(many)s FOR UPDATE SKIP LOCKED
)
UPDATE scheduling_rushplace p SET state = 'admitted', admitted_until = %(until)s
FROM next WHERE p.id = next.id
RETURNING p.number
"""


def _call(rush: Rush, many: int) -> list[int]:
    if many <= 0:
        return []
    until = clock.now() + CHOOSE
    called = prepared(_CALL, {"rush": rush.pk, "until": until, "many": many})
    return sorted(number for (number,) in called)
