"""Which questions are asked at the door, what the answers mean, and reporting limits. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yilu.intake.rules.questions import YES, Question
from yilu.platform.names import Localized

FILE = Path(__file__).parent / "data" / "screening.yaml"
APART = "apart"


@dataclass(frozen=True, slots=True)
class Finding:
    """What some answers mean together."""

    key: str
    all_of: frozenset[str]
    any_of: frozenset[str]
    grade: str
    says: Localized

    @property
    def is_apart(self) -> bool:
        """Whether the patient takes the isolation route."""
        return self.grade == APART

    @property
    def look(self) -> str:
        """Its colour, by the vocabulary of the design system."""
        return "late" if self.is_apart else "soon"

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether the answers say so."""
        yes = {key for key, said in answers.items() if said == YES}
        return self.all_of <= yes and (not self.any_of or bool(self.any_of & yes))


@dataclass(frozen=True, slots=True)
class Book:
    """Questions, findings and limits, as their file says."""

    version: str
    illnesses: Mapping[str, tuple[str, ...]]
    sets: Mapping[str, tuple[Question, ...]]
    findings: tuple[Finding, ...]
    limits: Mapping[str, int]


@lru_cache(maxsize=1)
def book() -> Book:
    """What is in use. Read once."""
    body: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Book(
        body["version"],
        {key: tuple(many) for key, many in body["illnesses"].items()},
        {key: tuple(map(_question, many)) for key, many in body["sets"].items()},
        tuple(map(_finding, body["findings"])),
        {key: int(minutes) for key, minutes in body["limits"].items()},
    )


def questions_for(illness: str) -> list[Question]:
    """The questions that a kind of illness asks, in order."""
    known = book()
    return [one for key in known.illnesses[illness] for one in known.sets[key]]


def every_question() -> dict[str, Question]:
    """All questions by key: to show what was asked once."""
    return {one.key: one for many in book().sets.values() for one in many}


def findings_of(answers: Mapping[str, str]) -> list[Finding]:
    """What the answers mean, the gravest first; a mask is not named beside the isolation route."""
    found = [one for one in book().findings if one.holds(answers)]
    apart = [one for one in found if one.is_apart]
    return apart or found


def is_positive(findings: Sequence[Finding]) -> bool:
    """Whether any finding calls for the isolation route."""
    return any(one.is_apart for one in findings)


def limit_of(group: str) -> timedelta:
    """Within what time a suspected case must be reported."""
    return timedelta(minutes=book().limits[group])


def _question(one: Mapping[str, Any]) -> Question:
    return Question(
        key=one["key"],
        kind=one["kind"],
        ask=Localized(one["ask"]),
        only="",
        is_alarm=False,
        takes="",
        takes_words=None,
        is_anew=bool(one.get("anew")),
    )


def _finding(one: Mapping[str, Any]) -> Finding:
    return Finding(
        one["key"],
        frozenset(one.get("all", ())),
        frozenset(one.get("any", ())),
        one["grade"],
        Localized(one["says"]),
    )
