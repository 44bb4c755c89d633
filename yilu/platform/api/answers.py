"""Answers, written by a fast serializer from shapes, dataclasses and plain values."""

from typing import Any

from django.http import HttpResponse
from pydantic_core import to_json

JSON = "application/json; charset=utf-8"


def answer(
    value: Any, *, status: int = 200, version: int | None = None, location: str = ""
) -> HttpResponse:
    """A 2xx answer. `version` becomes its ETag; `location` says where a new thing lives."""
    response = HttpResponse(to_json(value), status=status, content_type=JSON)
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    if location:
        response.headers["Location"] = location
    return response


def nothing() -> HttpResponse:
    """204: it was done, or there is nothing; there is nothing to show either way."""
    return HttpResponse(status=204)
