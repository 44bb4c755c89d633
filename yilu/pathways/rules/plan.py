"""A definition read into values, and the named rules that may make a step unnecessary."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yilu.platform.names import Localized

Facts = Mapping[str, Any]
SkipRule = Callable[[Facts], bool]
_rules: dict[str, SkipRule] = {}
_says: dict[str, object] = {}


def skip_rule(name: str, *, says: object) -> Callable[[SkipRule], SkipRule]:
    """Give a pure function over a case's facts a name that definitions may use in `skip_if`.

    `says` is when it lets a step be left out, for whoever reads a pathway.
    """

    def register(rule: SkipRule) -> SkipRule:
        _rules[name], _says[name] = rule, says
        return rule

    return register


def named_rules() -> Mapping[str, SkipRule]:
    """The rules that definitions may name."""
    return _rules


def rule_in_words(name: str) -> str:
    """When a rule lets a step be left out, in the reader's language."""
    return str(_says.get(name, name))


@dataclass(frozen=True, slots=True)
class On:
    """A match on events: their names, and values that their body must hold."""

    events: frozenset[str]
    where: tuple[tuple[str, Any], ...] = ()

    def matches(self, name: str, body: Facts) -> bool:
        """Whether this event is meant."""
        return name in self.events and all(body.get(key) == value for key, value in self.where)


@dataclass(frozen=True, slots=True)
class Due:
    """How long a step may take, from when, on which calendar."""

    minutes: int
    since: str
    calendar: str


@dataclass(frozen=True, slots=True)
class Late:
    """What happens when a step is so many minutes past its time."""

    after_minutes: int
    action: str
    post: str


@dataclass(frozen=True, slots=True)
class Learn:
    """A fact that an event teaches about the case."""

    on: On
    fact: str
    value: Any


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step of a pathway as defined. With neither `opens` nor `after` it opens at once."""

    key: str
    title: Localized
    role: str
    place: Localized
    form: str
    opens: On | None
    after: frozenset[str]
    closes: On | None
    reopens: tuple[On, ...]
    due: Due | None
    late: tuple[Late, ...]
    skip_if: str

    @property
    def by_hand(self) -> bool:
        """Whether a person says that it is done, as no event does."""
        return self.closes is None


@dataclass(frozen=True, slots=True)
class Plan:
    """A pathway as defined."""

    key: str
    version: int
    title: Localized
    subject: str
    starts_on: On | None
    abandons_on: On | None
    ends_on: On | None
    learns: tuple[Learn, ...]
    steps: tuple[StepPlan, ...]

    def step(self, key: str) -> StepPlan | None:
        """The step of this key, if there is one."""
        return next((step for step in self.steps if step.key == key), None)

    @property
    def hears(self) -> frozenset[str]:
        """The names of all events that can move a case of this pathway, or start one."""
        matches = [self.starts_on, self.abandons_on, self.ends_on]
        matches += [learn.on for learn in self.learns]
        for step in self.steps:
            matches += [step.opens, step.closes, *step.reopens]
        return frozenset().union(*(match.events for match in matches if match))


def plan_of(body: Mapping[str, Any]) -> Plan:
    """Read a definition that has been checked."""
    return Plan(
        key=body["key"],
        version=body["version"],
        title=Localized(body["title"]),
        subject=body["subject"],
        starts_on=_on(body["starts_on"]),
        abandons_on=_on(body.get("abandons_on")),
        ends_on=_on(body.get("ends_on")),
        learns=tuple(_learn(one) for one in body.get("learns", ())),
        steps=tuple(_step(one) for one in body["steps"]),
    )


def _step(body: Mapping[str, Any]) -> StepPlan:
    opens = body.get("opens", {})
    due = body.get("due")
    late = sorted(body.get("late", ()), key=lambda one: one["after_minutes"])
    return StepPlan(
        key=body["key"],
        title=Localized(body["title"]),
        role=body["role"],
        place=Localized(body.get("place", {})),
        form=body.get("form", ""),
        opens=_on(opens) if "event" in opens else None,
        after=frozenset(opens.get("after", ())),
        closes=_on(body["closes"]),
        reopens=_any_of(body.get("reopens", ())),
        due=Due(due["minutes"], due["from"], due["calendar"]) if due else None,
        late=tuple(Late(one["after_minutes"], one["do"], one["post"]) for one in late),
        skip_if=body.get("skip_if", ""),
    )


def _any_of(match: Any) -> tuple[On, ...]:
    """Events that say the same, each with conditions of its own; or just one of them."""
    each = match if isinstance(match, list | tuple) else [match]
    return tuple(on for on in map(_on, each) if on)


def _on(match: Any) -> On | None:
    """Events by name; None for what no event does (`by_hand`, `call`, nothing)."""
    if not isinstance(match, Mapping):
        return None
    names = match["event"]
    where = tuple(sorted(match.get("where", {}).items()))
    return On(frozenset([names] if isinstance(names, str) else names), where)


def _learn(one: Mapping[str, Any]) -> Learn:
    on = _on(one)
    if on is None:  # The schema asks for an event.
        raise KeyError("event")
    return Learn(on, one["fact"], one["is"])
