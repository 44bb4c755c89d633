"""Hints on their way from the worker to every live hub, over PostgreSQL's NOTIFY.

Never call these inside a business transaction: a NOTIFY makes commits wait for one another.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

CHANNEL = f"yilu_live_{os.environ.get('YILU_SCHEMA', 'public')}"
# PostgreSQL takes 8,000 bytes at most.
LONGEST = 7_800


@dataclass(frozen=True, slots=True)
class Hint:
    """One event's sequence number and the topics whose views it made out of date."""

    seq: int
    topics: tuple[str, ...]


def notify(hints: Iterable[Hint]) -> None:
    """Send hints, in order, when the present transaction commits. One query for about 100."""
    payloads = list(_portions(hints))
    if payloads:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload",
                [CHANNEL, payloads],
            )


def hint(*topics: str) -> None:
    """Say that views changed although no event happened, such as the progress of a job."""
    notify([Hint(0, topics)])


def read(payload: str) -> list[Hint]:
    """The hints in one notification."""
    return [Hint(seq, tuple(topics)) for seq, topics in json.loads(payload)]


def _portions(hints: Iterable[Hint]) -> Iterator[str]:
    portion: list[str] = []
    size = 2
    for one in hints:
        if not one.topics:
            continue
        text = json.dumps([one.seq, one.topics], separators=(",", ":"))
        if portion and size + len(text) + 1 > LONGEST:
            yield f"[{','.join(portion)}]"
            portion, size = [], 2
        portion.append(text)
        size += len(text) + 1
    if portion:
        yield f"[{','.join(portion)}]"
