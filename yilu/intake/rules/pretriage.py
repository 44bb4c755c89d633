"""From complaints to a department, an alarm, or the honest answer that it is not clear.

Pure: what is known goes in, a suggestion with its reasons comes out. The rules are data in
`../data/pretriage.yaml`, with a version that is kept with every answer.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yilu.intake.rules.wording import Vocabulary, any_of, hear, pattern
from yilu.platform.names import Localized

DATA = Path(__file__).parents[1] / "data" / "pretriage.yaml"
EMERGENCY, UNSURE = "emergency", "unsure"
CERTAIN, LIKELY, OPEN = "certain", "likely", "open"
MOST_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that can be recognised or chosen: where it leads, and what it asks for."""

    key: str
    title: Localized
    to: Mapping[str, float]
    child: Mapping[str, float]
    fits: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An alarm or a measure: any of some sets of findings, for some people."""

    key: str
    title: Localized
    when: tuple[frozenset[str], ...]
    level: int
    advice: Localized
    age_below: float | None
    pregnant: bool
    unless: frozenset[str]

    def met(self, found: Collection[str], asked: "Asked") -> frozenset[str]:
        """The findings for which it holds; empty when it does not."""
        if self.unless & set(found):
            return frozenset()
        if self.pregnant and not (asked.pregnant or "pregnancy" in found):
            return frozenset()
        if self.age_below is not None and (asked.age is None or asked.age >= self.age_below):
            return frozenset()
        return next((one for one in self.when if one <= set(found)), frozenset())


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force."""

    version: str
    effective_from: date
    source: Localized
    departments: Mapping[str, Localized]
    stands_in: Mapping[str, tuple[str, ...]]
    findings: Mapping[str, Finding]
    alarms: tuple[Rule, ...]
    measures: tuple[Rule, ...]
    words: Vocabulary = field(repr=False)
    child_below: float
    least: float
    clear: float
    sure: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known: own words, what was chosen, age in years, sex, and what the record says.

    `known` are findings out of the record, for example that somebody takes blood thinners.
    """

    text: str = ""
    chosen: frozenset[str] = frozenset()
    age: float | None = None
    sex: str = ""
    pregnant: bool = False
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where somebody should go. `outcome` is a department, `emergency` or `unsure`."""

    outcome: str
    confidence: str
    findings: tuple[str, ...]
    reasons: tuple[str, ...]
    alarms: tuple[str, ...]
    measures: tuple[str, ...]
    others: tuple[str, ...]
    fits: tuple[str, ...]
    level: int | None
    version: str


@cache
def rules() -> Rules:
    """The rules in force. No query; read from the product's file once per process."""
    body = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    findings = {key: _finding(key, one) for key, one in body["findings"].items()}
    return Rules(
        version=body["version"],
        effective_from=body["effective_from"],
        source=Localized(body["source"]),
        departments={key: Localized(name) for key, name in body["departments"].items()},
        stands_in={key: tuple(one) for key, one in body["stands_in"].items()},
        findings=findings,
        alarms=tuple(_rule(one, body["advice"]) for one in body["alarms"]),
        measures=tuple(_rule(one, {}) for one in body["measures"]),
        words=_vocabulary(body),
        child_below=body["child_below"],
        least=body["least"],
        clear=body["clear"],
        sure=body["sure"],
    )


def suggest(asked: Asked) -> Suggestion:
    """Where to go with these complaints. An alarm comes before everything else."""
    book = rules()
    heard = hear(asked.text, book.words)
    chosen = {one for one in asked.chosen if one in book.findings}
    now = heard.now | chosen
    found = now | asked.known
    alarms = [one for one in book.alarms if one.met(found, asked) - asked.known]
    points, why = _points(book, now | heard.past, asked)
    ranked = sorted(points, key=lambda one: (-points[one], _rank(book, one)))
    outcome, confidence = _outcome(book, ranked, points)
    reasons = why.get(outcome, ())
    if alarms:
        outcome, confidence = EMERGENCY, CERTAIN
        reasons = tuple(dict.fromkeys(key for one in alarms for key in one.met(found, asked)))
    return Suggestion(
        outcome=outcome,
        confidence=confidence,
        findings=tuple(sorted(now)),
        reasons=tuple(sorted(reasons)),
        alarms=tuple(one.key for one in alarms),
        measures=tuple(one.key for one in book.measures if one.met(found, asked)),
        others=tuple(one for one in ranked if one != outcome and points[one] >= book.least)[
            :MOST_OTHERS
        ],
        fits=_fits(book, now, outcome),
        level=min((one.level for one in alarms), default=None),
        version=book.version,
    )


def out_of_record(words: Collection[str]) -> frozenset[str]:
    """The findings that matter for alarms in the words of a record: problems and medicines."""
    told = "。".join(words)
    return hear(told, rules().words).now & FROM_RECORD


FROM_RECORD = frozenset({"blood_thinner", "pregnancy"})


def _points(
    book: Rules, found: Collection[str], asked: Asked
) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
    """Points by department, and the findings that gave them. Children go to paediatrics."""
    is_child = asked.age is not None and asked.age < book.child_below
    points: dict[str, float] = {}
    why: dict[str, tuple[str, ...]] = {}
    for key in sorted(found):
        finding = book.findings[key]
        given = finding.child if is_child and finding.child else finding.to
        for department, worth in given.items():
            to = "paediatrics" if is_child and department == "general" else department
            points[to] = points.get(to, 0) + worth
            why[to] = (*why.get(to, ()), key)
    return points, why


def _outcome(book: Rules, ranked: list[str], points: Mapping[str, float]) -> tuple[str, str]:
    if not ranked or points[ranked[0]] < book.least:
        return UNSURE, OPEN
    best = points[ranked[0]]
    ahead = best - (points[ranked[1]] if len(ranked) > 1 else 0)
    is_clear = ahead >= book.clear and best >= book.sure
    return ranked[0], CERTAIN if is_clear else LIKELY


def _rank(book: Rules, department: str) -> int:
    return list(book.departments).index(department)


def _fits(book: Rules, found: Collection[str], outcome: str) -> tuple[str, ...]:
    """The services that the findings ask for in that department, by how much they weigh."""
    ordered = sorted(found, key=lambda one: -book.findings[one].to.get(outcome, 0))
    mine = (one for one in ordered if outcome in book.findings[one].to)
    return tuple(dict.fromkeys(fit for one in mine for fit in book.findings[one].fits))


def _finding(key: str, one: Mapping[str, Any]) -> Finding:
    return Finding(
        key=key,
        title=_named(one),
        to=one.get("to", {}),
        child=one.get("child", {}),
        fits=tuple(one.get("fits", ())),
        group=one.get("ask", ""),
    )


def _rule(one: Mapping[str, Any], advice: Mapping[str, Any]) -> Rule:
    return Rule(
        key=one["key"],
        title=_named(one),
        when=tuple(frozenset(each) for each in one["when"]),
        level=one.get("level", 4),
        advice=Localized(advice.get(one.get("do", ""), {})),
        age_below=one.get("age_below"),
        pregnant=one.get("pregnant", False),
        unless=frozenset(one.get("unless", ())),
    )


def _named(one: Mapping[str, Any]) -> Localized:
    return Localized({"zh-Hans": one["zh"], "en": one["en"]})


def _vocabulary(body: Mapping[str, Any]) -> Vocabulary:
    words = body["words"]
    before, after = any_of(body["negators"]), any_of(body["afterwards"])
    compiled = {key: pattern(one["is"], words) for key, one in body["findings"].items()}
    return Vocabulary(
        patterns=compiled,
        denied_before=pattern(before, {}),
        filler=pattern(rf"{any_of(body['fillers'])}|\s+(?=\S)", {}),
        denied_after=pattern(rf"\s?(?:{after})\s?$", {}),
        past=pattern(any_of(body["past"]), {}),
        still=pattern(any_of(body["still"]), {}),
    )
