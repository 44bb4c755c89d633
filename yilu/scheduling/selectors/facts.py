"""What booking a service depends on, gathered from the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.catalogue.selectors.bookable import Bookable, bookable
from yilu.platform.errors import NotFound
from yilu.scheduling.errors import UnknownPractitioner, UnknownService

CONSULTING = "consulting"
FAR_AHEAD = 366


@dataclass(frozen=True, slots=True)
class Facts:
    """A service as scheduling sees it: who performs it in how many minutes, and what it needs.

    `needs` are (kind, detail) of things; `lengths` what each practitioner takes, in minutes.
    """

    service: Bookable
    practitioner_ids: tuple[UUID, ...]
    lengths: tuple[int, ...]
    needs: tuple[tuple[str, str], ...]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.needs]

    @property
    def details(self) -> list[str]:
        return [detail for _, detail in self.needs]

    @property
    def nths(self) -> list[int]:
        """Which of its like each need is: 1, or 2 for a second thing of the same sort."""
        return [self.needs[: n + 1].count(need) for n, need in enumerate(self.needs)]

    @property
    def before(self) -> timedelta:
        return timedelta(minutes=self.service.buffer_before)

    @property
    def after(self) -> timedelta:
        return timedelta(minutes=self.service.buffer_after)

    def earliest(self, now: datetime) -> datetime:
        """The first instant at which it may still be booked."""
        return now + timedelta(minutes=self.service.min_notice_minutes)

    def far_ahead(self) -> "Facts":
        """The same without the end of its booking window: what a series is planned by."""
        return replace(self, service=replace(self.service, window_days=FAR_AHEAD))

    def latest(self, now: datetime) -> datetime:
        """The last instant at which it may already be booked."""
        return now + timedelta(days=self.service.window_days)


def service_facts(
    service_id: UUID, practitioner_id: UUID | None = None, *, day: date | None = None
) -> Facts:
    """The facts of a service, for all who perform it or for one, its fee on `day`. One query.

    Raises:
        UnknownService: there is none, or it is no longer offered.
        UnknownPractitioner: that practitioner does not perform it.
    """
    try:
        service = bookable(service_id, day)
    except NotFound:
        raise UnknownService from None
    if not service.is_active:
        raise UnknownService
    who = [p for p in service.performers if practitioner_id in (None, p.practitioner_id)]
    if practitioner_id is not None and not who:
        raise UnknownPractitioner
    return Facts(
        service,
        tuple(p.practitioner_id for p in who),
        tuple(p.minutes for p in who),
        _needs([(need.kind, need.device_kind) for need in service.needs]),
    )


def _needs(named: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A room without further word is a consulting room."""
    return tuple((kind, detail or (CONSULTING if kind == "room" else "")) for kind, detail in named)
