"""Long lists in portions: `{items, next}`, from where the last portion ended."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from yilu.platform.api.shapes import Shape
from yilu.platform.errors import BadRequest

T = TypeVar("T")
LONGEST_CURSOR = 500

Cursor = Annotated[
    str | None,
    Query(max_length=LONGEST_CURSOR, description="`next` of the portion before; none at first."),
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


class Listed(Shape, Generic[T]):
    """A portion of a list. `next` is the cursor of the portion after it, or null at the end."""

    items: list[T]
    next: Annotated[str | None, Field(max_length=LONGEST_CURSOR)] = None


class BadCursor(BadRequest):
    code = "bad_cursor"
    message = _("This cursor is not one of ours.")


def listed(
    rows: Sequence[Any],
    limit: int,
    *,
    show: Callable[[Any], Any],
    key: Callable[[Any], tuple[Any, ...]],
) -> dict[str, Any]:
    """A portion made of up to `limit + 1` rows, asked for in the order of `key`."""
    more = len(rows) > limit
    shown = rows[:limit]
    return {
        "items": [show(row) for row in shown],
        "next": _written(key(shown[-1])) if more else None,
    }


def portion(
    rows: Sequence[Any], cursor: str | None, limit: int, show: Callable[[Any], Any]
) -> dict[str, Any]:
    """A portion of a short list that is at hand as a whole. Raises: BadCursor."""
    (after,) = position(cursor, int) or (0,)
    after = max(after, 0)
    numbered = list(enumerate(rows, start=1))[after : after + limit + 1]
    return listed(numbered, limit, show=lambda one: show(one[1]), key=lambda one: (one[0],))


def position(cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """Where the portion before ended, as the values of `key`; None at the beginning.

    Raises: BadCursor.
    """
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(types):
            raise BadCursor
        return tuple(
            TypeAdapter(kind).validate_python(value)
            for kind, value in zip(types, values, strict=True)
        )
    except (ValueError, RecursionError, ValidationError) as error:
        raise BadCursor from error


def _written(values: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(to_json(values)).rstrip(b"=").decode("ascii")
