"""Who is next. Pure: those who wait go in, an instant for the newcomer's turn comes out.

The order is (level, past the response limit, turn). It is a key that is written once, so the
database can read it by an index and eight desks can take from it at the same moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.queueing.rules.policy import Policy

# How a ticket got its place; the reason that staff read beside it.
ON_TIME, EARLY, WALK_IN, LATE, RETURN, REQUEUED, MOVED, PROMISED = (
    "on_time", "early", "walk_in", "late", "return", "requeued", "moved", "promised",
)  # fmt: skip
# Two who are due at the same instant go by arrival; room between any two for a third.
TIE = timedelta(microseconds=100)
SMALLEST = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits, as far as the order is concerned."""

    id: UUID
    level: int
    turn_at: datetime
    limit_at: datetime
    ready_at: datetime
    is_return: bool = False

    def key(self, now: datetime) -> tuple[int, bool, datetime, datetime, str]:
        """What the order goes by at an instant; the smallest is next."""
        past = self.limit_at <= now
        by = self.limit_at if past else self.turn_at
        return (self.level, not past, by, self.ready_at, str(self.id))


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody joins: their turn, their limit, how that came, and how many places back."""

    turn_at: datetime
    limit_at: datetime
    placed: str
    places_back: int = 0


def in_order(waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Those who wait, next first. Stable: the same people give the same order, however listed."""
    return sorted(waiting, key=lambda one: one.key(now))


def join(
    policy: Policy,
    *,
    now: datetime,
    level: int,
    points: int,
    booked_at: datetime | None,
    waiting: Sequence[Waiting] = (),
    promised_at: datetime | None = None,
    came_at: datetime | None = None,
) -> Place:
    """The place of somebody who joins a queue now.

    Booked and in time: by the booked time. Early: too, so behind those who are due before.
    Late beyond the grace: as if in time, then two to five places back, by how late. Without a
    booking: by arrival, giving way to those who booked. Who was told to come at `promised_at`
    and does is placed as if they had come at their booked time: nobody who would have stood
    behind them then stands before them now. After that they are late by the promised time.
    `came_at` is when they came to the clinic, if they were seen to elsewhere in it before:
    nobody is late by that.
    """
    earlier = points * policy.minutes_per_point * MINUTE
    limit = policy.limit_minutes(level) * MINUTE
    if booked_at is None:
        turn = now + policy.walk_in_gives_way * MINUTE - earlier
        return Place(_tied(turn, now), now + limit, WALK_IN)
    grace = policy.grace_minutes * MINUTE
    came = came_at or now
    if promised_at is not None and booked_at < came <= promised_at + grace:
        return Place(_tied(booked_at - earlier, booked_at), booked_at + limit, PROMISED)
    since = max(now, booked_at)
    late_by = came - max(booked_at, promised_at or booked_at) - grace
    if late_by > timedelta():
        back = _places_back(policy, late_by)
        turn = _tied(booked_at - earlier, now)
        return Place(_behind(turn, back, _peers(waiting, level), now), since + limit, LATE, back)
    placed = EARLY if booked_at > now else ON_TIME
    return Place(_tied(booked_at - earlier, now), since + limit, placed)


def rejoin_after_miss(
    policy: Policy, *, now: datetime, level: int, skips: int, waiting: Sequence[Waiting]
) -> Place:
    """The place of somebody who missed a call and is here after all: some places from the front.

    Two places after the first miss, one more after each further one, five at most.
    """
    fewest, most = policy.skip_places
    back = min(fewest + max(skips - 1, 0), most)
    peers = _peers(waiting, level)
    turn = _behind(None, back, peers, now)
    return Place(turn, now + policy.limit_minutes(level) * MINUTE, REQUEUED, back)


def rejoin_with_results(
    policy: Policy, *, now: datetime, level: int, waiting: Sequence[Waiting]
) -> Place:
    """The place of somebody who comes back from an examination: after every second new patient."""
    peers = in_order(_peers(waiting, level), now)
    new, back = 0, len(peers)
    for n, one in enumerate(peers):
        if one.is_return:
            new = 0
            continue
        if new == policy.return_after_new:
            back = n
            break
        new += 1
    limit = now + policy.limit_minutes(level) * MINUTE
    return Place(_behind(None, back, peers, now), limit, RETURN, back)


def move_to(
    policy: Policy, position: int, *, level: int, now: datetime, waiting: Sequence[Waiting]
) -> Place:
    """The place of somebody whom a member of staff puts at a position among their level."""
    peers = in_order(_peers(waiting, level), now)
    past = [one for one in peers if one.limit_at <= now]
    if position < len(past):
        # Among those past their limit the limit decides: a hair before the one to stand before.
        limit = past[position].limit_at - SMALLEST
        return Place(past[position].turn_at, limit, MOVED, position)
    turn = _behind(None, position - len(past), peers, now)
    limit = now + max(policy.limit_minutes(level), 1) * MINUTE
    return Place(turn, limit, MOVED, position)


def _places_back(policy: Policy, late_by: timedelta) -> int:
    fewest, most = policy.late_places
    step = max(policy.late_minutes_per_place, 1) * MINUTE
    return min(fewest + int(late_by / step), most)


def _peers(waiting: Iterable[Waiting], level: int) -> list[Waiting]:
    return [one for one in waiting if one.level == level]


def _behind(turn: datetime | None, back: int, peers: Sequence[Waiting], now: datetime) -> datetime:
    """A turn so many places behind where `turn` would stand; None is the very front.

    Those past their limit are ahead in any case, so the places are counted among the others.
    """
    turns = sorted(one.turn_at for one in peers if one.limit_at > now)
    start = 0 if turn is None else sum(1 for one in turns if one <= turn)
    place = min(start + back, len(turns))
    if place == 0:
        return turns[0] - TIE if turns else turn or now
    before = turns[place - 1]
    if place == len(turns):
        return max(before + TIE, turn or before)
    return before + max((turns[place] - before) / 2, SMALLEST)


def _tied(turn: datetime, arrived_at: datetime) -> datetime:
    """The turn, a hair later the later somebody came that day: at most nine seconds."""
    seconds = arrived_at.hour * 3600 + arrived_at.minute * 60 + arrived_at.second
    return turn + seconds * TIE
