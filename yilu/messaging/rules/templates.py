"""Templates as the product brings them, and filling them in. Nothing here reads the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yilu.messaging.errors import UnknownTemplate
from yilu.platform.names import CHINESE, ENGLISH, Localized

FILE = Path(__file__).parents[1] / "templates.yaml"
PLACE = re.compile(r"\{([a-z_]+)\}")
LANGUAGES = (CHINESE, ENGLISH)
CHANNELS = ("sms", "wechat", "email", "phone_task", "in_app", "push")
# Whatever is put into a place stays on one line and cannot turn text round or hide in it.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """One template: its words by channel and language, and how it is sent."""

    key: str
    name: Localized
    bodies: dict[str, Words]
    subject: Words = field(default_factory=dict)
    fields: Words = field(default_factory=dict)
    provider_ids: dict[str, Words] = field(default_factory=dict)
    to_all: bool = False
    is_urgent: bool = False
    expires_minutes: int | None = None
    is_active: bool = True
    version: int = 0

    def words(self, channel: str, language: str) -> str:
        """The words for a channel; those of the SMS where it has none of its own."""
        bodies = self.bodies.get(channel) or self.bodies["sms"]
        return bodies.get(language) or bodies[CHINESE]

    def provider_id(self, channel: str, language: str) -> str:
        """The number under which a provider has approved these words."""
        known = self.provider_ids.get(channel, {})
        return known.get(language) or f"{self.key}.{language}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A template filled in for one person and channel."""

    subject: str
    body: str
    parameters: tuple[str, ...]
    fields: Words


@lru_cache(maxsize=1)
def shipped() -> dict[str, Wording]:
    """The templates that come with the product, by key."""
    kept = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {key: _wording(key, entry) for key, entry in kept.items()}


def shipped_wording(key: str) -> Wording:
    """One template that comes with the product. Raises: UnknownTemplate."""
    try:
        return shipped()[key]
    except KeyError as error:
        raise UnknownTemplate(key) from error


def places(words: str) -> tuple[str, ...]:
    """The names of the places in words, in order, each once."""
    return tuple(dict.fromkeys(PLACE.findall(words)))


def known_places(wording: Wording) -> frozenset[str]:
    """The places that the product fills in for a template: those of its shipped words."""
    texts = [*wording.subject.values(), *wording.fields.values()]
    texts += [text for words in wording.bodies.values() for text in words.values()]
    return frozenset(name for text in texts for name in places(text)) | {
        "clinic", "clinic_phone", "patient",
    }  # fmt: skip


def fill(wording: Wording, channel: str, language: str, values: Mapping[str, str]) -> Filled:
    """Put values into a template's places. A place that nobody filled is left empty.

    Values are shown literally: one line each, without characters that hide or reverse text.
    """
    safe = {name: clean(value) for name, value in values.items()}
    words = wording.words(channel, language)
    subject = wording.subject.get(language) or str(wording.name.get(language, ""))
    return Filled(
        subject=_filled(subject, safe)[:200],
        body=_filled(words, safe).rstrip(),
        parameters=tuple(safe.get(name, "") for name in places(words)),
        fields={name: _filled(text, safe) for name, text in wording.fields.items()},
    )


def clean(value: str) -> str:
    """A value as it may stand inside a message."""
    return _UNSAFE.sub(" ", value).strip()


def _filled(words: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: values.get(place[1], ""), words)


def _wording(key: str, entry: dict[str, Any]) -> Wording:
    bodies: dict[str, Words] = {c: entry[c] for c in CHANNELS if c in entry}
    return Wording(
        key=key,
        name=Localized(entry["name"]),
        bodies=bodies,
        subject=entry.get("email_subject", {}),
        fields=entry.get("fields", {}),
        provider_ids=entry.get("provider_ids", {}),
        to_all=entry.get("sends") == "all",
        is_urgent=bool(entry.get("urgent")),
        expires_minutes=entry.get("expires_minutes"),
    )
