"""The shape of a pathway definition, as JSON Schema (2020-12)."""

from typing import Any

_WORDS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "zh-Hans": {"type": "string", "minLength": 1, "maxLength": 120},
        "en": {"type": "string", "minLength": 1, "maxLength": 120},
    },
    "required": ["zh-Hans", "en"],
    "additionalProperties": False,
}
_KEY: dict[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,59}$"}
_EVENT_NAME: dict[str, Any] = {"type": "string", "pattern": "^[A-Z][A-Za-z]{2,79}$"}
_EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "event": {
            "oneOf": [
                _EVENT_NAME,
                {"type": "array", "items": _EVENT_NAME, "minItems": 1, "uniqueItems": True},
            ]
        },
        "where": {
            "type": "object",
            "additionalProperties": {"type": ["string", "integer", "boolean"]},
        },
    },
    "required": ["event"],
    "additionalProperties": False,
}
_AFTER: dict[str, Any] = {
    "type": "object",
    "properties": {"after": {"type": "array", "items": _KEY, "minItems": 1, "uniqueItems": True}},
    "required": ["after"],
    "additionalProperties": False,
}
_MINUTES: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 525_600}
_DUE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "minutes": _MINUTES,
        "from": {"enum": ["opened", "event", "booked_start_or_checked_in"]},
        "calendar": {"enum": ["elapsed", "site_hours", "working_days"]},
    },
    "required": ["minutes", "from", "calendar"],
    "additionalProperties": False,
}
_LATE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "after_minutes": _MINUTES,
        "do": {"enum": ["notify", "escalate"]},
        "post": _KEY,
    },
    "required": ["after_minutes", "do", "post"],
    "additionalProperties": False,
}
_STEP: dict[str, Any] = {
    "type": "object",
    "properties": {
        "key": _KEY,
        "title": _WORDS,
        "role": _KEY,
        "place": _WORDS,
        "form": _KEY,
        "opens": {"oneOf": [_EVENT, _AFTER]},
        "closes": {"oneOf": [_EVENT, {"const": "by_hand"}]},
        "reopens": {
            "oneOf": [_EVENT, {"type": "array", "items": _EVENT, "minItems": 1, "maxItems": 9}]
        },
        "due": _DUE,
        "late": {"type": "array", "items": _LATE, "maxItems": 9},
        "skip_if": _KEY,
    },
    "required": ["key", "title", "role", "closes"],
    "dependentRequired": {"late": ["due"]},
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "key": _KEY,
        "version": {"type": "integer", "minimum": 1},
        "title": _WORDS,
        "subject": {"type": "string", "pattern": "^[a-z]+\\.[a-z]+$"},
        "starts_on": {"oneOf": [_EVENT, {"const": "call"}]},
        "abandons_on": _EVENT,
        "ends_on": _EVENT,
        "learns": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    **_EVENT["properties"],
                    "fact": _KEY,
                    "is": {"type": ["string", "integer", "boolean"]},
                },
                "required": ["event", "fact", "is"],
                "additionalProperties": False,
            },
        },
        "steps": {"type": "array", "items": _STEP, "minItems": 1, "maxItems": 60},
    },
    "required": ["key", "version", "title", "subject", "starts_on", "steps"],
    "additionalProperties": False,
}
