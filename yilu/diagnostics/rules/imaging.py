"""The table of imaging: modalities, parts, what is asked before, findings that cannot wait."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yilu.diagnostics.rules.catalogue import Check
from yilu.diagnostics.rules.tables import Profile
from yilu.platform.names import Localized

FILE = Path(__file__).parent.parent / "data" / "imaging.yaml"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the body. `code` is what devices call it; `is_paired`: the side must be said."""

    key: str
    name: Localized
    code: str
    is_paired: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question before an examination begins, and whom it is asked of."""

    check: Check
    modalities: frozenset[str]
    flag: str

    def is_for(self, modality: str, flags: Collection[str]) -> bool:
        """Whether it is asked before an examination by this modality, with these needs."""
        if self.modalities and modality not in self.modalities:
            return False
        return not self.flag or self.flag in flags


@dataclass(frozen=True, slots=True)
class ImagingTable:
    """The whole table, as its file says."""

    version: str
    modalities: Mapping[str, Localized]
    parts: Mapping[str, Part]
    usual: timedelta
    urgent: timedelta
    recent: timedelta
    asked: tuple[Asked, ...]
    findings: Mapping[str, Localized]

    def checks_for(
        self, profile: Profile | None, modality: str, flags: Collection[str]
    ) -> list[Check]:
        """What is asked before an examination: what its service lists, else what fits."""
        listed = profile.before if profile else None
        if listed is not None:
            return [one.check for one in self.asked if one.check.key in listed]
        return [one.check for one in self.asked if one.is_for(modality, flags)]


@lru_cache(maxsize=1)
def imaging_table() -> ImagingTable:
    """The table in use. Read once."""
    body: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return ImagingTable(
        version=body["version"],
        modalities={key: Localized(one) for key, one in body["modalities"].items()},
        parts={
            key: Part(key, Localized(one["name"]), one["code"], bool(one.get("paired")))
            for key, one in body["parts"].items()
        },
        usual=timedelta(minutes=body["report_minutes"]["usual"]),
        urgent=timedelta(minutes=body["report_minutes"]["urgent"]),
        recent=timedelta(days=body["recent_days"]),
        asked=tuple(
            Asked(
                Check(
                    one["key"],
                    Localized(one["says"]),
                    "",
                    one.get("stops", ""),
                    one.get("warns", ""),
                ),
                frozenset(one.get("for", ())),
                one.get("flag", ""),
            )
            for one in body["checks"]
        ),
        findings={key: Localized(one) for key, one in body["findings"].items()},
    )
