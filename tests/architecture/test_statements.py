"""SQL that the database may run in more than one way says the same in all of them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_ROW_BY_ROW = re.compile(
    r"\b(?:IN|ANY|SOME|ALL)\s*\(\s*SELECT\b(?:[^()]|\([^()]*\))*?\b(?:LIMIT|SKIP LOCKED)\b"
)


def row_by_row(text: str) -> list[str]:
    """Conditions by a subquery that locks and skips, or takes only some.

    The planner may run such a subquery again for every row, and each run finds others.
    """
    return [found.group() for found in _ROW_BY_ROW.finditer(text)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t ORDER BY n LIMIT 3)",
        "DELETE FROM t WHERE id = ANY (SELECT id FROM t WHERE f(n) FOR UPDATE SKIP LOCKED)",
    ],
)
def test_the_rule_knows_what_may_be_run_row_by_row(sql: str):
    assert row_by_row(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET a = 1 WHERE id = (SELECT id FROM t LIMIT 1 FOR UPDATE SKIP LOCKED)",
        "SELECT a FROM t WHERE b IN (SELECT b FROM u WHERE f(c)) ORDER BY a LIMIT 3",
    ],
)
def test_the_rule_knows_what_is_run_once(sql: str):
    assert not row_by_row(sql)


def test_nothing_is_taken_by_a_subquery_that_may_be_run_more_than_once():
    found = [
        (path.relative_to(ROOT).as_posix(), one)
        for folder in ("yilu", "bench")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for one in row_by_row(path.read_text())
    ]
    assert found == []
