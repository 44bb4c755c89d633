"""What an event, or a finished step, moves in a case. Pure: states and facts in, moves out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yilu.pathways.rules.plan import Facts, On, Plan, StepPlan, named_rules

# The words of `StepState`, which stands above: a test holds that they are the same.
WAITING, OPEN, CLOSED, SKIPPED = "waiting", "open", "closed", "skipped"
DONE = frozenset({CLOSED, SKIPPED})
_BY_TURN = frozenset({"after", "undone"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a step stands, and why it came there.

    event, hand: what closed it. after: its turn came. rule: a named rule. ended, ended_open: the
    case was over while it waited, or was open. undone: what had moved it was taken back.
    """

    state: str = WAITING
    why: str = ""


Standings = Mapping[str, Standing]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case after something happened: where its steps stand, its facts, and whether it goes on."""

    steps: dict[str, Standing]
    facts: dict[str, Any]
    ends: str = ""  # "", "closed" or "abandoned"

    def moved(self, before: Standings) -> list[str]:
        """The keys of the steps whose state changed, in no order."""
        return [key for key, now in self.steps.items() if now.state != before[key].state]


def begin(plan: Plan, facts: Facts) -> Outcome:
    """A case at its start: what opens at once, and what a rule makes unnecessary."""
    return _settled(plan, {step.key: Standing() for step in plan.steps}, dict(facts))


def react(plan: Plan, before: Standings, facts: Facts, name: str, body: Facts) -> Outcome:
    """A case after an event. An event that comes twice moves nothing the second time."""

    def heard(on: On | None) -> bool:
        return on is not None and on.matches(name, body)

    steps = dict(before)
    known = dict(facts) | {learn.fact: learn.value for learn in plan.learns if heard(learn.on)}
    for step in plan.steps:
        _hear(plan, steps, step, known, heard)
    if heard(plan.abandons_on):
        return end(steps, known, "abandoned")
    outcome = _settled(plan, steps, known)
    return end(outcome.steps, known, "closed") if heard(plan.ends_on) else outcome


def finish(plan: Plan, before: Standings, facts: Facts, key: str, *, state: str) -> Outcome:
    """A case after one step was finished, or skipped, by hand or by the deed that calls."""
    steps = dict(before)
    steps[key] = Standing(state, "hand")
    return _settled(plan, steps, dict(facts))


def reopen(plan: Plan, before: Standings, facts: Facts, key: str) -> Outcome:
    """A case after a finished step was taken up again: what it had opened waits once more."""
    steps = dict(before)
    step = plan.step(key)
    if step is not None:
        _reopen(plan, steps, step)
    return _settled(plan, steps, dict(facts))


def built_upon(plan: Plan, steps: Standings, key: str) -> bool:
    """Whether a step that follows this one has been closed by somebody since."""
    later = _followers(plan, key)
    return any(steps[k].state == CLOSED for k in later)


def _hear(
    plan: Plan,
    steps: dict[str, Standing],
    step: StepPlan,
    facts: Facts,
    heard: Callable[[On | None], bool],
) -> None:
    """Move one step as an event says."""
    state = steps[step.key].state
    if state == CLOSED and any(heard(on) for on in step.reopens):
        _reopen(plan, steps, step)
    elif state != CLOSED and heard(step.closes):
        steps[step.key] = Standing(CLOSED, "event")
    elif state == WAITING and heard(step.opens):
        steps[step.key] = _enter(step, facts, "event")


def _settled(plan: Plan, steps: dict[str, Standing], facts: dict[str, Any]) -> Outcome:
    """Open what is due to open and skip what no longer is needed, until nothing moves."""
    for _ in range(len(plan.steps) + 1):
        changed = {
            step.key: now
            for step in plan.steps
            if (now := _settle(plan, step, steps, facts)) != steps[step.key]
        }
        if not changed:
            break
        steps.update(changed)
    finished = all(standing.state in DONE for standing in steps.values())
    return Outcome(steps, facts, "closed" if finished else "")


def _settle(plan: Plan, step: StepPlan, steps: Standings, facts: Facts) -> Standing:
    now = steps[step.key]
    is_turn = step.opens is None and _is_free(plan, step, steps)
    if now.state == WAITING and is_turn:
        return _enter(step, facts, "after")
    if now.state == OPEN and now.why in _BY_TURN and step.opens is None and not is_turn:
        return Standing(WAITING, "after")  # A step before it turned out to be needed after all.
    if now.state == OPEN and _unneeded(step, facts):
        return Standing(SKIPPED, "rule")
    if now == Standing(SKIPPED, "rule") and not _unneeded(step, facts):
        return Standing(WAITING, "rule") if step.after else Standing(OPEN, "rule")
    return now


def _enter(step: StepPlan, facts: Facts, why: str) -> Standing:
    return Standing(SKIPPED, "rule") if _unneeded(step, facts) else Standing(OPEN, why)


def _unneeded(step: StepPlan, facts: Facts) -> bool:
    rule = named_rules().get(step.skip_if)
    return rule is not None and rule(facts)


def _reopen(plan: Plan, steps: dict[str, Standing], step: StepPlan) -> None:
    # What comes before it may have been taken up again first: then it waits for that.
    is_turn = step.opens is not None or _is_free(plan, step, steps)
    steps[step.key] = Standing(OPEN if is_turn else WAITING, "undone")
    for key, now in steps.items():
        follows = key in _followers(plan, step.key) and now.state in {OPEN, SKIPPED}
        if now.why == "ended_open":
            steps[key] = Standing(OPEN, "undone")
        if follows or now.why == "ended":
            steps[key] = Standing(WAITING, "undone")


def _is_free(plan: Plan, step: StepPlan, steps: Standings) -> bool:
    """Whether everything before a step is done: what comes before those before it, too."""
    found: set[str] = set()
    edge = set(step.after)
    while edge:
        found |= edge
        edge = {k for one in plan.steps if one.key in edge for k in one.after} - found
    return all(steps[key].state in DONE for key in found)


def _followers(plan: Plan, key: str) -> set[str]:
    """The steps that wait for this one, directly or through others."""
    found: set[str] = set()
    edge = {key}
    while edge:
        edge = {step.key for step in plan.steps if step.after & edge} - found
        found |= edge
    return found


def end(steps: Standings, facts: dict[str, Any], ends: str) -> Outcome:
    """The whole case is over: what was not done is no longer needed, and says so."""
    why = {OPEN: "ended_open", WAITING: "ended"}
    left = {
        key: now if now.state in DONE else Standing(SKIPPED, why[now.state])
        for key, now in steps.items()
    }
    return Outcome(left, facts, ends)
