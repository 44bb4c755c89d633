"""What a treatment plan has to say, and what an option of it costs. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yilu.platform import money
from yilu.platform.errors import FieldError

MOST_OPTIONS, MOST_ITEMS, MOST_PICTURES = 3, 3, 3
LONGEST_CAPTION = 80
LINK_STANDS = timedelta(days=7)
LONGEST = {"title": 80, "explanation": 2000, "why": 500}
OF_OPTION = {"name": 80, "benefits": 600, "risks": 600, "duration": 120}


@dataclass(frozen=True, slots=True)
class Priced:
    """An item of the price list within an option, at its price on the day."""

    item_id: str
    code: str
    name: Mapping[str, str]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go, in plain words."""

    name: str
    benefits: str
    risks: str
    duration: str
    items: Sequence[Priced] = field(default_factory=tuple)

    @property
    def total(self) -> Decimal:
        return sum((one.amount for one in self.items), money.ZERO)


def lacking(
    title: str, explanation: str, options: Sequence[Option], recommended: int | None
) -> list[FieldError]:
    """What a plan cannot be proposed without."""
    words = _("This is needed.")
    errors = [
        FieldError(name, "required", words)
        for name, text in (("title", title), ("explanation", explanation))
        if not text
    ]
    if not options:
        errors.append(FieldError("name-1", "required", words))
    for place, one in enumerate(options, start=1):
        errors += [
            FieldError(f"{name}-{place}", "required", words)
            for name in ("name", "benefits", "risks")
            if not getattr(one, name)
        ]
    if recommended is not None and not 0 <= recommended < len(options):
        errors.append(FieldError("recommended", "unknown_value", _("Choose one of the options.")))
    return errors


def as_kept(option: Option) -> dict[str, Any]:
    """An option as it is put before a patient, with its prices of the day."""
    return {
        "name": option.name,
        "benefits": option.benefits,
        "risks": option.risks,
        "duration": option.duration,
        "items": [
            {
                "item_id": one.item_id,
                "code": one.code,
                "name": dict(one.name),
                "amount": str(one.amount),
            }
            for one in option.items
        ],
        "total": str(option.total),
    }


def held_back(
    plans: Iterable[tuple[Sequence[Mapping[str, Any]], int | None]], wanted: Collection[str]
) -> list[Mapping[str, str]]:
    """The names of what is wanted and stands in plans, but not in what was chosen of one.

    A plan is its options and which of them is accepted, if any; `wanted` are ids or codes.
    """
    named: dict[str, Mapping[str, str]] = {}
    free: set[str] = set()
    for options, chosen in plans:
        for n, option in enumerate(options):
            for item in option["items"]:
                keys = {item["item_id"], item["code"]}.intersection(wanted)
                named |= dict.fromkeys(keys, item["name"])
                free |= keys if n == chosen else set()
    found = {key: name for key, name in named.items() if key not in free}
    return [found[key] for key in sorted(found)]
