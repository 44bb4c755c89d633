"""Whether somebody is the patient of the record: two identifiers must match."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

NEEDED = 2
TAIL = 4


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record about the patient."""

    name: str
    pinyin: str
    born_on: str
    phone_masked: str
    record_no: str


def matching(known: Known, given: Mapping[str, str]) -> list[str]:
    """The codes of the given identifiers that match; empty as soon as one does not."""
    typed = {name: _plain(text) for name, text in given.items() if text.strip()}
    right = [name for name, text in typed.items() if text in _wanted(known, name)]
    return sorted(right) if len(right) == len(typed) else []


def is_enough(known: Known, given: Mapping[str, str]) -> bool:
    """Whether at least two identifiers were given and all of them match."""
    return len(matching(known, given)) >= NEEDED


def _wanted(known: Known, name: str) -> set[str]:
    born = known.born_on
    tail = known.phone_masked[-TAIL:] if len(known.phone_masked) > TAIL else ""
    wanted = {
        "name": {known.name, known.pinyin},
        "born_on": {born, born.replace("-", "")},
        "phone_tail": {tail},
        "record_no": {known.record_no},
    }.get(name, set())
    return {_plain(text) for text in wanted if text}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if not character.isspace())
