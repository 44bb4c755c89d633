"""What is wrong with a definition, in words that a manager can act on."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, ValidationError

from yilu.pathways.rules.plan import named_rules
from yilu.pathways.schema import SCHEMA
from yilu.platform.errors import FieldError

_VALIDATOR = Draft202012Validator(SCHEMA)


def problems(body: Any, posts: Iterable[str]) -> list[FieldError]:
    """Everything that keeps a definition from being run; nothing when it can be."""
    found = [_shape(error) for error in _VALIDATOR.iter_errors(body)]
    if found:
        return found
    return [*_keys(body), *_references(body, set(posts)), *_circles(body)]


def _shape(error: ValidationError) -> FieldError:
    where = _where(error.absolute_path)
    sentences = {
        "required": _("Something is missing here: %(what)s"),
        "additionalProperties": _("This cannot be said here: %(what)s"),
        "enum": _("This is none of the words that can stand here: %(what)s"),
        "type": _("This is not of the right kind: %(what)s"),
        "pattern": _("This is not written as it must be: %(what)s"),
        "minimum": _("This is too small: %(what)s"),
        "maximum": _("This is too large: %(what)s"),
    }
    sentence = sentences.get(str(error.validator), _("This cannot be read: %(what)s"))
    return FieldError(where, str(error.validator), sentence % {"what": error.message[:200]})


def _keys(body: Mapping[str, Any]) -> list[FieldError]:
    keys = [step["key"] for step in body["steps"]]
    return [
        FieldError(
            _where(["steps", n]), "twice", _("Two steps have the key “%(key)s”.") % {"key": k}
        )
        for n, k in enumerate(keys)
        if k in keys[:n]
    ]


def _references(body: Mapping[str, Any], posts: set[str]) -> list[FieldError]:
    keys = {step["key"] for step in body["steps"]}
    found = []
    for n, step in enumerate(body["steps"]):
        roles = [step["role"], *(late["post"] for late in step.get("late", ()))]
        found += [
            FieldError(
                _where(["steps", n]),
                "unknown_post",
                _("No post here has the key “%(post)s”.") % {"post": role},
            )
            for role in roles
            if role not in posts
        ]
        found += [
            FieldError(
                _where(["steps", n, "opens"]),
                "unknown_step",
                _("There is no step “%(key)s” to wait for.") % {"key": key},
            )
            for key in step.get("opens", {}).get("after", ())
            if key not in keys
        ]
        found += _rule(step, n)
    return found


def _rule(step: Mapping[str, Any], n: int) -> list[FieldError]:
    name = step.get("skip_if", "")
    if not name or name in named_rules():
        return []
    sentence = _("There is no rule “%(rule)s”. Known are: %(known)s.") % {
        "rule": name,
        "known": ", ".join(sorted(named_rules())),
    }
    return [FieldError(_where(["steps", n, "skip_if"]), "unknown_rule", sentence)]


def _circles(body: Mapping[str, Any]) -> list[FieldError]:
    """Steps that wait for each other would never open."""
    waits = {step["key"]: set(step.get("opens", {}).get("after", ())) for step in body["steps"]}
    while free := [key for key, others in waits.items() if not others & set(waits)]:
        for key in free:
            del waits[key]
    if not waits:
        return []
    sentence = _("These steps wait for each other and would never open: %(keys)s.") % {
        "keys": ", ".join(sorted(waits))
    }
    return [FieldError("steps", "circle", sentence)]


def _where(path: Iterable[Any]) -> str:
    """`steps[2].due.minutes`"""
    words = ""
    for part in path:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if words else str(part)
    return words
