"""Completing what ninja says of itself: refusals, headers, and who may call."""

from typing import Any

PROBLEM = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; match on this."},
        "detail": {"type": "string", "description": "A sentence in the caller's language."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
REFUSALS = {
    400: "It cannot be read.",
    401: "The token opens nothing.",
    403: "You may not do that here.",
    404: "There is nothing here by that name.",
    409: "It cannot be done as things stand.",
    412: "Somebody else has changed it since the version in If-Match.",
    413: "It is too large.",
    415: "It is not application/json.",
    422: "It can be read, but it is not something that can be.",
    429: "Too often.",
    503: "Too busy; try again.",
}
ALWAYS = {400, 429, 503}
WITH_BODY = {413, 415, 422}
UNSAFE = {"post", "put", "patch", "delete"}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def complete(schema: dict[str, Any]) -> None:
    """Add to each operation the refusals it can give and the headers it takes and answers with."""
    schema["components"]["schemas"]["Problem"] = PROBLEM
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            _complete_operation(method, operation)


def _complete_operation(method: str, operation: dict[str, Any]) -> None:
    idempotent = operation.pop("x-idempotent", False)
    responses = operation["responses"]
    for status in sorted(_refusals(method, operation)):
        responses.setdefault(status, {"description": REFUSALS[status], "content": _CONTENT})
    for status, response in responses.items():
        _document_headers(int(status), response, replayed=idempotent)


def _refusals(method: str, operation: dict[str, Any]) -> set[int]:
    parameters = {(p["in"], p["name"]) for p in operation["parameters"]}
    found = set(ALWAYS)
    if operation.get("security"):
        found |= {401, 403}
    if any(place == "path" for place, _ in parameters):
        found.add(404)
    if any(place == "query" for place, _ in parameters):
        found |= {404, 422}
    if "requestBody" in operation:
        found |= WITH_BODY | {404}
    if ("header", "If-Match") in parameters:
        found.add(412)
    if method in UNSAFE:
        found |= {409, 422}
    return found


def _document_headers(status: int, response: dict[str, Any], *, replayed: bool) -> None:
    headers = response.setdefault("headers", {})
    if status < 300 and replayed:
        headers["Idempotency-Replayed"] = {
            "description": "`true` when this is the answer to an earlier request.",
            "schema": {"type": "string", "enum": ["true"]},
        }
    if status < 300 and status != 204:
        headers["ETag"] = {
            "description": "The version of the thing shown, where it has one.",
            "schema": {"type": "string"},
        }
    if status in {429, 503}:
        headers["Retry-After"] = {"schema": {"type": "integer"}}
    if status == 401:
        headers["WWW-Authenticate"] = {"schema": {"type": "string"}}
    if not headers:
        del response["headers"]
