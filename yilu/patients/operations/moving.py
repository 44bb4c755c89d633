"""Rewriting rows of any table by rule, and writing down how they were: a merge's hands.

Every change is one statement that keeps the columns before and after as PostgreSQL writes them,
so that taking it back gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from yilu.patients.catalogue import types
from yilu.patients.errors import ChangedSince
from yilu.patients.merging import Rule, some
from yilu.patients.models import MergedRow


@dataclass(slots=True)
class Mover:
    """The two records of a merge, and the steps done so far."""

    merge_id: UUID
    survivor: UUID
    merged: UUID
    step: int = 0
    moved: dict[str, int] = field(default_factory=dict)

    def follow(self, rule: Rule) -> None:
        """Have the merged record's rows name the survivor as the rule says. One query."""
        gives_way = some(rule, rule.gives_way) if rule.gives_way else ""
        sets = {rule.column: "%(survivor)s::uuid"}
        for column, value in rule.changes.items():
            sets[column] = f'CASE WHEN {gives_way} THEN {value} ELSE mine."{column}" END'
        where = f'mine."{rule.column}" = %(merged)s'
        if rule.unless:
            where += f" AND ({rule.unless}) IS NOT TRUE"
        if rule.clash:
            where += f" AND NOT {some(rule, rule.clash)}"
        count = self.change(rule.table, sets, where)
        if count:
            self.moved[f"{rule.table}.{rule.column}"] = count

    def change(self, table: str, sets: Mapping[str, str], where: str, **params: Any) -> int:
        """Set columns (SQL over `mine`) of the rows that fit, and keep how they were. One query."""
        self.step += 1
        kept = {
            alias: ", ".join(f"""'{column}', {alias}."{column}"::text""" for column in sets)
            for alias in ("mine", "new")
        }
        assigned = ", ".join(f'"{column}" = {value}' for column, value in sets.items())
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                WITH mine AS (SELECT mine.* FROM {table} mine WHERE {where} FOR UPDATE),
                changed AS (
                    UPDATE {table} new SET {assigned} FROM mine WHERE new.id = mine.id
                    RETURNING new.id, jsonb_build_object({kept["mine"]}) AS was,
                        jsonb_build_object({kept["new"]}) AS became
                )
                INSERT INTO patients_mergedrow (merge_id, step, place, row_id, was, became)
                SELECT %(merge)s, %(step)s, %(place)s, id, was, became FROM changed
                """,  # noqa: S608 (names of our own rules)
                self._params() | {"place": table} | params,
            )
            return int(cursor.rowcount)

    def _params(self) -> dict[str, Any]:
        return {
            "merge": self.merge_id,
            "step": self.step,
            "survivor": self.survivor,
            "merged": self.merged,
        }


def put_back(merge_id: UUID) -> int:
    """Give every row its columns as they were, the last step first. Two queries for each step.

    Raises:
        ChangedSince: something else changed one of these columns since.
    """
    steps = MergedRow.objects.filter(merge=merge_id).order_by("-step")
    found = steps.values_list("step", "place", "was").distinct("step")
    count = 0
    for step, of_step in groupby(found, key=lambda row: row[0]):
        _, place, was = next(of_step)
        count += _put_back(merge_id, step, place, list(was))
    return count


def _put_back(merge_id: UUID, step: int, table: str, columns: list[str]) -> int:
    kinds = types(table, columns)
    was = ", ".join(f""""{c}" = (kept.was->>'{c}')::{kinds[c]}""" for c in columns)
    same = " AND ".join(
        f"""mine."{c}"::text IS NOT DISTINCT FROM kept.became->>'{c}'""" for c in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} mine SET {was} FROM patients_mergedrow kept
            WHERE kept.merge_id = %(merge)s AND kept.step = %(step)s AND mine.id = kept.row_id
                AND {same}
            """,  # noqa: S608 (names of our own rules)
            {"merge": merge_id, "step": step},
        )
        done = int(cursor.rowcount)
    if done != MergedRow.objects.filter(merge=merge_id, step=step).count():
        raise ChangedSince
    return done
