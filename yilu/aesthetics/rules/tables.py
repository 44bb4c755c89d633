"""The rule sets of aesthetics: versioned data in `data/*.yaml`, each with source and mark."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yilu.clinical.rules.rulesets import Ruleset
from yilu.platform.names import Localized

DATA = Path(__file__).parents[1] / "data"


@cache
def table(key: str) -> Ruleset:
    """The rule set of that name. No query; read from the product's files once per process."""
    body = yaml.safe_load((DATA / f"{key}.yaml").read_text(encoding="utf-8"))
    return Ruleset(
        key=body["key"],
        kind=body["kind"],
        version=body["version"],
        effective_from=body["effective_from"],
        source=body["source"],
        mark=body["mark"],
        body=body,
    )


def in_both(one: Any) -> Localized:
    """The two languages of an entry that has them as `zh` and `en`."""
    return Localized({"zh-Hans": one["zh"], "en": one["en"]})
