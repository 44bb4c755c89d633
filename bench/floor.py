"""The floor: the statements of a request, caught once and sent again by a bare psycopg client."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection, transaction

from yilu.platform.numbers import NEXT

LEFT_OUT = ("SAVEPOINT", "RELEASE", "ROLLBACK")
RECORD = "INSERT INTO platform_auditentry"
# What the product remembers for a moment, and so does not ask with every request.
REMEMBERED = ("platform_accesstoken", "platform_clinicclock")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its values."""

    sql: str
    params: Any


@dataclass(frozen=True, slots=True)
class Script:
    """What one request asks of the database. A deed is one transaction."""

    statements: tuple[Statement, ...]
    is_deed: bool


def caught(run: Callable[[], None], *, is_deed: bool) -> Script:
    """The statements that a function causes; what it changes is undone.

    But numbers stay given: what is caught next must have others, or it could not be sent as well.
    """
    found: list[Statement] = []

    def catch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if not sql.startswith(LEFT_OUT) and not any(name in sql for name in REMEMBERED):
            found.append(Statement(sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(catch):
        run()
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for one in found:
            if one.sql == NEXT:
                cursor.execute(one.sql, one.params)
    return Script(tuple(found), is_deed)


class Bare:
    """A client with nothing around it. Whatever the server can prepare is prepared."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(
            url, autocommit=True, options="-c plan_cache_mode=force_generic_plan -c timezone=UTC"
        )
        self.connection.prepare_threshold = 0
        self.by_server = self.connection.cursor()
        self.by_client = psycopg.ClientCursor(self.connection)
        self._unpreparable: set[str] = set()

    def warm(self, script: Script) -> None:
        """Run a script once, and learn which of its statements cannot be prepared."""
        with self._around(script):
            for statement in script.statements:
                try:
                    with self.connection.transaction():
                        self._run(statement)
                except psycopg.Error:
                    self._unpreparable.add(statement.sql)
                    self._run(statement)

    def play(self, script: Script) -> None:
        """Run a script as fast as it goes."""
        with self._around(script):
            for statement in script.statements:
                self._run(statement)

    def _run(self, statement: Statement) -> None:
        cursor = self.by_client if statement.sql in self._unpreparable else self.by_server
        cursor.execute(statement.sql, _fresh(statement))
        if cursor.description:
            cursor.fetchall()

    @contextmanager
    def _around(self, script: Script) -> Iterator[None]:
        if not script.is_deed:
            yield
            return
        with self.connection.transaction():
            yield

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


def _fresh(statement: Statement) -> Any:
    """The values, with keys of their own for lines of the record: who was seen is written down."""
    if RECORD in statement.sql and isinstance(statement.params, dict):
        keys = [name for name in statement.params if name.removeprefix("id_").isdigit()]
        return statement.params | {key: uuid4() for key in keys}
    return statement.params
