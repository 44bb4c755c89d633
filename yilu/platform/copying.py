"""Writing many rows at once by COPY: for a made-up past, never for a deed."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

NULL = r"\N"
AT_ONCE = 2000
# Rows are taken as they are written: nothing leads them elsewhere (patients/catalogue.py).
AS_WRITTEN = "yilu.as_written"
Period = tuple[datetime, datetime]
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


@dataclass(frozen=True, slots=True)
class Copy:
    """Rows of one table, as a statement and as text that it reads."""

    statement: str
    text: bytes


_gathered: ContextVar[list[Copy] | None] = ContextVar("gathered_copies", default=None)


def copy_rows(table: str, lines: Iterable[Any], shape: type, /, **same: object) -> int:
    """Write one row per line into a table; gives back how many.

    The fields of the dataclass `shape` are columns; `same` are columns with one value for all
    rows. The table's constraints and triggers hold as ever. Three statements.
    """
    names = [field.name for field in fields(shape)]
    columns = ", ".join(f'"{name}"' for name in (*names, *same))
    statement = f'COPY "{table}" ({columns}) FROM STDIN'
    end = "".join("\t" + as_text(value) for value in same.values()) + "\n"
    written = 0

    def portions() -> Iterator[bytes]:
        nonlocal written
        for rows in _portions(lines, names, end):
            written += len(rows)
            yield "".join(rows).encode()

    gathered = _gathered.get()
    if gathered is None:
        _send(statement, portions())
    else:
        gathered.append(Copy(statement, b"".join(portions())))
    return written


@contextmanager
def gathered() -> Iterator[list[Copy]]:
    """What is copied inside is not written, but gathered: for `write_gathered`, perhaps of another
    process. Nothing is asked of the database.
    """
    copies: list[Copy] = []
    token = _gathered.set(copies)
    try:
        yield copies
    finally:
        _gathered.reset(token)


def write_gathered(copies: Iterable[Copy]) -> None:
    """Write what was gathered, in that order. Three statements for each table."""
    for one in copies:
        _send(one.statement, [one.text])


def _send(statement: str, portions: Iterable[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', false)", [AS_WRITTEN])
        with cursor.copy(statement) as copy:
            for portion in portions:
                copy.write(portion)
        cursor.execute("SELECT set_config(%s, '', false)", [AS_WRITTEN])


def _portions(lines: Iterable[Any], names: list[str], end: str) -> Iterator[list[str]]:
    values = attrgetter(*names)
    rows: list[str] = []
    for line in lines:
        # As `as_text` says, without calling it: there are millions of values.
        rows.append("\t".join([_WRITERS[type(one)](one) for one in values(line)]) + end)
        if len(rows) == AT_ONCE:
            yield rows
            rows = []
    yield rows


def as_text(value: object) -> str:
    """A value as COPY reads it."""
    return _WRITERS[type(value)](value)


def _escaped(text: str) -> str:
    if type(text) is not str:
        text = str(text)  # A state is text of a kind of its own.
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return (
            text.replace("\\", "\\\\")
            .replace("\t", "\\t")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
        )
    return text


def _json(value: object) -> str:
    return _escaped(_encode(value))


def _mapping(value: "Json") -> str:
    """Many rows may share one mapping, such as a name in both languages: it is written once."""
    if not value.written:
        value.written = _json(value)
    return value.written


def _array(values: Iterable[object]) -> str:
    """A list as an array of text. Its items are quoted, so they may hold anything."""
    quoted = (str(one).replace("\\", "\\\\").replace('"', '\\"') for one in values)
    return _escaped("{" + ",".join(f'"{one}"' for one in quoted) + "}")


def _period(value: Period) -> str:
    return f"[{value[0].isoformat()},{value[1].isoformat()})"


class Json(dict[str, Any]):
    """A mapping for a JSON column. Nothing of it changes once it is written."""

    __slots__ = ("written",)

    def __init__(self, *args: Any, **members: Any) -> None:
        super().__init__(*args, **members)
        self.written = ""


class JsonList(list[Any]):
    """A list for a JSON column; a plain list is an array."""


class _Writers(dict[type, Callable[[Any], str]]):
    """How each type is written; a kind of it (a state is text) as the type it is a kind of."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        writer = next(self[base] for base in kind.__mro__[1:] if base in self)
        self[kind] = writer
        return writer


_WRITERS = _Writers(
    {
        type(None): lambda _: NULL,
        bool: lambda value: "t" if value else "f",
        int: str,
        str: _escaped,
        UUID: lambda value: f"{value.int:032x}",
        datetime: datetime.isoformat,
        date: date.isoformat,
        Decimal: str,
        bytes: lambda value: f"\\\\x{value.hex()}",
        tuple: _period,
        list: _array,
        Json: _mapping,
        JsonList: _json,
    }
)
