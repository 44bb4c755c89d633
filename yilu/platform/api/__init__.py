"""What an app needs to offer something over JSON: `from yilu.platform import api`."""

from ninja import Router

from yilu.platform.api.answers import answer, nothing
from yilu.platform.api.idempotency import idempotent, idempotent_then
from yilu.platform.api.lists import Cursor, Limit, Listed, listed, portion, position
from yilu.platform.api.requests import ApiRequest
from yilu.platform.api.shapes import (
    Amount,
    Day,
    Flag,
    Instant,
    Line,
    Money,
    Note,
    Shape,
    Whole,
    in_zone,
    money,
)
from yilu.platform.api.versions import IfMatch

__all__ = [
    "Amount",
    "ApiRequest",
    "Cursor",
    "Day",
    "Flag",
    "IfMatch",
    "Instant",
    "Limit",
    "Line",
    "Listed",
    "Money",
    "Note",
    "Router",
    "Shape",
    "Whole",
    "answer",
    "idempotent",
    "idempotent_then",
    "in_zone",
    "listed",
    "money",
    "nothing",
    "portion",
    "position",
]
