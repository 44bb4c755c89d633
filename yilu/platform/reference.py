"""The reference pages that are written from the code itself: docs/reference. Nothing else is."""

import dataclasses
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import yaml
from django.apps import apps
from django.db.models import TextChoices
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from yilu.platform.errors import DomainError
from yilu.platform.running.places import ROOT

FOLDER = ROOT / "docs" / "reference"
WRITTEN = "Written by `manage.py write_docs` from the code; change that, not this page."
_MODULE = re.compile(r"\b(?:\w+\.)+(?=\w)")


def pages() -> dict[Path, str]:
    """Every page of the reference as it should be, by its file."""
    writers: dict[str, Callable[[], list[str]]] = {
        "states": _states,
        "permissions": _permissions,
        "operations": _operations,
        "events": _events,
        "errors": _errors,
        "urls": _urls,
    }
    found = {FOLDER / f"{name}.md": _page(name, write()) for name, write in writers.items()}
    links = [f"- [{name.capitalize()}]({name}.md)" for name in writers]
    return {FOLDER / "index.md": _page("reference", links), **found}


def app_names() -> list[str]:
    """Our apps, in reading order."""
    return sorted(a.name.split(".")[1] for a in apps.get_app_configs() if a.name[:5] == "yilu.")


def permissions_of(app: str) -> dict[str, str]:
    """An app's permissions by the name of their constant."""
    module = _module(app, "permissions")
    words = vars(module).items() if module else ()
    return {k: v for k, v in words if k.isupper() and isinstance(v, str) and v.count(".") == 1}


def events_of(app: str) -> list[type]:
    """The events an app tells; what only several of them share is none."""
    module = _module(app, "events")
    found = [c for _, c in _own_classes(module) if dataclasses.is_dataclass(c)] if module else []
    shared = {base for event in found for base in event.__mro__[1:]}
    return [event for event in found if event not in shared]


def states_of(app: str) -> list[type[TextChoices]]:
    """The states and kinds of an app, as its `states.py` orders them."""
    module = _module(app, "states")
    found = [c for _, c in _own_classes(module) if issubclass(c, TextChoices)] if module else []
    return sorted(found, key=lambda kind: inspect.getsourcelines(kind)[1])


def _page(name: str, lines: list[str]) -> str:
    return "\n".join([f"# {name.capitalize()}", "", WRITTEN, "", *lines]) + "\n"


def _states() -> list[str]:
    lines = []
    for app in app_names():
        for kind in states_of(app):
            moves = _moves(app, kind)
            lines += [f"## {app}: {kind.__name__}", "", "| value | 中文 | English | moves to |"]
            lines.append("|---|---|---|---|")
            for state in kind:
                onwards = ", ".join(sorted(moves.get(state, ())))
                lines.append(f"| `{state.value}` | {_both(state.label)} | {onwards or '–'} |")
            lines.append("")
    return lines[:-1]


def _moves(app: str, kind: type[TextChoices]) -> dict[Any, Any]:
    for name, table in vars(_module(app, "states")).items():
        if name.endswith("MOVES") and set(table) <= set(kind) and table:
            return {state: {onward.value for onward in table[state]} for state in table}
    return {}


def _permissions() -> list[str]:
    source = ROOT / "yilu" / "workforce" / "posts.yaml"
    posts = yaml.safe_load(source.read_text(encoding="utf-8"))
    holders = {p: held for of_app in posts["permissions"].values() for p, held in of_app.items()}
    lines = ["| post | 中文 | English |", "|---|---|---|"]
    lines += [
        f"| {p['key']} | {p['name']['zh-Hans']} | {p['name']['en']} |" for p in posts["posts"]
    ]
    lines += ["", "| permission | posts that hold it |", "|---|---|"]
    for app in app_names():
        for permission in permissions_of(app).values():
            lines.append(f"| `{permission}` | {', '.join(holders.get(permission, [])) or '–'} |")
    return lines


def _operations() -> list[str]:
    lines = []
    for app in app_names():
        found = list(_operations_of(app))
        lines += [f"## {app}", "", "| operation | what it does |", "|---|---|"] if found else []
        lines += [f"| `{where}` | {_first_line(function)} |" for where, function in found]
        lines += [""] if found else []
    return lines[:-1]


def _operations_of(app: str) -> Iterator[tuple[str, Callable[..., object]]]:
    package = _module(app, "operations")
    for module in iter_modules(package.__path__) if package else ():
        loaded = importlib.import_module(f"yilu.{app}.operations.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            is_own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if is_own and hasattr(function, "__wrapped__"):
                yield f"{module.name}.{name}", function


def _events() -> list[str]:
    lines = []
    for app in app_names():
        for event in events_of(app):
            fields = [f"`{f.name}`: {_type(f.type)}" for f in dataclasses.fields(event)]
            said = _first_line(event)
            lines += [
                f"### {event.__name__}",
                "",
                f"{_both(vars(event)['says']).replace(' | ', ' · ')}.",
                "",
                f"{app}, version {getattr(event, 'version', 1)}.",
            ]
            lines[-1] += f" {said}" if said else ""
            lines += ["", ", ".join(fields) or "No fields.", ""]
    return lines[:-1]


def _errors() -> list[str]:
    for app in app_names():
        _module(app, "errors")
    found = sorted(_below(DomainError), key=lambda error: (error.code, error.__name__))
    lines = ["| code | status | refusal | 中文 | English |", "|---|---|---|---|---|"]
    for error in found:
        refusal = f"{error.__module__.split('.')[1]}.{error.__name__}"
        words = f"{refusal} | {_both(error.message)}"
        lines.append(f"| `{error.code}` | {error.status} | {words} |")
    return lines


def _below(error: type[DomainError]) -> Iterator[type[DomainError]]:
    for below in error.__subclasses__():
        if ".tests." not in below.__module__:
            yield below
            yield from _below(below)


def _urls() -> list[str]:
    found = sorted(_patterns(get_resolver(), "/", ""))
    return ["| address | name |", "|---|---|", *(f"| `{path}` | {name} |" for path, name in found)]


def _patterns(resolver: URLResolver, before: str, space: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            within = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _patterns(entry, path, within)
        elif isinstance(entry, URLPattern):
            yield path, f"{space}{entry.name}" if entry.name else "–"


def _both(sentence: object) -> str:
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(str(sentence).replace("|", "\\|"))
    return " | ".join(said)


def _type(annotation: object) -> str:
    return _MODULE.sub("", inspect.formatannotation(annotation)).replace("|", "or")


def _first_line(thing: object) -> str:
    said = inspect.getdoc(thing) or ""
    is_signature = said.startswith(f"{getattr(thing, '__name__', '')}(")
    paragraph = "" if is_signature else said.split("\n\n")[0].replace("\n", " ")
    return paragraph.replace("|", "\\|")


def _own_classes(module: ModuleType) -> list[tuple[str, type]]:
    found = inspect.getmembers(module, inspect.isclass)
    return [
        (name, kind)
        for name, kind in found
        if f"{kind.__module__}.".startswith(f"{module.__name__}.")
    ]


def _module(app: str, name: str) -> ModuleType | None:
    full = f"yilu.{app}.{name}"
    return importlib.import_module(full) if find_spec(full) else None
