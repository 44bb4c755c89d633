"""What an event is called where people read of it."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps


def event_in_words(name: str) -> str:
    """The name of an event in the reader's language; an unknown one is named by itself."""
    return str(_says().get(name, name))


@cache
def _says() -> dict[str, Any]:
    """By the name of its class, what each event of every app says."""
    found: dict[str, Any] = {}
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.events") is not None:
            told = vars(import_module(f"{app.name}.events"))
            found |= {name: kind.says for name, kind in told.items() if hasattr(kind, "says")}
    return found
