"""Which questions a visit asks, what answers may be, and which risks they show. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yilu.clinical.rules.rulesets import in_ages
from yilu.platform.names import Localized

FILE = Path(__file__).parent.parent / "data" / "questions.yaml"
LONGEST = 500
YES, NO = "yes", "no"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `takes`: "allergy", "problem" or "intake", when its answer can be taken over.

    `is_anew`: it is about this visit or this moment, and an earlier answer says nothing.
    `field` is where in the nurse's intake its answer goes. `of` is the set it belongs to.
    """

    key: str
    kind: str
    ask: Localized
    only: str
    is_alarm: bool
    takes: str
    takes_words: Localized | None
    is_anew: bool
    field: str = ""
    ages: Mapping[str, int] | None = None
    of: str = ""

    @property
    def is_text(self) -> bool:
        return self.kind == TEXT


@dataclass(frozen=True, slots=True)
class Risk:
    """What an answer means for some visits, and where that is said."""

    key: str
    question: str
    answer: str
    meant_for: frozenset[str]
    grade: str
    says: Localized
    source: Localized

    @property
    def look(self) -> str:
        """Its colour, by the vocabulary of the design system."""
        return "soon" if self.grade == "ask" else "late"


@dataclass(frozen=True, slots=True)
class Book:
    """All sets and risks, as their file says."""

    version: str
    specialties: Mapping[str, tuple[str, ...]]
    services: Mapping[str, tuple[str, ...]]
    child_under: int
    child_sets: tuple[str, ...]
    titles: Mapping[str, Localized]
    sets: Mapping[str, tuple[Question, ...]]
    risks: tuple[Risk, ...]


@lru_cache(maxsize=1)
def book() -> Book:
    """The questions in use. Read once."""
    body: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Book(
        body["version"],
        {key: tuple(many) for key, many in body["specialties"].items()},
        {key: tuple(many) for key, many in body["services"].items()},
        body["children"]["under"],
        tuple(body["children"]["sets"]),
        {key: Localized(words) for key, words in body["titles"].items()},
        {key: tuple(_question(one, key) for one in many) for key, many in body["sets"].items()},
        tuple(map(_risk, body["risks"])),
    )


def sets_for(service_key: str, specialty: str, age: int | None = None) -> list[str]:
    """The sets that a service asks of somebody of that age in years."""
    known = book()
    more = (*known.specialties.get(specialty, ()), *known.services.get(service_key, ()))
    child = known.child_sets if age is not None and age < known.child_under else ()
    return list(dict.fromkeys(("general", *more, *child)))


def questions_of(sets: Sequence[str], sex: str, age: int | None = None) -> list[Question]:
    """The questions of some sets, in order, without those for the other sex or another age."""
    known = book().sets
    found = [one for key in sets for one in known.get(key, ())]
    return [
        one
        for one in found
        if (not one.only or sex in {one.only, "unknown", ""})
        and (age is None or in_ages(one.ages, age))
    ]


def read_answers(questions: Sequence[Question], sent: Mapping[str, str]) -> dict[str, str]:
    """What was answered that can be kept; anything else counts as not said."""
    found = {}
    for one in questions:
        text = sent.get(one.key, "").strip()
        if one.is_text and text:
            found[one.key] = text[:LONGEST]
        elif text in {YES, NO}:
            found[one.key] = text
    return found


def wrong_answers(questions: Sequence[Question], sent: Mapping[str, str]) -> list[str]:
    """The questions whose answer is none: neither yes nor no, or longer than can be kept."""
    return [
        one.key
        for one in questions
        if (text := sent.get(one.key, "").strip())
        and (len(text) > LONGEST if one.is_text else text not in {YES, NO})
    ]


def nothing_to_tell(questions: Sequence[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """The quick way: whatever was not answered is “no”, unless just that would be a risk."""
    telling = {risk.question for risk in book().risks if risk.answer == NO}
    rest = (one for one in questions if not one.is_text and one.key not in telling)
    return {one.key: NO for one in rest} | dict(answers)


def missing(questions: Sequence[Question], answers: Mapping[str, str]) -> list[str]:
    """The questions that must be answered and were not. Texts may stay empty."""
    return [one.key for one in questions if not one.is_text and one.key not in answers]


def risks_of(answers: Mapping[str, str], service_key: str, specialty: str = "") -> list[Risk]:
    """What stands out for this visit, the gravest first."""
    found = [
        one
        for one in book().risks
        if answers.get(one.question) == one.answer
        and (not one.meant_for or one.meant_for & {service_key, specialty})
    ]
    return sorted(found, key=lambda one: ("alarm", "stop", "ask").index(one.grade))


def carried(
    questions: Sequence[Question], said: Mapping[str, str], *, is_same_day: bool = False
) -> dict[str, str]:
    """What of earlier answers holds for these questions too."""
    return {
        one.key: said[one.key]
        for one in questions
        if one.key in said and (is_same_day or not one.is_anew)
    }


def is_alarming(questions: Sequence[Question], answers: Mapping[str, str]) -> bool:
    """Whether the patient should call for help now rather than go on."""
    return any(one.is_alarm and answers.get(one.key) == YES for one in questions)


def _question(one: Mapping[str, Any], of: str) -> Question:
    take = dict(one.get("take", {}))
    takes = next(iter(take), "")
    words = take.get(takes)
    return Question(
        one["key"],
        one["kind"],
        Localized(one["ask"]),
        one.get("only", ""),
        bool(one.get("alarm")),
        takes,
        Localized(words) if isinstance(words, dict) else None,
        bool(one.get("anew")),
        str(words) if takes == "intake" else "",
        one.get("ages"),
        of,
    )


def _risk(one: Mapping[str, Any]) -> Risk:
    return Risk(
        one["key"],
        one["question"],
        one.get("is", YES),
        frozenset(one.get("for", ())),
        one["grade"],
        Localized(one["says"]),
        Localized(one["source"]),
    )
