"""Every column that names a patient has a rule for merges: asked of the database's catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from yilu.patients.catalogue import OWN, guarded, naming, perhaps_naming
from yilu.patients.merging import Rule, moving, rules
from yilu.patients.operations.merges import merge_patients, undo_merge
from yilu.patients.tests.factories import MERGER, make_actor, make_patient, make_site
from yilu.platform.db import rows

pytestmark = pytest.mark.django_db
FILLED: dict[str, str] = {
    "uuid": "gen_random_uuid()",
    "boolean": "false",
    "jsonb": "'{}'",
    "bytea": "'\\x00'",
    "date": "DATE '2031-03-03'",
    "timestamp with time zone": "TIMESTAMPTZ '2031-03-03 10:00+08'",
    "time without time zone": "TIME '10:00'",
    "daterange": "'[2031-03-03,2031-03-04)'",
    "tstzrange": "'[2031-03-03,2031-03-04)'",
}


@contextmanager
def as_owner() -> Iterator[Any]:
    """Somebody who may do what no deed may: fill tables with rows that mean nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE; SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = origin; SET ROLE yilu_app")


def columns(table: str) -> dict[str, str]:
    """The columns that must have a value, and their types."""
    found = rows(
        """
        SELECT attname::text AS name, format_type(atttypid, NULL) AS kind FROM pg_attribute
        WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull
            AND attgenerated = '' AND attidentity = ''
        """,
        {"table": table},
    )
    return {row["name"]: row["kind"] for row in found}


def value(kind: str) -> str:
    if kind.endswith("[]"):
        return "'{}'"
    return FILLED.get(kind, "'x'" if "char" in kind or kind == "text" else "1")


def unchecked(cursor: Any, tables: list[str]) -> None:
    """Let rows stand that mean nothing."""
    found = rows(
        """
        SELECT conrelid::regclass::text AS "table", conname::text AS name FROM pg_constraint
        WHERE contype = 'c' AND conrelid = ANY(%(tables)s::regclass[])
        """,
        {"tables": tables},
    )
    for row in found:
        cursor.execute(f'ALTER TABLE {row["table"]} DROP CONSTRAINT "{row["name"]}"')


def put_row(cursor: Any, rule: Rule, patient_id: UUID) -> UUID:
    """One row that names a patient in the column of a rule, and fits nothing else."""
    filled = {name: value(kind) for name, kind in columns(rule.table).items()}
    filled[rule.column] = f"'{patient_id}'"
    places = ", ".join(f'"{name}"' for name in filled)
    values = ", ".join(filled.values())
    cursor.execute(f"INSERT INTO {rule.table} ({places}) VALUES ({values}) RETURNING id")  # noqa: S608
    return UUID(str(cursor.fetchone()[0]))


def text_of(rule: Rule, row_id: UUID) -> str:
    statement = f"SELECT t::text AS it FROM {rule.table} t WHERE id = %(id)s"  # noqa: S608
    return str(rows(statement, {"id": row_id})[0]["it"])


def names(rule: Rule, row_id: UUID) -> UUID:
    statement = f'SELECT "{rule.column}" AS it FROM {rule.table} WHERE id = %(id)s'  # noqa: S608
    return UUID(str(rows(statement, {"id": row_id})[0]["it"]))


@pytest.mark.covers("B01")
def test_a_column_that_names_a_patient_without_a_rule_for_merges_fails_here():
    """Say in the app's `merging.py` what becomes of its rows: docs/how/merging.md."""
    known = {rule.place for rule in rules()}
    asked = {place.key for place in (*naming(), *perhaps_naming())}

    assert asked - known == set()
    assert known - asked == set()


def test_a_rule_that_a_test_made_up_is_missed():
    with as_owner() as cursor:
        cursor.execute("CREATE TABLE made_up (id uuid, guest uuid REFERENCES patients_patient)")

    known = {rule.place for rule in rules()}
    assert {place.key for place in naming()} - known == {("made_up", "guest")}


def test_every_column_with_a_foreign_key_is_guarded():
    assert {place.key for place in naming() if place.table not in OWN} == guarded()


def test_every_row_that_a_merge_moves_is_found_by_its_id():
    assert {rule.table for rule in moving() if columns(rule.table).get("id") != "uuid"} == set()


def test_every_column_that_must_be_unique_has_a_rule_for_two_of_a_kind():
    unique = rows(
        """
        SELECT DISTINCT i.indrelid::regclass::text AS "table", a.attname::text AS "column"
        FROM pg_index i JOIN pg_attribute a
            ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey::int2[])
        WHERE (i.indisunique OR i.indisexclusion) AND NOT i.indisprimary
        """,
        {},
    )
    places = {(row["table"], row["column"]) for row in unique}
    clashing = {rule.place for rule in moving() if rule.clash}

    assert {rule.place for rule in moving()} & places <= clashing


@pytest.mark.covers("B01")
def test_every_table_follows_a_merge_and_comes_back_byte_for_byte():
    site = make_site()
    survivor, merged = make_patient(site, "张小明"), make_patient(site, "张晓明")
    ours = [rule for rule in moving() if not rule.table.startswith("patients_")]
    with as_owner() as cursor:
        unchecked(cursor, [rule.table for rule in ours])
        placed = [(rule, put_row(cursor, rule, merged)) for rule in ours]
    before = {rule.place: text_of(rule, row_id) for rule, row_id in placed}
    actor = make_actor(site, grants=MERGER)

    merge = merge_patients(actor=actor, survivor_id=survivor, merged_id=merged, reason="同一人")
    during = {rule.place: names(rule, row_id) for rule, row_id in placed}
    undo_merge(actor=actor, merge_id=merge, reason="不是同一人")

    after = {rule.place: text_of(rule, row_id) for rule, row_id in placed}
    with as_owner() as cursor:
        for rule in ours:  # At the end of the test foreign keys are looked at.
            cursor.execute(f"DELETE FROM {rule.table}")  # noqa: S608

    assert len(before) > 30
    assert during == dict.fromkeys(before, survivor)
    assert after == before
