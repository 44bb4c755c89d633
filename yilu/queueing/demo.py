"""A made-up past of tickets and of waits that were too long, written by COPY."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform.copying import Json, copy_rows


@dataclass(slots=True)
class PastTicket:
    """A place in a queue, and when it was called, begun and ended, as far as it came."""

    id: UUID
    number: str
    clinic_day: date
    state: str
    placed: str
    booked_at: datetime | None
    issued_at: datetime
    ready_at: datetime
    turn_at: datetime
    limit_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    booking_id: UUID | None
    patient_id: UUID
    practitioner_id: UUID | None
    queue_id: UUID
    service_id: UUID | None
    site_id: UUID
    station_id: UUID | None
    visit_id: UUID


def write_tickets(lines: Iterable[PastTicket]) -> None:
    """Write tickets. One statement."""
    copy_rows(
        "queueing_ticket",
        lines,
        PastTicket,
        is_remote=False,
        level=4,
        weights=[],
        weight=0,
        places_back=0,
        beside=False,
        recalls=0,
        skips=0,
        reason="",
        told_next_at=None,
        told_until=None,
        version=1,
    )


@dataclass(slots=True)
class PastLongWait:
    """A wait that was too long, how it ended, and what staff said of it, if they did."""

    id: UUID
    site_id: UUID
    clinic_day: date
    visit_id: UUID
    patient_id: UUID
    practitioner_id: UUID | None
    ticket_id: UUID
    number: str
    state: str
    counted_from: datetime
    limit_at: datetime
    raised_at: datetime
    ended_at: datetime
    reason: str
    amends: Json
    was_taken: bool
    explained_at: datetime | None
    explained_by_id: UUID | None


def write_long_waits(lines: Iterable[PastLongWait]) -> None:
    """Write waits that ended with a call, later than the rule allows. One statement."""
    copy_rows(
        "queueing_longwait",
        lines,
        PastLongWait,
        trigger="long",
        end="called",
        note="",
        version=1,
    )
