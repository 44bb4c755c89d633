"""How good the pre-triage is, on cases that somebody else wrote: the figures of docs/triage.md."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from yilu.intake.rules.pretriage import EMERGENCY, UNSURE, Asked, suggest

CASES = Path(__file__).parents[1] / "data" / "pretriage_cases.yaml"
HALVES = ("develop", "held_out")
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One made-up complaint, and where it belongs; `also` would do too."""

    key: str
    asked: Asked
    expected: str
    also: frozenset[str]
    half: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules made of one half of the cases."""

    half: str
    cases: int
    first_choice: int
    right: int
    emergencies: int
    found: int
    false_alarms: int
    unsure: int
    rightly_unsure: int
    wrong: tuple[tuple[str, str, int], ...]

    @property
    def accuracy(self) -> float:
        """The share that went where it belongs, or where it would do too."""
        return self.right / self.cases

    @property
    def recall(self) -> float:
        """The share of emergencies that were recognised."""
        return self.found / self.emergencies


def cases() -> list[Case]:
    """Every case. Read from the product's file."""
    written = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return [
        Case(
            key=one["id"],
            asked=Asked(
                text=one["text"],
                age=one["age"],
                sex=one["sex"],
                pregnant=one.get("pregnant", False),
            ),
            expected=one["expected"],
            also=frozenset(one["also"]),
            half=one["half"],
        )
        for one in written
    ]


def evaluate(half: str, given: Sequence[Case]) -> Outcome:
    """How one half comes out."""
    mine = [(one, suggest(one.asked).outcome) for one in given if one.half == half]
    right = [(case, said) for case, said in mine if said == case.expected or said in case.also]
    urgent = [said for case, said in mine if case.expected == EMERGENCY]
    calm = [case for case, said in mine if said == EMERGENCY and (case, said) not in right]
    missed = Counter(
        (case.expected, said) for case, said in mine if (case, said) not in right
    )  # fmt: skip
    unsure = [case for case, said in mine if said == UNSURE]
    return Outcome(
        half=half,
        cases=len(mine),
        first_choice=sum(said == case.expected for case, said in mine),
        right=len(right),
        emergencies=len(urgent),
        found=urgent.count(EMERGENCY),
        false_alarms=len(calm),
        unsure=len(unsure),
        rightly_unsure=sum(case.expected == UNSURE for case in unsure),
        wrong=tuple((want, got, n) for (want, got), n in missed.most_common(SHOWN)),
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """The figures as docs/triage.md shows them."""
    names = " | ".join(one.half.replace("_", " ") for one in outcomes)
    lines = [f"| | {names} |", f"|---|{'--:|' * len(outcomes)}"]
    rows = {
        "cases": [str(one.cases) for one in outcomes],
        "right, or where it would do too": [_share(o.right, o.cases) for o in outcomes],
        "the very department that was expected": [
            _share(o.first_choice, o.cases) for o in outcomes
        ],
        "emergencies recognised": [_share(o.found, o.emergencies) for o in outcomes],
        "false alarms": [str(one.false_alarms) for one in outcomes],
        "unsure (rightly)": [f"{one.unsure} ({one.rightly_unsure})" for one in outcomes],
    }
    lines += [f"| {name} | {' | '.join(values)} |" for name, values in rows.items()]
    lines += ["", "Where it went wrong, the worst first:", ""]
    for one in outcomes:
        wrong = ", ".join(f"{want} → {got} ×{n}" for want, got, n in one.wrong) or "nowhere"
        lines.append(f"- {one.half.replace('_', ' ')}: {wrong}")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} = {100 * part / whole:.1f} %"
