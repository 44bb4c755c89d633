"""A small pathway to test with."""

from typing import Any

from yilu.pathways.rules.plan import Plan, plan_of, skip_rule

WORDS = {"zh-Hans": "步骤", "en": "Step"}


@skip_rule("test_no_lunch", says="nobody is hungry")
def no_lunch(facts: Any) -> bool:
    """Nobody is hungry."""
    return not facts.get("hungry")


def step(key: str, **facts: Any) -> dict[str, Any]:
    """A step of the front desk that is closed by hand."""
    return {"key": key, "title": WORDS, "role": "front_desk", "closes": "by_hand"} | facts


def body(*steps: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """A definition with these steps."""
    return {
        "key": "outing",
        "version": 1,
        "title": WORDS,
        "subject": "visits.visit",
        "starts_on": "call",
        "steps": list(steps),
    } | facts


OUTING = body(
    step("pack", due={"minutes": 30, "from": "opened", "calendar": "elapsed"}),
    step("walk", opens={"after": ["pack"]}, closes={"event": "HillClimbed"},
         reopens={"event": "HillLost"}, role="nurse"),
    step("lunch", opens={"after": ["walk"]}, skip_if="test_no_lunch", role="doctor"),
    step("home", opens={"after": ["lunch"]}, closes={"event": "Home"}),
    learns=[{"event": "StomachRumbled", "fact": "hungry", "is": True}],
    abandons_on={"event": "Rained", "where": {"hard": True}},
    ends_on={"event": "Home"},
)  # fmt: skip


def outing() -> Plan:
    """The walk up a hill."""
    return plan_of(OUTING)
