"""What an event or a finished step moves: pure."""

from hypothesis import given, settings
from hypothesis import strategies as st

from yilu.pathways.rules import moves
from yilu.pathways.rules.moves import Outcome, Standing
from yilu.pathways.rules.plan import plan_of
from yilu.pathways.states import StepState
from yilu.pathways.tests.plans import body, outing, step

EVENTS = ["HillClimbed", "HillLost", "StomachRumbled", "Home"]


def where(outcome: Outcome) -> dict[str, str]:
    return {key: standing.state for key, standing in outcome.steps.items()}


def after(*happened: str, facts: dict | None = None) -> Outcome:
    """An outing after these events; a small letter is a step finished by hand."""
    plan = outing()
    now = moves.begin(plan, facts or {})
    for name in happened:
        if name[0].islower():
            now = moves.finish(plan, now.steps, now.facts, name, state="closed")
        else:
            now = moves.react(plan, now.steps, now.facts, name, {})
    return now


def test_the_words_of_the_rules_are_the_states():
    words = {moves.WAITING, moves.OPEN, moves.CLOSED, moves.SKIPPED}
    assert words == set(StepState.values)


def test_a_case_begins_with_the_steps_that_wait_for_nothing():
    assert where(after()) == {
        "pack": "open", "walk": "waiting", "lunch": "waiting", "home": "waiting",
    }  # fmt: skip


def test_a_finished_step_opens_the_next():
    assert where(after("pack"))["walk"] == "open"


def test_an_event_closes_a_step_and_what_a_rule_makes_unnecessary_is_skipped():
    assert where(after("pack", "HillClimbed")) == {
        "pack": "closed", "walk": "closed", "lunch": "skipped", "home": "open",
    }  # fmt: skip


def test_what_is_learnt_before_its_step_keeps_the_step():
    assert where(after("StomachRumbled", "pack", "HillClimbed"))["lunch"] == "open"


def test_what_is_learnt_later_brings_a_skipped_step_back():
    late = after("pack", "HillClimbed", "StomachRumbled")

    assert where(late)["lunch"] == "open"
    assert where(late)["home"] == "waiting"
    assert late.facts == {"hungry": True}


def test_a_step_may_be_done_before_its_turn():
    early = after("HillClimbed")
    assert where(early)["walk"] == "closed"
    assert where(early)["pack"] == "open"


def test_an_undone_event_opens_its_step_again_and_what_followed_waits():
    undone = after("pack", "HillClimbed", "HillLost")

    assert where(undone) == {
        "pack": "closed", "walk": "open", "lunch": "waiting", "home": "waiting",
    }  # fmt: skip


def test_the_end_of_the_whole_skips_what_is_left_and_says_so():
    ended = after("pack", "Home")

    assert ended.ends == "closed"
    assert ended.steps["walk"] == Standing("skipped", "ended_open")
    assert where(ended)["home"] == "closed"


def test_a_case_is_broken_off_only_by_the_event_that_is_meant():
    plan = outing()
    now = moves.begin(plan, {})

    drizzle = moves.react(plan, now.steps, {}, "Rained", {"hard": False})
    storm = moves.react(plan, now.steps, {}, "Rained", {"hard": True})

    assert (drizzle.ends, storm.ends) == ("", "abandoned")


def test_a_reopened_end_takes_up_what_the_end_had_skipped():
    plan = outing()
    ended = after("pack", "Home")
    again = moves.reopen(plan, ended.steps, ended.facts, "home")

    assert again.ends == ""
    assert where(again)["walk"] == "open"


def test_whether_something_was_built_upon_a_step():
    plan = outing()
    assert not moves.built_upon(plan, after("pack").steps, "pack")
    assert moves.built_upon(plan, after("pack", "HillClimbed").steps, "pack")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*EVENTS, "pack", "lunch"]), max_size=12))
def test_whatever_happens_no_open_step_is_lost_and_hearing_twice_moves_nothing(happened):
    plan = outing()
    now = moves.begin(plan, {})
    for name in happened:
        if name[0].islower():
            if now.steps[name].state == "open":
                now = moves.finish(plan, now.steps, now.facts, name, state="closed")
            continue
        heard = moves.react(plan, now.steps, now.facts, name, {})
        if name != "HillLost":
            again = moves.react(plan, heard.steps, heard.facts, name, {})
            assert again.steps == heard.steps
        now = heard
        unfinished = [s for s in now.steps.values() if s.state in ("open", "waiting")]
        # Either somebody has something to do, or the case is over.
        assert bool(now.ends) == (not unfinished)
        assert now.ends or any(s.state == "open" for s in now.steps.values())


def test_a_diamond_waits_for_both_arms():
    plan = plan_of(
        body(
            step("a"),
            step("b", opens={"after": ["a"]}),
            step("c", opens={"after": ["a"]}),
            step("d", opens={"after": ["b", "c"]}),
        )
    )
    now = moves.begin(plan, {})
    for key in ("a", "b"):
        now = moves.finish(plan, now.steps, {}, key, state="closed")
    assert where(now) == {"a": "closed", "b": "closed", "c": "open", "d": "waiting"}
    now = moves.finish(plan, now.steps, {}, "c", state="skipped")
    assert where(now)["d"] == "open"
