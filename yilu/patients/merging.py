"""What becomes of each table's rows when two records of one person are merged.

Patients knows no app above it: each says in its `merging.py` what happens to every column that
names a patient. A test compares these rules with the database's own catalogue of foreign keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """What a merge does with the rows of one column that names a patient.

    Rows of the merged record (`mine`) come to name the survivor, but those that fit `unless`.
    Where one of the survivor's rows (`theirs`) fits `clash`, both cannot be the survivor's: mine
    stays with the alias, or, if `refuses`, the whole merge waits until a person has decided.
    Where it fits `gives_way`, mine comes with the columns of `changes`.

    Attributes:
        says: what a preview calls the rows; empty for bookkeeping nobody counts.
        unless, clash, gives_way: SQL over `mine`, the last two over `theirs`, and `%(survivor)s`.
        changes: SQL by column.
        refuses: what has to be decided first, said to a person.
        stays: why no row of this column is ever rewritten; then nothing else holds.
    """

    table: str
    column: str = "patient_id"
    says: Any = ""
    unless: str = ""
    clash: str = ""
    refuses: Any = ""
    gives_way: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    stays: str = ""

    @property
    def place(self) -> tuple[str, str]:
        return self.table, self.column


_rules: dict[tuple[str, str], Rule] = {}


def declare(*rules: Rule) -> None:
    """Say what becomes of an app's rows. Call it in the app's `merging.py`."""
    _rules.update({rule.place: rule for rule in rules})


def rules() -> list[Rule]:
    """Every rule, in the order in which a merge follows them."""
    return [_rules[place] for place in sorted(_rules)]


def moving() -> list[Rule]:
    """The rules of columns that a merge rewrites."""
    return [rule for rule in rules() if not rule.stays]


def some(rule: Rule, condition: str) -> str:
    """SQL that is true of `mine` when one of the survivor's rows fits a condition."""
    return (
        f"EXISTS (SELECT FROM {rule.table} theirs"
        f' WHERE theirs."{rule.column}" = %(survivor)s AND theirs.id <> mine.id AND ({condition}))'
    )
