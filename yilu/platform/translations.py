"""Whether every sentence the product says is there in Chinese, and nothing else is."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
ENTRY = re.compile(r'^(?:msgctxt "(?P<context>.*)"\n)?msgid "(?P<sentence>.+)"$', re.MULTILINE)
TEMPLATES = {".html", ".txt", ".svg"}
NOT_SPOKEN = {"tests", "migrations"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

Key = tuple[str, str]
"""Context, often empty, and the English sentence."""


@dataclass(frozen=True, slots=True)
class Translation:
    """One entry of one app's catalogue. `of` is the English it translates, plural if it has one."""

    app: str
    of: str
    text: str
    is_fuzzy: bool


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend: where, what, about which sentence."""

    where: str
    what: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: {self.sentence!r}"


def mistakes(product: Path) -> list[Mistake]:
    """Everything wrong with the catalogues of the apps in `product`, in reading order."""
    spoken, written = _spoken(product), _written(product)
    found = [
        Mistake(place, "no Chinese for", key[1])
        for key, place in spoken.items()
        if key not in written
    ]
    for key, entries in written.items():
        found += _mistakes_of(key, entries, is_spoken=key in spoken)
    found += _said_twice(product)
    return sorted(found, key=lambda mistake: (mistake.where, mistake.sentence))


def _mistakes_of(key: Key, entries: list[Translation], *, is_spoken: bool) -> Iterator[Mistake]:
    sentence = key[1]
    for entry in entries:
        if not is_spoken:
            yield Mistake(entry.app, "nothing says", sentence)
        elif not entry.text.strip():
            yield Mistake(entry.app, "empty", sentence)
        elif entry.is_fuzzy:
            yield Mistake(entry.app, "marked fuzzy", sentence)
        elif _placeholders(entry.text) != _placeholders(entry.of):
            yield Mistake(entry.app, f"other placeholders in “{entry.text}” than in", sentence)
    if len({entry.text for entry in entries}) > 1:
        apps = ", ".join(entry.app for entry in entries)
        yield Mistake(apps, "translated in different ways", sentence)


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _spoken(product: Path) -> dict[Key, str]:
    """What code and templates say, and the first place where they do."""
    spoken: dict[Key, str] = {}
    for source in sorted(product.rglob("*")):
        if source.suffix not in TEMPLATES | {".py"} or NOT_SPOKEN & set(source.parts):
            continue
        for key, line in _sentences(source):
            spoken.setdefault(key, f"{source.relative_to(product)}:{line}")
    return spoken


def _sentences(source: Path) -> Iterator[tuple[Key, int]]:
    text = source.read_text(encoding="utf-8")
    if source.suffix in TEMPLATES:
        text = templatize(text, origin=str(source))
    found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS)
    for line, message, _comments, context in found:
        yield (context or "", _english(message)), line


def _english(message: str | Sequence[str]) -> str:
    """The sentence that the catalogue is asked for: of a plural pair, the singular."""
    return message if isinstance(message, str) else message[0]


def _said_twice(product: Path) -> Iterator[Mistake]:
    """Of a sentence that a catalogue holds twice only one entry is ever said."""
    for file in _catalogues(product):
        entries = Counter(ENTRY.findall(file.read_text(encoding="utf-8")))
        for (_context, sentence), times in entries.items():
            if times > 1:
                yield Mistake(file.relative_to(product).parts[0], "twice in one file", sentence)


def _catalogues(product: Path) -> list[Path]:
    return sorted(product.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))


def _written(product: Path) -> dict[Key, list[Translation]]:
    """What the apps' catalogues hold."""
    written: dict[Key, list[Translation]] = {}
    for file in _catalogues(product):
        app = file.relative_to(product).parts[0]
        with file.open("rb") as source:
            catalogue = read_po(source, locale="zh_Hans")
        for message in catalogue:
            if message.id:
                key = (message.context or "", _english(message.id))
                written.setdefault(key, []).append(_entry(app, message))
    return written


def _entry(app: str, message: Message) -> Translation:
    english = message.id if isinstance(message.id, str) else message.id[-1]
    return Translation(app, english, _english(message.string or ""), message.fuzzy)
