"""Fewer bookings online at a site: what a limit refuses. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from yilu.platform.errors import DomainError
from yilu.scheduling.errors import DayLimited, ServiceClosedOnline
from yilu.scheduling.states import GROUP_OF, ChannelGroup

BOUND = frozenset({ChannelGroup.ONLINE, ChannelGroup.PARTNER})
BOUND_CHANNELS = sorted(str(channel) for channel, group in GROUP_OF.items() if group in BOUND)


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit of a site, and how many bookings and kept times online each day has already."""

    per_day: int | None = None
    closed_ids: frozenset[UUID] = frozenset()
    taken: Mapping[date, int] = field(default_factory=dict)

    def refusal(self, service_id: UUID, day: date) -> DomainError | None:
        """Why a service cannot be booked online on a day; None when it can."""
        if service_id in self.closed_ids:
            return ServiceClosedOnline()
        if self.per_day is not None and self.taken.get(day, 0) >= self.per_day:
            return DayLimited(limit=self.per_day)
        return None


def binds(channel: str) -> bool:
    """Whether a limit binds who books through a channel: patients and partners, not staff."""
    return bool(channel) and GROUP_OF[channel] in BOUND
