"""How likely a patient falls: Morse's scale, and for children one of their own. Pure."""

from collections.abc import Mapping
from typing import Any

from yilu.clinical.rules.rulesets import Ruleset, in_ages, ruleset
from yilu.clinical.rules.scores import About, Score, points_score

ADULTS, CHILDREN = "morse", "humpty_dumpty"
SCALES = (ADULTS, CHILDREN)


def fall_scale(age: int | None) -> Ruleset:
    """The scale for somebody of that age; that of adults where the age is not known."""
    child = ruleset(CHILDREN)
    return child if age is not None and in_ages(child.body["ages"], age) else ruleset(ADULTS)


def asked_items(age: int | None) -> dict[str, Mapping[str, Any]]:
    """What the nurse answers: without what is known of the patient anyway."""
    body = fall_scale(age).body
    given = body.get("given", ())
    return {name: one for name, one in body["parameters"].items() if name not in given}


def fall_score(answers: Mapping[str, str], age: int | None, sex: str) -> Score | None:
    """The score of these answers; None while one is missing, or the scale is not meant for them."""
    given = {"age": "" if age is None else str(age), "sex": sex}
    return points_score(fall_scale(age).key, {**answers, **given}, About(age))
