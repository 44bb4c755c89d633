"""A record in plain words: headings as one would say them, and the hard words explained."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yilu.platform.names import Localized

DATA = Path(__file__).parent.parent / "data"


@cache
def _table(name: str) -> Any:
    """A versioned table of ours. No query; read once per process."""
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


def plain_title(code: str, otherwise: Localized) -> Localized:
    """What a section is called in plain words; its own title where there is none."""
    said = _table("plain_words")["sections"].get(code)
    return Localized(said) if said else otherwise


def explained(texts: Iterable[str]) -> list[tuple[str, Localized]]:
    """The hard words in some texts, in the order of the list, each with what it means."""
    whole = "\n".join(texts)
    return [
        (one["term"], Localized({"zh-Hans": one["zh"], "en": one["en"]}))
        for one in _table("plain_words")["words"]
        if one["term"] in whole
    ]


def is_sensitive(codes: Iterable[str]) -> bool:
    """Whether a diagnosis is of a kind that is shown to nobody but the patient."""
    kinds = _table("sensitive")["codes"].values()
    starts = tuple(start for kind in kinds for start in kind)
    return any(code.upper().startswith(starts) for code in codes if code)


def guardians_below() -> int:
    """Below which age guardians see everything."""
    return int(_table("sensitive")["guardians_below"])
