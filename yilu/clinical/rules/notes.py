"""The sections of a note: which there are, which must be filled, and how two texts differ."""

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yilu.clinical.rules.rulesets import ruleset
from yilu.platform.errors import FieldError, Invalid
from yilu.platform.forms import check_readable
from yilu.platform.names import Localized

LONGEST_SECTION = 4000


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a note, as the form shows it."""

    code: str
    title: Localized
    hint: Localized
    rows: int
    is_required: bool
    holds_diagnoses: bool
    advised_length: int
    quick_texts: tuple[Localized, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that was kept, added or taken out between two versions."""

    what: str
    text: str


def sections(kind: str) -> list[Section]:
    """The sections of a kind of note, in order."""
    body = ruleset("note_forms").body
    form = body["kinds"][kind]
    return [_section(code, body, form["required"]) for code in form["sections"]]


def section_titles() -> dict[str, Localized]:
    """Every section there is, in words."""
    known = ruleset("note_forms").body["sections"]
    return {code: Localized(one["title"]) for code, one in known.items()}


def tidy(kind: str, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, section by section; empty ones fall out, unknown ones are refused.

    Raises:
        Invalid: a section is unknown, too long, or holds what cannot be kept.
    """
    known = ruleset("note_forms").body["kinds"][kind]["sections"]
    errors = [error for code, text in typed.items() if (error := _wrong(code, text, known))]
    if errors:
        raise Invalid(*errors)
    return {code: typed[code] for code in known if typed.get(code, "").strip()}


def missing(kind: str, content: Mapping[str, str], *, has_diagnosis: bool) -> list[FieldError]:
    """What must still be filled before signing, one sentence per field."""
    titles = section_titles()
    errors = [
        FieldError(code, "required", _("%(section)s is missing.") % {"section": titles[code]})
        for code in ruleset("note_forms").body["kinds"][kind]["required"]
        if not content.get(code, "").strip()
    ]
    if not has_diagnosis:
        errors.append(FieldError("diagnoses", "required", _("Add at least one diagnosis.")))
    return errors


def difference(before: str, after: str) -> list[Piece]:
    """How one text became another, character by character, in order."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    for move, a, b, c, d in matcher.get_opcodes():
        if move == "equal":
            pieces.append(Piece("kept", before[a:b]))
            continue
        if a != b:
            pieces.append(Piece("removed", before[a:b]))
        if c != d:
            pieces.append(Piece("added", after[c:d]))
    return pieces


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(*parts: Any) -> str:
    """The seal over what was signed: SHA-256 of its one canonical writing."""
    return hashlib.sha256(_canonical(parts).encode()).hexdigest()


def _section(code: str, body: Mapping[str, Any], required: list[str]) -> Section:
    one = body["sections"][code]
    return Section(
        code=code,
        title=Localized(one["title"]),
        hint=Localized(one.get("hint", {})),
        rows=one["rows"],
        is_required=code in required,
        holds_diagnoses=bool(one.get("diagnoses")),
        advised_length=one.get("advised_length", 0),
        quick_texts=tuple(Localized(text) for text in body["quick_texts"].get(code, [])),
    )


def _wrong(code: str, text: str, known: list[str]) -> FieldError | None:
    if code not in known:
        return FieldError(code, "unknown_section", _("This note has no such section."))
    if len(text) > LONGEST_SECTION:
        message = _("At most %(most)s characters.") % {"most": LONGEST_SECTION}
        return FieldError(code, "too_long", message)
    try:
        check_readable(text)
    except ValidationError as error:
        return FieldError(code, "unreadable", str(error.messages[0]))
    return None
