"""Which errands of the desks are due: pure, from what is seen and what somebody's habits say."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from yilu.demo.players import habits
from yilu.demo.players.deciding import Due, Resting, Scene
from yilu.demo.selectors.errands import Errand
from yilu.demo.selectors.sight import Seen
from yilu.queueing.states import QueueKind

# Whose errand each is, and how many minutes they take to get round to it, from and to. Whom a
# nurse is to look after, she promises to see within five.
WHOSE: dict[str, tuple[str, float, float]] = {
    "explain": ("front_desk", 1.0, 4.5),
    "tell": ("front_desk", 0.5, 3.0),
    "look_after": ("nurse", 1.0, 4.0),
    "pick_up": ("front_desk", 0.05, 0.25),
    "hang_up": ("front_desk", 1.2, 4.0),
    "call_back": ("front_desk", -9.0, -1.0),
}
KIOSK_SAYS_IT_LIVES = 1.4


def due_errands(seen: Seen, now: datetime, resting: Resting) -> list[Due]:
    """Every errand that is due at a site; none of a post where a person works."""
    scene = Scene(seen, now, resting)
    found = [due for one in seen.errands for due in _errand(scene, one)]
    return [*found, *_worse(scene)]


def _errand(scene: Scene, one: Errand) -> Iterator[Due]:
    if one.what == "kiosk":
        if scene.is_due(one.since, KIOSK_SAYS_IT_LIVES):
            yield Due("live", one.id, errand=one)
        return
    if one.what not in WHOSE:
        return
    post, shortest, longest = WHOSE[one.what]
    minutes = habits.errand_minutes(one.id, one.what, shortest, longest)
    if post in scene.resting.posts or not scene.is_due(one.since, minutes):
        return
    if one.what == "pick_up" and habits.is_unheard(one.id):
        return
    is_out = one.what == "call_back" and habits.is_out(one.id, one.version)
    yield Due("call_in_vain" if is_out else one.what, one.id, one.of_id, errand=one)


def _worse(scene: Scene) -> Iterator[Due]:
    """Who waits, feels worse and says so at the desk; said once, it is said."""
    if {"front_desk", "nurse"} & scene.resting.posts:
        return
    has_said = {one.of_id for one in scene.seen.errands if one.what in SAID}
    for ticket in scene.seen.tickets:
        waits = ticket.state == "waiting" and ticket.kind == QueueKind.CONSULTATION
        if not waits or ticket.visit_id in has_said:
            continue
        after = habits.feels_worse_after(ticket.id)
        if after is not None and scene.is_due(ticket.issued_at, after):
            yield Due("say_worse", ticket.id, ticket.visit_id, ticket)


SAID = frozenset({"look_after", "looked_after"})


def lane_of(due: Due) -> UUID | str:
    """Which deeds come one after the other: those of one station, or before one kiosk."""
    if due.station is not None:
        return due.station.id
    if due.errand is not None and due.errand.what == "kiosk":
        return due.errand.id
    return due.key
