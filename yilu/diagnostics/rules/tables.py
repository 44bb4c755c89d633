"""The table of examinations: what each service is, promises, and the rules of order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yilu.platform.names import Localized

FILE = Path(__file__).parent.parent / "data" / "examinations.yaml"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a service is as an examination.

    With a `modality` it has a worklist and a report; `parts`: what may be examined, `part` when
    nobody says; `before`: the questions before it begins, None for those of the modality.
    """

    kind: str
    flags: tuple[str, ...]
    modality: str = ""
    part: str = ""
    parts: tuple[str, ...] = ()
    before: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Who has the flag `before` comes so many minutes before who has the flag `after`.

    `across_days`: on different days as well, because the result is waited for.
    """

    key: str
    before: str
    after: str
    gap: timedelta
    says: Localized
    across_days: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table, as its file says."""

    version: str
    promises: Mapping[str, timedelta]
    profiles: Mapping[str, Profile]
    walk: timedelta
    orders: tuple[Order, ...]
    last: Mapping[str, Localized]
    fasting_until: time
    fasting_says: Localized
    prepare: Mapping[str, tuple[Localized, ...]]


@lru_cache(maxsize=1)
def table() -> Table:
    """The table in use. Read once."""
    body: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Table(
        version=body["version"],
        promises={kind: timedelta(hours=n) for kind, n in body["promises"].items()},
        profiles={key: _profile(one) for key, one in body["services"].items()},
        walk=timedelta(minutes=body["walk_minutes"]),
        orders=tuple(
            Order(
                one["key"],
                one["before"],
                one["after"],
                timedelta(minutes=one["minutes"]),
                Localized(one["says"]),
                bool(one.get("across_days")),
            )
            for one in body["order"]
        ),
        last={one["flag"]: Localized(one["says"]) for one in body["last"]},
        fasting_until=time.fromisoformat(body["fasting_until"]),
        fasting_says=Localized(body["fasting_says"]),
        prepare={
            flag: tuple(Localized(words) for words in many)
            for flag, many in body["prepare"].items()
        },
    )


def _profile(one: Mapping[str, Any]) -> Profile:
    own = (one["part"],) if "part" in one else ()
    return Profile(
        one["kind"],
        tuple(one.get("flags", ())),
        one.get("modality", ""),
        one.get("part", ""),
        tuple(dict.fromkeys((*own, *one.get("parts", ())))),
        tuple(one["before"]) if "before" in one else None,
    )


def preparations(flags: Iterable[str]) -> list[Localized]:
    """What somebody should do before examinations with these flags; each once."""
    known = table().prepare
    found: list[Localized] = []
    for flag in flags:
        found += [words for words in known.get(flag, ()) if words not in found]
    return found
