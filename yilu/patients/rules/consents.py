"""The words that patients agree to, version by version, from `consents.yaml`."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from yilu.platform.names import Localized

WORDS = Path(__file__).parents[1] / "consents.yaml"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of what a patient is asked to agree to."""

    kind: str
    version: str
    title: Localized
    text: Localized


@lru_cache(maxsize=1)
def _all() -> dict[str, list[ConsentText]]:
    kept = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return {
        kind: [
            ConsentText(kind, v["version"], Localized(v["title"]), Localized(v["text"]))
            for v in versions
        ]
        for kind, versions in kept.items()
    }


def current_text(kind: str) -> ConsentText:
    """What is asked today for this kind of consent."""
    return _all()[kind][-1]


def text_of(kind: str, version: str) -> ConsentText | None:
    """What was agreed to in an older version; None if there is no such version."""
    return next((text for text in _all().get(kind, []) if text.version == version), None)
