"""New rows by statements that are planned once.

`save()` and `bulk_create()` build their statement anew each time, which costs more than running it.
What the database fills by itself is not read back.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.db import connection, models

from yilu.platform.db import prepared

Gathered = dict[type[models.Model], list[models.Model]]
_gathered: ContextVar[Gathered | None] = ContextVar("rows_to_be_inserted", default=None)


def insert(row: models.Model) -> None:
    """Insert a new row. One query."""
    insert_all([row])


def insert_all(rows: Sequence[models.Model], unless: str = "") -> bool:
    """Insert new rows of one table, in this order. One query, none for no rows.

    `unless` is an ON CONFLICT clause; false says that it left a row out.
    """
    if not rows:
        return True
    statement, columns = _insert_into(type(rows[0]), len(rows), unless)
    values = {
        f"{column.column}_{n}": column.get_db_prep_save(column.pre_save(row, True), connection)  # noqa: FBT003
        for n, row in enumerate(rows)
        for column in columns
    }
    written = prepared(statement, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001
    return not unless or len(written) == len(rows)


def insert_once(row: models.Model) -> bool:
    """As `insert`, but nothing when a constraint knows its like; says if it was new. One query."""
    return insert_all([row], unless="ON CONFLICT DO NOTHING")


def insert_late(row: models.Model) -> None:
    """Insert a row that nothing in the deed reads: at the end of `together`, else at once.

    One query; within `together` one for all rows of a table.
    """
    gathered = _gathered.get()
    if gathered is None:
        insert(row)
    else:
        gathered.setdefault(type(row), []).append(row)


@contextmanager
def together() -> Iterator[None]:
    """Let a deed that is made of many write its lines of the record, and its events, at once.

    They are written at the end of the block, in the same transaction and in their order; of a
    refusal nothing is, as ever. Inside another such block it adds to that one.
    """
    if _gathered.get() is not None:
        yield
        return
    gathered: Gathered = {}
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    for rows in gathered.values():
        insert_all(rows)


@lru_cache(maxsize=300)
def _insert_into(kind: type[models.Model], count: int, unless: str) -> tuple[str, list[Any]]:
    facts = kind._meta  # noqa: SLF001 (Django documents _meta)
    columns: list[Any] = [f for f in facts.concrete_fields if not f.has_db_default()]
    names = ", ".join(f'"{field.column}"' for field in columns)
    lines = (
        ", ".join(f"%({f.column}_{n})s::{f.cast_db_type(connection)}" for f in columns)
        for n in range(count)
    )
    values = "), (".join(lines)
    into = f"INSERT INTO {facts.db_table} ({names}) VALUES ({values})"  # noqa: S608
    return f"{into} {unless} RETURNING {facts.pk.column}" if unless else into, columns
