"""`make trace`: which tests show which behaviour of docs/behaviours.md.

Reads `@pytest.mark.covers("A04", …)` from the tests' source; nothing is imported or run.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINE = re.compile(r"^\| ([A-O]\d\d) \| (✓?) ?\| (.+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Behaviour:
    """One row of the list; `is_due` when it is part of this version."""

    id: str
    is_due: bool
    sentence: str


def behaviours() -> list[Behaviour]:
    """The rows, in their order."""
    text = (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8")
    return [Behaviour(row, bool(tick), said) for row, tick, said in LINE.findall(text)]


def covering_tests() -> dict[str, list[str]]:
    """The tests that say they show a row, by its id."""
    covered: dict[str, list[str]] = defaultdict(list)
    for file in sorted(ROOT.glob("yilu/**/test_*.py")) + sorted(ROOT.glob("tests/**/test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for_all = [row for node in tree.body for row in _module_marks(node)]
        for test in ast.walk(tree):
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                for row in [*for_all, *_rows(test.decorator_list)]:
                    covered[row].append(f"{file.relative_to(ROOT)}::{test.name}")
    return covered


def _module_marks(node: ast.stmt) -> list[str]:
    is_mark = isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
    )
    return list(_rows([node.value])) if is_mark else []


def _rows(marks: list[ast.expr]) -> Iterator[str]:
    for mark in marks:
        for call in ast.walk(mark):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "covers":
                yield from (word.value for word in call.args if isinstance(word, ast.Constant))


def main(*, quietly: bool) -> int:
    """Print the list; 1 when a row of this version has no test or a test names no row."""
    rows, covered = behaviours(), covering_tests()
    for row in rows if not quietly else []:
        tests = covered.get(row.id, [])
        print(f"{row.id} {'✓' if row.is_due else ' '} {len(tests):>3}  {row.sentence}")
        for test in tests:
            print(f"           {test}")
    unknown = sorted(set(covered) - {row.id for row in rows})
    bare = [row.id for row in rows if row.is_due and row.id not in covered]
    due = sum(row.is_due for row in rows)
    print(f"{due - len(bare)} of {due} behaviours of this version are shown by tests.")
    if bare:
        print(f"Without a test: {', '.join(bare)}")
    if unknown:
        print(f"Named by tests but not in docs/behaviours.md: {', '.join(unknown)}")
    return 1 if bare or unknown else 0


if __name__ == "__main__":
    sys.exit(main(quietly="--check" in sys.argv))
