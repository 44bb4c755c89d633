"""What is said after which treatment, where the clinic has no words of its own."""

from dataclasses import dataclass

from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import treatments
from yilu.platform.names import CHINESE, ENGLISH, reader_is_english

Both = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Advice:
    """Lines and products in both languages."""

    words: Both
    products: Both


def default_advice(kind: str) -> Advice:
    """The product's words after a treatment; nothing for one without."""
    known = treatments().get(kind)
    names = {kind, *(known.groups if known else ())}
    for one in table("aftercare").body["advice"]:
        if names & set(one["for"]):
            return Advice({CHINESE: one["zh"], ENGLISH: one["en"]}, dict(one["products"]))
    return Advice({CHINESE: [], ENGLISH: []}, {CHINESE: [], ENGLISH: []})


def in_language(both: Both) -> list[str]:
    """The lines in the reader's language, else in the other."""
    first, second = (ENGLISH, CHINESE) if reader_is_english() else (CHINESE, ENGLISH)
    return both.get(first) or both.get(second) or []
