"""What a channel cannot have yet or any more of practitioners' days, and when it can."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform import clock
from yilu.scheduling.selectors.shares import shared_sessions
from yilu.scheduling.shares import Selling, Shared
from yilu.scheduling.states import GROUP_OF

ORDER = ("queue", "not_yet", "used_up")


@dataclass(frozen=True, slots=True)
class Release:
    """A practitioner's day that a channel cannot simply have.

    `state` is "not_yet" (released at `at`), "used_up" (what is left falls to all at `at`) or
    "queue" (through the waiting room, whose release is or was at `at`).
    """

    practitioner_id: UUID
    day: date
    state: str
    at: datetime
    has_queue: bool


def releases(
    site_id: UUID,
    practitioner_ids: Collection[UUID],
    first: datetime,
    until: datetime,
    channel: str,
) -> list[Release]:
    """The days of practitioners that release plans keep from a channel, in order. One query."""
    now = clock.now()
    found: dict[tuple[UUID, date], Release] = {}
    for one in shared_sessions(site_id=site_id, first=first, until=until):
        who = one.practitioner_id
        if who is None or who not in practitioner_ids or one.ends_at <= max(now, first):
            continue
        state = _state(one, channel, now)
        known = found.get((who, one.clinic_day))
        if state and (known is None or ORDER.index(state) < ORDER.index(known.state)):
            at = _at(one, state, channel).astimezone(one.zone)
            found[who, one.clinic_day] = Release(who, one.clinic_day, state, at, one.plan.has_draw)
    return sorted(found.values(), key=lambda one: (one.day, str(one.practitioner_id)))


def _state(session: Shared, channel: str, now: datetime) -> str:
    refusal = session.refusal(Selling(channel, 1, now))
    return {"queue_first": "queue", "not_yet_released": "not_yet", "share_used_up": "used_up"}.get(
        refusal.code if refusal else "", ""
    )


def _at(session: Shared, state: str, channel: str) -> datetime:
    if state == "used_up":
        return session.falls_at
    return session.released_at(GROUP_OF[channel]) or session.starts_at
