"""Contraindications: what was answered, and which treatments it forbids or calls into question."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import treatments
from yilu.platform.names import Localized

YES, NO, UNKNOWN = "yes", "no", "unknown"
ANSWERS = (YES, NO, UNKNOWN)
BLOCK, WARN = "block", "warn"
Answers = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked; `has_date`: when it was last so."""

    key: str
    ask: Localized
    has_date: bool
    sexes: tuple[str, ...]

    def is_for(self, sex: str) -> bool:
        """Whether somebody of this sex is asked."""
        return not self.sexes or sex in self.sexes


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stands against a treatment: for good, or until somebody says why it may be."""

    key: str
    grade: str
    says: Localized | str

    @property
    def is_block(self) -> bool:
        return self.grade == BLOCK


@cache
def questions() -> Mapping[str, Question]:
    """What is asked, in the order of asking."""
    return {
        one["key"]: Question(
            one["key"], Localized(one["ask"]), one.get("date", False), tuple(one.get("sexes", ()))
        )
        for one in table("screening").body["questions"]
    }


def asked_of(sex: str) -> list[Question]:
    """The questions for somebody of this sex; all of them for none."""
    return [one for one in questions().values() if not sex or one.is_for(sex)]


def screen(
    answers: Answers, kinds: Iterable[str], *, day: date, age: int | None, sex: str
) -> dict[str, list[Finding]]:
    """What stands against each of these treatments on a day, the graver first."""
    return {kind: _against(answers, kind, day, age, sex) for kind in kinds}


def unanswered(answers: Answers, sex: str) -> list[Question]:
    """What was not asked, or not known."""
    return [
        one for one in asked_of(sex)
        if answers.get(one.key, {}).get("answer", UNKNOWN) == UNKNOWN
    ]  # fmt: skip


def stands_until(day: date) -> date:
    """Until when a consultation of that day counts."""
    return day + timedelta(days=table("screening").body["stands_days"])


def _against(answers: Answers, kind: str, day: date, age: int | None, sex: str) -> list[Finding]:
    found = [
        Finding(rule["key"], rule["grade"], Localized(rule["says"]))
        for rule in table("screening").body["rules"]
        if _is_for(rule, kind) and _applies(rule, answers, day, age)
    ]
    if left := [one for one in unanswered(answers, sex) if _matters(one.key, kind)]:
        words = ", ".join(str(one.ask) for one in left)
        found.append(Finding("unanswered", WARN, _("Not known: %(what)s") % {"what": words}))
    return sorted(found, key=lambda one: not one.is_block)


def _is_for(rule: Mapping[str, Any], kind: str) -> bool:
    known = treatments().get(kind)
    groups = {kind, *(known.groups if known else ())}
    return "kinds" not in rule or bool(groups & set(rule["kinds"]))


def _matters(question: str, kind: str) -> bool:
    rules = table("screening").body["rules"]
    return any(rule.get("question") == question and _is_for(rule, kind) for rule in rules)


def _applies(rule: Mapping[str, Any], answers: Answers, day: date, age: int | None) -> bool:
    if "age_below" in rule:
        return age is not None and age < rule["age_below"]
    said = answers.get(rule["question"], {})
    if said.get("answer") != YES:
        return False
    if "within_days" not in rule or not said.get("on"):
        return True
    return bool((day - date.fromisoformat(said["on"])).days < rule["within_days"])
