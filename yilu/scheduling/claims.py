"""How several resources are taken together or not at all. Only operations call this."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import randrange
from typing import Any
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import on_violation, prepared
from yilu.platform.ids import new_id
from yilu.scheduling.curbing import within_curb
from yilu.scheduling.errors import OutsideSessions, SlotTaken
from yilu.scheduling.rationing import within_shares
from yilu.scheduling.rules import Candidate, Choice, choices
from yilu.scheduling.selectors.candidates import Asked, candidates
from yilu.scheduling.selectors.facts import Facts


@dataclass(frozen=True, slots=True)
class Owner:
    """For whom time is taken: a booking, or a hold until `expires_at`."""

    booking_id: UUID | None = None
    hold_id: UUID | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """An allocation as it was before it was changed."""

    id: UUID
    resource_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was taken: the practitioner, and one thing for each need."""

    practitioner: Candidate
    things: tuple[Candidate, ...]

    @property
    def resource_ids(self) -> list[UUID]:
        return [self.practitioner.resource_id, *(thing.resource_id for thing in self.things)]

    @property
    def lane(self) -> int:
        return self.practitioner.free_lane or 0


def open_choices(facts: Facts, asked: Asked) -> list[Choice]:
    """Who could serve within the rules, best first. One query; more where a plan shares out, or the
    site limits what is booked online.

    Raises:
        OutsideSessions: none of the practitioners is in session then.
        SlotTaken: those who are, or something needed with them, are taken.
        NotYetReleased, ShareUsedUp, QueueFirst, EnoughBooked: a release plan says no.
        DayLimited, ServiceClosedOnline: the site limits what is booked online.
    """
    found = candidates(facts, asked)
    if not any(one.need == 0 and one.in_session for one in found):
        raise OutsideSessions
    options = choices(found, len(facts.needs), may_extend=False)
    if not options:
        raise SlotTaken
    return within_curb(within_shares(options, asked), facts, asked)


def claim(owner: Owner, found: Sequence[Choice]) -> Claimed:
    """Take a practitioner and all that is needed with them. One query when nobody interferes.

    The database judges, not what was read before: a resource that another has taken in the
    meantime is not inserted, and the next best is tried, until nothing is left. A refusal undoes
    the deed.

    Raises:
        SlotTaken: there is nothing (left) to take.
    """
    for choice in found:
        firsts = different(choice.things)
        if firsts is None:
            continue
        taken = take(owner, (choice.practitioner, *firsts))
        if choice.practitioner.resource_id in taken:
            return Claimed(choice.practitioner, _rest(owner, choice, firsts, taken))
        give_back(owner)
    raise SlotTaken


def different(things: Sequence[Sequence[Candidate]]) -> list[Candidate] | None:
    """The best of each need, no resource twice; None when they do not suffice."""
    picked: list[Candidate] = []
    for options in things:
        used = {one.resource_id for one in picked}
        best = next((one for one in options if one.resource_id not in used), None)
        if best is None:
            return None
        picked.append(best)
    return picked


def take_each(wanted: Sequence[tuple[Owner, Candidate]]) -> dict[UUID, set[UUID]]:
    """Allocate what can be had for several holds; gives back, by hold, which resources. One
    query; one more when holds that have expired are in the way.

    In the order of resources and time: nobody who takes one after the other waits for us for ever.
    """
    rows = sorted(wanted, key=lambda one: (one[1].resource_id, one[1].starts_at))
    if any(one.expired_hold for _, one in rows):
        _release_expired([one for _, one in rows])
    inserted = prepared(
        _TAKE_EACH,
        {
            "ids": [new_id() for _ in rows],
            "resources": [one.resource_id for _, one in rows],
            "starts": [one.starts_at for _, one in rows],
            "ends": [one.ends_at for _, one in rows],
            "holds": [owner.hold_id for owner, _ in rows],
            "expires": [owner.expires_at for owner, _ in rows],
        },
    )
    taken: dict[UUID, set[UUID]] = defaultdict(set)
    for hold_id, resource_id in inserted:
        taken[hold_id].add(resource_id)
    return taken


def _rest(
    owner: Owner, choice: Choice, firsts: Sequence[Candidate], taken: set[UUID]
) -> tuple[Candidate, ...]:
    """For each need what was taken at first, or the next thing that can be had."""
    tried = {one.resource_id for one in firsts}
    had = []
    for first, options in zip(firsts, choice.things, strict=True):
        if first.resource_id in taken:
            had.append(first)
            continue
        others = [one for one in options if one.resource_id not in tried]
        next_best = _first_taken(owner, _apart(others))
        tried.add(next_best.resource_id)
        had.append(next_best)
    return tuple(had)


def _apart(options: Sequence[Candidate]) -> Iterable[Candidate]:
    """The same, each claimant beginning elsewhere: a crowd would meet again at every thing."""
    first = randrange(len(options)) if options else 0  # noqa: S311 (only apart, no secret)
    return (*options[first:], *options[:first])


def _first_taken(owner: Owner, options: Iterable[Candidate]) -> Candidate:
    for one in options:
        if take(owner, [one]):
            return one
    raise SlotTaken


def take(owner: Owner, wanted: Iterable[Candidate]) -> set[UUID]:
    """Allocate what can be had of several resources; gives back which. One query.

    One more when a hold that has expired is in the way. Rows are inserted in the order of
    resources, so that two claimants of the same do not wait for each other.
    """
    rows = sorted(wanted, key=lambda one: one.resource_id)
    if any(one.expired_hold for one in rows):
        _release_expired(rows)
    inserted = prepared(
        _TAKE,
        {
            "ids": [new_id() for _ in rows],
            "resources": [one.resource_id for one in rows],
            "lanes": [one.free_lane or 0 for one in rows],
            "starts": [one.starts_at for one in rows],
            "ends": [one.ends_at for one in rows],
            "booking": owner.booking_id,
            "hold": owner.hold_id,
            "expires_at": owner.expires_at,
        },
    )
    return {resource_id for (resource_id,) in inserted}


def give_back(owner: Owner) -> list[Piece]:
    """Free all that the owner holds; gives back what it was. One query, two if any was held.

    What becomes free inside a block belongs to the block at once.
    """
    freed = _pieces(prepared(_GIVE_BACK, {"booking": owner.booking_id, "hold": owner.hold_id}))
    _fill_freed(freed)
    return freed


def give_back_each(hold_ids: Iterable[UUID]) -> None:
    """Free all that several holds keep. One query, two if any was held."""
    _fill_freed(_pieces(prepared(_GIVE_BACK_EACH, {"holds": list(hold_ids)})))


def end_at(owner: Owner, moment: datetime) -> list[Piece]:
    """Let all that the owner holds end at `moment` if that is earlier; gives back what it was.

    What had not begun is freed. One query, two if any was changed.
    """
    freed = _pieces(prepared(_END_AT, {"booking": owner.booking_id, "moment": moment}))
    _fill_freed(freed)
    return freed


def take_again(pieces: Iterable[Piece]) -> None:
    """Hold again what was given back or ended early. One query.

    Raises:
        SlotTaken: somebody else has some of it by now.
    """
    wanted = list(pieces)
    with on_violation(scheduling_allocation_no_overlap=SlotTaken):
        prepared(
            _TAKE_AGAIN,
            {
                "ids": [piece.id for piece in wanted],
                "starts": [piece.starts_at for piece in wanted],
                "ends": [piece.ends_at for piece in wanted],
            },
        )


def fill_blocks(resource_ids: list[UUID], starts_at: datetime, ends_at: datetime) -> None:
    """Let new blocks of the resources in this time have all of it that nothing else holds.

    Whoever frees some of it at this moment does not see the block: we wait until they have, and
    they until we are done. One query; one more whenever another has claimed some of it meanwhile.
    """
    _fill(_FILL_NEW, resource_ids, starts_at, ends_at)


def _fill_freed(freed: list[Piece]) -> None:
    """Let blocks have what was freed inside them. One query; one more as above."""
    if freed:
        _fill(
            _FILL,
            [piece.resource_id for piece in freed],
            min(piece.starts_at for piece in freed),
            max(piece.ends_at for piece in freed),
        )


def _fill(statement: str, resource_ids: list[UUID], starts_at: datetime, ends_at: datetime) -> None:
    wanted = {"resources": resource_ids, "starts_at": starts_at, "ends_at": ends_at}
    is_left = True
    while is_left:
        ((is_left,),) = prepared(statement, wanted)


def _pieces(found: Iterable[tuple[Any, ...]]) -> list[Piece]:
    return [Piece(*row) for row in found]


def _release_expired(rows: Sequence[Candidate]) -> None:
    prepared(
        _RELEASE_EXPIRED,
        {
            "resources": [one.resource_id for one in rows],
            "starts_at": min(one.starts_at for one in rows),
            "ends_at": max(one.ends_at for one in rows),
            "now": clock.now(),
        },
    )


_TAKE = """
INSERT INTO scheduling_allocation
    (id, resource_id, lane, during, active, expires_at, booking_id, hold_id)
SELECT id, resource_id, lane, tstzrange(starts_at, ends_at), true,
       %(expires_at)s::timestamptz, %(booking)s::uuid, %(hold)s::uuid
FROM unnest(%(ids)s::uuid[], %(resources)s::uuid[], %(lanes)s::int[],
            %(starts)s::timestamptz[], %(ends)s::timestamptz[])
     AS wanted (id, resource_id, lane, starts_at, ends_at)
ORDER BY resource_id
ON CONFLICT DO NOTHING
RETURNING resource_id
"""

_TAKE_EACH = """
INSERT INTO scheduling_allocation
    (id, resource_id, lane, during, active, expires_at, hold_id)
SELECT id, resource_id, 0, tstzrange(starts_at, ends_at), true, expires_at, hold_id
FROM unnest(%(ids)s::uuid[], %(resources)s::uuid[], %(starts)s::timestamptz[],
            %(ends)s::timestamptz[], %(holds)s::uuid[], %(expires)s::timestamptz[])
     AS wanted (id, resource_id, starts_at, ends_at, hold_id, expires_at)
ORDER BY resource_id, starts_at
ON CONFLICT DO NOTHING
RETURNING hold_id, resource_id
"""

_GIVE_BACK = """
UPDATE scheduling_allocation SET active = false
WHERE active AND (booking_id = %(booking)s::uuid OR hold_id = %(hold)s::uuid)
RETURNING id, resource_id, lower(during), upper(during)
"""

_GIVE_BACK_EACH = """
UPDATE scheduling_allocation SET active = false
WHERE active AND hold_id = ANY (%(holds)s::uuid[])
RETURNING id, resource_id, lower(during), upper(during)
"""

_END_AT = """
UPDATE scheduling_allocation a
SET active = lower(old.during) < %(moment)s::timestamptz,
    during = CASE WHEN lower(old.during) < %(moment)s
                  THEN tstzrange(lower(old.during), %(moment)s) ELSE old.during END
FROM (
    SELECT id, during FROM scheduling_allocation
    WHERE active AND booking_id = %(booking)s AND upper(during) > %(moment)s
    ORDER BY resource_id FOR UPDATE
) old
WHERE a.id = old.id
RETURNING a.id, a.resource_id, lower(old.during), upper(old.during)
"""

_TAKE_AGAIN = """
UPDATE scheduling_allocation a
SET active = true, during = tstzrange(old.starts_at, old.ends_at)
FROM unnest(%(ids)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
     AS old (id, starts_at, ends_at)
WHERE a.id = old.id
"""

# Of each block, the parts that no active allocation covers; and whether some of them could not be
# had, as another took them after this statement began to read. A block stays until the deed ends.
_FILL = """
WITH block AS MATERIALIZED (
    SELECT id, resource_id, during FROM scheduling_block
    WHERE resource_id = ANY (%(resources)s::uuid[]) AND active
      AND lower(during) >= %(starts_at)s::timestamptz - interval '24 hours'
      AND lower(during) < %(ends_at)s
    ORDER BY resource_id, lower(during)
    FOR SHARE
), held AS MATERIALIZED (
    SELECT block.id AS block_id, a.during
    FROM block JOIN scheduling_allocation a ON a.resource_id = block.resource_id
    WHERE a.active AND a.lane = 0 AND a.during && block.during
      AND lower(a.during) >= lower(block.during) - interval '24 hours'
      AND lower(a.during) < upper(block.during)
    /* and who holds it */
), free AS MATERIALIZED (
    SELECT block.id, block.resource_id, part
    FROM block
    CROSS JOIN LATERAL (
        SELECT range_agg(held.during) AS times FROM held WHERE held.block_id = block.id
    ) taken
    CROSS JOIN LATERAL unnest(
        block.during::tstzmultirange - coalesce(taken.times, '{}'::tstzmultirange)
    ) AS part
), filled AS (
    INSERT INTO scheduling_allocation (id, resource_id, lane, during, active, block_id)
    SELECT gen_random_uuid(), resource_id, 0, part, true, id
    FROM free ORDER BY resource_id, lower(part)
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM filled) < (SELECT count(*) FROM free)
"""
# The same for a block that others do not see yet: what is being freed inside it is waited for.
_FILL_NEW = _FILL.replace(
    "/* and who holds it */", "ORDER BY a.resource_id, lower(a.during) FOR SHARE OF a"
)

_RELEASE_EXPIRED = """
UPDATE scheduling_allocation SET active = false
WHERE resource_id = ANY (%(resources)s) AND active AND expires_at <= %(now)s
  AND during && tstzrange(%(starts_at)s::timestamptz, %(ends_at)s::timestamptz)
"""
