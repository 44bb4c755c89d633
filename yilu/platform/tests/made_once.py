"""What many tests begin with is made by the product's operations once, and afterwards copied.

A clinic is some twenty operations, each with its locks, checks, record and events: 150 ms before
a test has begun. The rows that it left are the same every time, so a process keeps them as one
script of INSERT statements, which takes a tenth of that.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection
from django.db.backends.utils import CursorWrapper

from yilu.platform import clock

_Key = tuple[object, ...]
P = ParamSpec("P")
R = TypeVar("R")
_met: set[_Key] = set()
_kept: dict[_Key, tuple[str, Any]] = {}


def made_once(make: Callable[P, R]) -> Callable[P, R]:
    """Let what `make` leaves in an untouched database be copied, not made, from the third time on.

    The second test of a process that wants it, with the same arguments at the same moment, keeps
    what it leaves. Anything else – a database in which a test has already written, real commits,
    a running clock, rows that were there and change – makes it as if this were not here.
    """

    @wraps(make)
    def copied(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (make, args, tuple(sorted(kwargs.items())), clock.now())
        if not clock.is_frozen() or not _is_untouched():
            return make(*args, **kwargs)
        if key in _kept:
            script, made = _kept[key]
            with connection.cursor() as cursor:
                cursor.execute(script)
            return deepcopy(made)
        if key not in _met:
            _met.add(key)
            return make(*args, **kwargs)
        with connection.cursor() as cursor:
            before = _counted(cursor)
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            began = cursor.fetchone()[0]
        made = make(*args, **kwargs)
        with connection.cursor() as cursor:
            script = _script(cursor, before, began)
        if script:
            _kept[key] = (script, deepcopy(made))
        return made

    return copied


def _is_untouched() -> bool:
    """Whether the test has its transaction and has written nothing in it, as a superuser's."""
    if not connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id_if_assigned() IS NULL,"
            " (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)"
        )
        return cursor.fetchone() == (True, True)


def _tables(cursor: CursorWrapper) -> list[str]:
    cursor.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in cursor.fetchall()]


def _counted(cursor: CursorWrapper) -> dict[str, int]:
    tables = _tables(cursor)
    cursor.execute(" UNION ALL ".join(f"SELECT '{t}', count(*) FROM {t}" for t in tables))  # noqa: S608
    return dict(cursor.fetchall())


def _script(cursor: CursorWrapper, before: dict[str, int], began: int) -> str:
    """Statements that write again what was written since; "" if something was changed instead."""
    after = _counted(cursor)
    written = {t: after[t] - n for t, n in before.items()}
    parts = []
    for table in after:
        cursor.execute(
            f"SELECT count(*), json_agg(t)::text FROM {table} t"  # noqa: S608
            " WHERE xmin::text::bigint >= %s",
            [began],
        )
        many, rows = cursor.fetchone()
        if many != written[table]:
            return ""
        if many:
            names = _columns(cursor, table)
            parts.append(
                f"INSERT INTO {table} ({names}) SELECT {names} FROM"  # noqa: S608
                f" json_populate_recordset(NULL::{table}, {_literal(rows)});"
            )
    # Triggers and references have had their say when the rows were made.
    return (
        "SET ROLE NONE; SET session_replication_role = replica;"
        + "".join(parts)
        + "SET session_replication_role = origin; RESET ROLE"
    )


def _columns(cursor: CursorWrapper, table: str) -> str:
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    return str(cursor.fetchone()[0])


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
