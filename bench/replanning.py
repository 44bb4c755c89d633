"""How long the desk waits when everybody is ill, and how good the plan is that it then sees."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic

from bench.clinic import Loaded
from yilu.platform.actors import Actor
from yilu.scheduling import permissions
from yilu.scheduling.child import solved
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.replanning import place_moves, start_plan
from yilu.scheduling.planner import PORTION
from yilu.scheduling.planning import gap
from yilu.scheduling.selectors.plans import waiting_moves
from yilu.scheduling.selectors.replanning import question
from yilu.scheduling.selectors.resources import resources_here

ACTOR = Actor.system(
    "bench", permissions.SEE, permissions.BOOK, permissions.CHANGE, permissions.BLOCK
)
AHEAD = 3
STARTS, ENDS = time(6), time(22)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan: for how many bookings of how many doctors, in how many seconds, how good."""

    doctors: int
    bookings: int
    read: float
    solve: float
    keep: float
    cost: int
    bound: int

    @property
    def gap(self) -> float:
        """By how many hundredths, at most, another plan could be better."""
        return gap(self.cost, self.bound) * 100


def measure(loaded: Loaded) -> Planned:
    """Let all doctors of the site be ill for one day, and plan: as the worker does, without it.

    Nothing of it is taken back: ask last.
    """
    day = loaded.today + timedelta(days=AHEAD)
    doctors = [one.id for one in resources_here(loaded.site_id) if one.is_person]
    for resource_id in doctors:
        block_resource(
            actor=ACTOR,
            resource_id=resource_id,
            starts_at=datetime.combine(day, STARTS, tzinfo=loaded.zone),
            ends_at=datetime.combine(day, ENDS, tzinfo=loaded.zone),
            kind="absence",
        )
    begun = monotonic()
    plan_id = start_plan(actor=ACTOR, site_id=loaded.site_id)
    moves = waiting_moves(plan_id)
    asked, meant = question(loaded.site_id, moves).asked()
    read = monotonic()
    answer = solved(asked, lambda _cost, _bound: None)
    found = monotonic()
    chosen = [(meant[n][0].move_id, meant[n][1]) for n in answer.chosen]
    for n in range(0, len(chosen), PORTION):
        place_moves(actor=ACTOR, plan_id=plan_id, wanted=chosen[n : n + PORTION])
    return Planned(
        doctors=len(doctors),
        bookings=len(moves),
        read=read - begun,
        solve=found - read,
        keep=monotonic() - found,
        cost=answer.cost,
        bound=answer.bound,
    )
