"""Selling within a site's limit on bookings online. Only operations call this.

A site without a limit never comes here: its bookings cost no query more.
"""

from collections.abc import Sequence

from yilu.platform.db import prepared
from yilu.platform.errors import DomainError
from yilu.scheduling.curbs import binds
from yilu.scheduling.rules import Choice
from yilu.scheduling.selectors.candidates import Asked
from yilu.scheduling.selectors.curbs import limit_of
from yilu.scheduling.selectors.facts import Facts

# Whoever books online at the site meanwhile waits until this deed ends, so what was counted holds.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('curb:' || %(site)s, 17)) IS NULL"


def within_curb(options: Sequence[Choice], facts: Facts, asked: Asked) -> list[Choice]:
    """Those of the choices that the site's limit lets a channel have. No query without a limit,
    else two.

    Raises:
        ServiceClosedOnline, DayLimited: none may be had, for the reason of the first.
    """
    if not (binds(asked.channel) and any(one.practitioner.is_curbed for one in options)):
        return list(options)
    prepared(_LOCK, {"site": str(asked.site_id)})
    days = [one.practitioner.clinic_day for one in options]
    known = sorted(day for day in days if day is not None)
    limit = limit_of(asked.site_id, known[0], known[-1], asked.but_for)
    kept: list[Choice] = []
    refused: list[DomainError] = []
    for option, day in zip(options, days, strict=True):
        why = limit.refusal(facts.service.id, day) if day else None
        (refused.append(why) if why else kept.append(option))
    if not kept:
        raise refused[0]
    return kept
