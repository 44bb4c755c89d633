"""The job that plans: asks the question, has it solved by a child process, keeps what was found."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.platform import jobs
from yilu.platform.actors import Actor
from yilu.platform.jobs import Running
from yilu.scheduling import permissions
from yilu.scheduling.child import Answer, solved
from yilu.scheduling.errors import PlanOver
from yilu.scheduling.operations.replanning import JOB, Figures, finish_plan, place_moves
from yilu.scheduling.planning import Place
from yilu.scheduling.selectors.plans import waiting_moves
from yilu.scheduling.selectors.replanning import question

PORTION, MOST_ROUNDS = 50, 3
READING, SOLVING, KEEPING = "reading", "solving", "keeping"


@jobs.kind(JOB, tries=2, says=_("Look for other places for bookings that cannot be kept"))
def plan_anew(running: Running) -> dict[str, Any] | None:
    """Find places for all moves of a plan that wait for one, and keep them.

    What another takes between finding and keeping is looked for again, up to three times. It may
    be begun anew: what is kept already stays. A plan that is dropped meanwhile ends it.
    """
    plan_id, site_id = UUID(running.arguments["plan_id"]), running.site_id
    if site_id is None:
        return None
    actor = Actor.system(JOB, permissions.BOOK)
    total = Figures(0, 0, 0.0)
    for _round in range(MOST_ROUNDS):
        waiting = waiting_moves(plan_id)
        if not waiting:
            break
        running.progress(0, len(waiting), READING)
        asked, meant = question(site_id, waiting).asked()
        answer = _solved(running, asked)
        chosen = [(meant[n][0].move_id, meant[n][1]) for n in answer.chosen]
        try:
            missed = _kept(running, actor, plan_id, chosen)
        except PlanOver:
            return None
        total = _added(total, answer, asked, meant, missed)
        if not missed:
            break
    finish_plan(actor=actor, plan_id=plan_id, figures=total)
    return {"cost": total.cost, "bound": total.bound, "seconds": total.seconds}


def _solved(running: Running, asked: dict[str, Any]) -> Answer:
    many = len(asked["without"])
    running.progress(0, many, SOLVING)
    return solved(asked, lambda _cost, _bound: running.check())


def _kept(
    running: Running, actor: Actor, plan_id: UUID, chosen: list[tuple[UUID, Place]]
) -> set[UUID]:
    missed: set[UUID] = set()
    for n in range(0, len(chosen), PORTION):
        running.progress(n, len(chosen), KEEPING)
        missed |= set(place_moves(actor=actor, plan_id=plan_id, wanted=chosen[n : n + PORTION]))
    return missed


def _added(
    total: Figures, answer: Answer, asked: dict[str, Any], meant: list[Any], missed: set[UUID]
) -> Figures:
    """What this round adds to the sum: those whom it missed count in the next, with its bound."""
    lost = sum(meant[n][1].cost for n in answer.chosen if meant[n][0].move_id in missed)
    added = replace(
        total,
        cost=total.cost + answer.cost - lost,
        bound=total.bound + max(answer.bound - lost, 0),
        seconds=round(total.seconds + answer.seconds, 2),
    )
    return added if asked["places"] else replace(added, seconds=total.seconds)
