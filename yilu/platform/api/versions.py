"""Stale edits: `If-Match` names the version that the caller saw."""

import re
from typing import Annotated

from ninja import Header
from pydantic import BeforeValidator, WithJsonSchema

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def _version(value: object) -> object:
    if value is None or value == "*":
        return None
    match = _ETAG.fullmatch(str(value))
    if match is None:
        raise ValueError("an ETag of ours is a number in quotes")
    return int(match[1])


IfMatch = Annotated[
    int | None,
    BeforeValidator(_version),
    WithJsonSchema({"type": "string", "pattern": r'^(\*|(W/)?"\d{1,9}")$'}),
    Header(
        default=None,
        alias="If-Match",
        description="The ETag of the version you saw. If it has changed since: 412, nothing done.",
    ),
]
"""The version the caller saw, or None. Use as `version: IfMatch = None` in a view."""
