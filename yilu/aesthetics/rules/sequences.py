"""How long after one treatment another may follow on the same place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.aesthetics.rules.screening import BLOCK, WARN, Finding
from yilu.aesthetics.rules.tables import table
from yilu.aesthetics.rules.treatments import Treatment, treatments
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class Past:
    """A treatment that was done, or is being done, on these places."""

    kind: str
    areas: frozenset[str]
    day: date


def in_sequence(
    kind: Treatment, areas: Iterable[str], past: Iterable[Past], day: date
) -> list[Finding]:
    """What stands against a treatment because of those before it, the graver first."""
    wanted = frozenset(areas)
    near = [one for one in past if one.areas & wanted and one.day <= day]
    found = [*_again(kind, near, day), *_pairs(kind, near, day)]
    return sorted(found, key=lambda one: not one.is_block)


def _again(kind: Treatment, near: list[Past], day: date) -> list[Finding]:
    days = [(day - one.day).days for one in near if one.kind == kind.key]
    # What was begun today on the same place is the same sitting, or was stopped.
    days = [one for one in days if one > 0]
    if not days or min(days) >= kind.repeat_days:
        return []
    floor = kind.repeat_days * Decimal(table("sequences").body["repeat_stop_share"])
    words = _("%(kind)s on the same place %(days)s days ago; the interval is %(least)s days")
    about = {"kind": kind.title, "days": min(days), "least": kind.repeat_days}
    return [Finding("repeat", BLOCK if min(days) < floor else WARN, words % about)]


def _pairs(kind: Treatment, near: list[Past], day: date) -> list[Finding]:
    found = []
    for rule in table("sequences").body["pairs"]:
        if rule["then"] not in {kind.key, *kind.groups}:
            continue
        days = [
            (day - one.day).days
            for one in near
            if one.kind != kind.key and rule["after"] in _names(one.kind)
        ]
        if not days or min(days) >= rule["warn_days"]:
            continue
        grade = BLOCK if min(days) < rule["stop_days"] else WARN
        least = rule["stop_days"] if grade == BLOCK else rule["warn_days"]
        words = _("%(what)s, %(days)s days ago; wait %(least)s days")
        if min(days) == 0:
            words = pgettext("treatments", "%(what)s, today; wait %(least)s days")
        about = {"what": Localized(rule["says"]), "days": min(days), "least": least}
        found.append(Finding(rule["key"], grade, words % about))
    return found


def _names(kind: str) -> set[str]:
    known = treatments().get(kind)
    return {kind, *(known.groups if known else ())}
