"""How long things count in this clinic."""

from dataclasses import dataclass

from yilu.records.models import AccessRule
from yilu.records.rules.access import GLASS_MINUTES, RECENT_DAYS


@dataclass(frozen=True, slots=True)
class Rule:
    """Days after a visit, booking or order; minutes for a stated reason."""

    recent_days: int = RECENT_DAYS
    glass_minutes: int = GLASS_MINUTES
    version: int = 0


def access_rule() -> Rule:
    """The clinic's figures, or the usual. One query."""
    row = AccessRule.objects.first()
    if row is None:
        return Rule()
    return Rule(row.recent_days, row.glass_minutes, row.version)
