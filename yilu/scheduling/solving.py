"""The child process that plans: who gets which place, by OR-Tools CP-SAT, as JSON in and out.

It knows nothing of clinics and imports nothing of the product. Only here is OR-Tools loaded: its
memory is given back when the process ends. `planning.py` says what the figures mean.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ortools.sat.python import cp_model

SEED = 20
# Of CP-SAT's own clock, which counts work: the same question has the same answer anywhere. The
# wall clock is only a belt, for a machine that is much slower than any we know: the best answer so
# far, and how far from the best it can be at most, is then the plan.
MOST_WORK, MOST_SECONDS = 12.0, 12.0
COST, PLACE_OF = 1, 0


class _Said(cp_model.CpSolverSolutionCallback):
    """Says each better answer as it is found."""

    def on_solution_callback(self) -> None:
        say({"cost": round(self.objective_value), "bound": round(self.best_objective_bound)})


def solve(asked: dict[str, Any]) -> dict[str, Any]:
    """Choose for each of `without` one of its `places`, or none, so that the sum is least.

    A place is [whose, cost, cells]; a cell is something that `room` many can have at once.
    `without[n]` is what it costs to give n no place.
    """
    begun = time.monotonic()
    without, places, room = asked["without"], asked["places"], asked["room"]
    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in places]
    of, inside = defaultdict(list), defaultdict(list)
    for take, (whose, _cost, cells) in zip(takes, places, strict=True):
        of[whose].append(take)
        for cell in cells:
            inside[cell].append(take)
    left = [model.new_bool_var("") for _ in without]
    for whose, alone in enumerate(left):
        model.add_exactly_one([*of[whose], alone])
    for cell, takers in inside.items():
        _bound(model, takers, room[cell])
    costs = [place[COST] for place in places]
    model.minimize(cp_model.LinearExpr.weighted_sum([*takes, *left], [*costs, *without]))
    first = greedy(without, places, room)
    placed = {places[n][PLACE_OF] for n in first}
    for n, take in enumerate(takes):
        model.add_hint(take, n in first)
    for whose, alone in enumerate(left):
        model.add_hint(alone, whose not in placed)
    solver = _solver()
    status = solver.solve(model, _Said())
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise RuntimeError(solver.status_name(status))
    return {
        "chosen": [n for n, take in enumerate(takes) if solver.boolean_value(take)],
        "cost": round(solver.objective_value),
        "bound": round(solver.best_objective_bound),
        "seconds": round(time.monotonic() - begun, 2),
    }


def greedy(
    without: Sequence[int], places: Sequence[Sequence[Any]], room: Sequence[int]
) -> set[int]:
    """A first answer: the dearest to leave out first, each the cheapest place that is left."""
    of: dict[int, list[int]] = defaultdict(list)
    for n, place in enumerate(places):
        of[place[PLACE_OF]].append(n)
    left, chosen = list(room), set()
    for whose in sorted(range(len(without)), key=lambda one: (-without[one], one)):
        for n in sorted(of[whose], key=lambda one: (places[one][COST], one)):
            cells = places[n][2]
            if all(left[cell] > 0 for cell in cells):
                chosen.add(n)
                for cell in cells:
                    left[cell] -= 1
                break
    return chosen


def _bound(model: Any, takers: list[Any], room: int) -> None:
    if room == 1:
        model.add_at_most_one(takers)
    elif len(takers) > room:
        model.add(cp_model.LinearExpr.sum(takers) <= room)


def _solver() -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = SEED
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    # Such questions are nearly all alike: looking for more structure costs more than it finds.
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.max_deterministic_time = MOST_WORK
    solver.parameters.max_time_in_seconds = MOST_SECONDS
    return solver


def say(words: dict[str, Any]) -> None:
    """One line to whoever started this process."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(solve(json.load(sys.stdin)))
