"""Texts of treatment consents as data: what is told, what is filled in, who has to sign. Pure."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yilu.clinical.rules.rulesets import DATA
from yilu.platform.errors import FieldError
from yilu.platform.names import CHINESE, ENGLISH, Localized

FOLDER = DATA / "consents"
GROUPS = {
    "general": gettext_lazy("General"),
    "dental": gettext_lazy("Dentistry"),
    "aesthetic": gettext_lazy("Aesthetics"),
    "surgery": gettext_lazy("Surgery and anaesthesia"),
}
SECTIONS = {
    "purpose": gettext_lazy("What it is for"),
    "steps": gettext_lazy("What will be done"),
    "risks": gettext_lazy("What may happen"),
    "serious": gettext_lazy("Rare, but serious"),
    "alternatives": gettext_lazy("Other ways"),
    "refusal": gettext_lazy("If you do not agree"),
    "aftercare": gettext_lazy("Afterwards"),
}
# Which of them a text cannot do without.
NEEDED = ("purpose", "risks", "alternatives", "refusal")
OF_AGE = 18
CAPACITIES = ("self", "guardian", "proxy")
LONGEST_BLANK = 200
# Without letters and digits that look alike: people read the code aloud.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 12
Lines = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Blank:
    """Something that is filled in for this patient."""

    code: str
    title: Localized
    hint: Localized
    is_required: bool


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """One version of one text. `sections` are paragraphs by section and language."""

    key: str
    version: str
    group: str
    title: Localized
    high_risk: bool
    blanks: tuple[Blank, ...]
    sections: Mapping[str, Lines]

    @property
    def group_title(self) -> str:
        return str(GROUPS[self.group])


@cache
def shipped_words() -> Mapping[str, ConsentWords]:
    """The texts that come with the product, by key. Read from its files once per process."""
    files = sorted(FOLDER.glob("*.yaml"))
    read = [yaml.safe_load(one.read_text(encoding="utf-8")) for one in files]
    order = list(GROUPS)
    found = sorted(map(_shipped, read), key=lambda one: (order.index(one.group), one.key))
    return {one.key: one for one in found}


def _shipped(body: Mapping[str, Any]) -> ConsentWords:
    return ConsentWords(
        key=body["key"],
        version=body["version"],
        group=body["group"],
        title=Localized(body["title"]),
        high_risk=body["high_risk"],
        blanks=tuple(
            Blank(
                one["code"],
                Localized(one["title"]),
                Localized(one.get("hint", {})),
                bool(one.get("required")),
            )
            for one in body["blanks"]
        ),
        sections={code: lines(body[code]) for code in SECTIONS},
    )


def lines(written: Mapping[str, Any]) -> Lines:
    """The paragraphs of a section by language, from one text or a list of them."""
    return {
        language: (text,) if isinstance(text, str) else tuple(text)
        for language, text in written.items()
        if text
    }


def missing_blanks(words: ConsentWords, filled: Mapping[str, str]) -> list[FieldError]:
    """What has to be filled in and is not."""
    return [
        FieldError(f"b-{one.code}", "required", _("This is needed."))
        for one in words.blanks
        if one.is_required and not filled.get(one.code, "").strip()
    ]


def content_of(
    words: ConsentWords, filled: Mapping[str, str], diagnoses: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """A text as one patient is given it, in both languages: kept as it was said."""
    return {
        "title": dict(words.title),
        "group": words.group,
        "facts": [
            {"title": dict(one.title), "text": filled[one.code].strip()}
            for one in words.blanks
            if filled.get(one.code, "").strip()
        ],
        "diagnoses": [dict(one) for one in diagnoses],
        "sections": {
            code: {language: list(texts) for language, texts in found.items()}
            for code, found in words.sections.items()
            if found
        },
    }


def digest(**parts: Any) -> str:
    """The seal over what was put before somebody: 64 hexadecimal digits."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def new_code() -> str:
    """What a paper is looked up by: nobody can guess another's (59 bits)."""
    return "".join(secrets.choice(ALPHABET) for _n in range(CODE_LETTERS))


def shown_code(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """A code as typed by a person: in capitals, without what stands between."""
    return "".join(letter for letter in typed.upper() if letter in ALPHABET)[: CODE_LETTERS + 1]


def roles_needed(*, high_risk: bool) -> tuple[str, ...]:
    """Who has to sign before it counts."""
    return ("patient", "doctor", "second") if high_risk else ("patient", "doctor")


def capacity_errors(capacity: str, age: int | None, why: str) -> list[FieldError]:
    """What is wrong with who is to sign for this patient."""
    if capacity not in CAPACITIES:
        return [FieldError("capacity", "unknown_value", _("Choose who signs."))]
    if capacity == "self" and age is not None and age < OF_AGE:
        words = _("The patient is under 18: a parent or guardian signs.")
        return [FieldError("capacity", "minor", words)]
    if capacity == "proxy" and not why:
        return [FieldError("why_proxy", "required", _("Say why the patient cannot sign."))]
    return []


def spoken(content: Mapping[str, Any], language: str) -> list[tuple[str, str, list[str]]]:
    """The sections of a kept text in a language, or else in the other: code, heading, lines."""
    other = CHINESE if language == ENGLISH else ENGLISH
    found = content["sections"]
    return [
        (code, str(title), list(found[code].get(language) or found[code].get(other) or []))
        for code, title in SECTIONS.items()
        if code in found
    ]
