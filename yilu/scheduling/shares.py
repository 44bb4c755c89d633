"""Shares of channels (号源): what a plan lets each channel sell of a session, and when.

Pure rules: who asks brings the plan, what was sold already, and the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.platform.errors import DomainError
from yilu.scheduling.errors import NotYetReleased, QueueFirst, ShareUsedUp
from yilu.scheduling.states import GROUP_OF, ChannelGroup, ShareUnit


@dataclass(frozen=True, slots=True)
class Share:
    """What one kind of channel may sell, and from when; None means no limit, or at once."""

    group: str
    amount: int | None = None
    days_ahead: int | None = None
    released_at: time | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A release plan as a rule."""

    id: UUID
    name: str
    unit: str
    falls_hours: int
    per_person: int
    has_draw: bool
    needs_id: bool
    shares: Mapping[str, Share]

    def released_at(self, group: str, day: date, zone: ZoneInfo) -> datetime | None:
        """When the sessions of a day are released to a group; None: they always are."""
        share = self.shares.get(group)
        if share is None or share.days_ahead is None or share.released_at is None:
            return None
        return datetime.combine(
            day - timedelta(days=share.days_ahead), share.released_at, tzinfo=zone
        )


@dataclass(frozen=True, slots=True)
class Sold:
    """How much of a session one kind of channel has sold or keeps."""

    bookings: int = 0
    minutes: int = 0

    def __add__(self, other: "Sold") -> "Sold":
        return Sold(self.bookings + other.bookings, self.minutes + other.minutes)


@dataclass(frozen=True, slots=True)
class Shared:
    """A session that a plan rules, and what was sold of it by group."""

    session_id: UUID
    resource_id: UUID
    practitioner_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    clinic_day: date
    plan: Plan
    sold: Mapping[str, Sold]
    zone: ZoneInfo

    @property
    def falls_at(self) -> datetime:
        """From when on every channel may sell what is left."""
        return self.starts_at - timedelta(hours=self.plan.falls_hours)

    def released_at(self, group: str) -> datetime | None:
        """When it is released to a group, at the latest when it falls to all."""
        at = self.plan.released_at(group, self.clinic_day, self.zone)
        return None if at is None else min(at, self.falls_at)

    def used(self, group: str) -> int:
        """What a group has used, in the unit of the plan."""
        sold = self.sold.get(group, Sold())
        return sold.minutes if self.plan.unit == ShareUnit.MINUTES else sold.bookings

    def left(self, group: str) -> int | None:
        """What a group may still sell, in the unit of the plan; None: without limit."""
        share = self.plan.shares.get(group)
        if share is None or share.amount is None:
            return None
        return max(share.amount - self.used(group), 0)

    def refusal(self, asked: "Selling") -> DomainError | None:
        """Why a channel may not sell some minutes of it now; None when it may."""
        group = GROUP_OF[asked.channel]
        if asked.now >= self.falls_at:
            return None
        released_at = self.released_at(group)
        if released_at is not None and asked.now < released_at:
            return NotYetReleased(at=released_at.astimezone(self.zone))
        needed = asked.minutes if self.plan.unit == ShareUnit.MINUTES else 1
        left = self.left(group)
        if left is not None and left < needed:
            return ShareUsedUp(at=self.falls_at.astimezone(self.zone))
        if self.plan.has_draw and group == ChannelGroup.ONLINE and not asked.is_admitted:
            return QueueFirst()
        return None


@dataclass(frozen=True, slots=True)
class Selling:
    """A channel that would sell some minutes now; `is_admitted` is for who had their turn."""

    channel: str
    minutes: int
    now: datetime
    is_admitted: bool = False


def covering(found: list[Shared], resource_id: UUID, moment: datetime) -> Shared | None:
    """The ruled session of a resource in which a time begins."""
    return next(
        (
            one
            for one in found
            if one.resource_id == resource_id and one.starts_at <= moment < one.ends_at
        ),
        None,
    )
