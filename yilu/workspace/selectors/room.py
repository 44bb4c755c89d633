"""The doctor's room and the nurse's desk: who is here, who is next and why, who comes later."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical.selectors.allergies import AllergyFlag, allergy_flags
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.queueing import permissions
from yilu.queueing.selectors.boards import QueueBoard, TicketRow, queue_board
from yilu.queueing.selectors.points import StationInfo, queues_of_station, station_of_practitioner
from yilu.queueing.selectors.points import stations as stations_at
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.bookings import bookings_of, day_bookings
from yilu.scheduling.selectors.free_time import Slot, free_slots
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.states import HOLDS_TIME
from yilu.visits.selectors.visits import VisitInfo, visit_info
from yilu.workspace.rules.suggesting import AHEAD, ON_A_DAY, USUAL, ahead_of, best_times

SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class RoomQueue:
    """One station's work now: who is here, who waits in order, who missed a call, who comes.

    `remote` are today's telephone and video visits that are to be, or being, called.
    """

    station: StationInfo
    here: tuple[TicketRow, ...]
    waiting: tuple[TicketRow, ...]
    missed: tuple[TicketRow, ...]
    later: tuple[BookingLine, ...]
    finished: int
    remote: tuple[BookingLine, ...]
    allergies: dict[UUID, AllergyFlag]

    @property
    def now(self) -> TicketRow | None:
        """Who is called or in the room."""
        return self.here[0] if self.here else None

    @property
    def next(self) -> TicketRow | None:
        """Who would be called next."""
        return self.waiting[0] if self.waiting else None

    @property
    def with_allergy(self) -> frozenset[UUID]:
        return frozenset(one for one, flag in self.allergies.items() if flag.has_allergy)


@dataclass(frozen=True, slots=True)
class NextTimes:
    """Times to offer for the next visit, from which day on, and why these."""

    service_id: UUID | None
    times: tuple[Slot, ...]
    booked: BookingLine | None
    why: str
    ahead: str
    first: date


def own_station(actor: Actor, site_id: UUID) -> StationInfo | None:
    """Where a practitioner calls patients to at a site. One query or none."""
    if actor.practitioner_id is None:
        return None
    return station_of_practitioner(actor.practitioner_id, site_id)


def assessment_stations(site_id: UUID) -> list[StationInfo]:
    """Where patients are assessed. One query."""
    return stations_at(site_id, kind="assessment")


def room_queue(actor: Actor, site_id: UUID, station: StationInfo) -> RoomQueue:
    """What one station has to do. Thirteen queries for one queue, however many wait.

    Eight are for each queue that the station serves, up to four for a practitioner's day.
    """
    actor.require_to_see(permissions.SEE, site_id)
    boards = [queue_board(actor, one) for one in queues_of_station(station.id)]
    mine = [_mine(board, station) for board in boards]
    lines = _day(actor, site_id, station) if station.practitioner_id else []
    ids = {row.patient_id for rows in mine for group in rows for row in group}
    now = clock.now()
    return RoomQueue(
        station=station,
        here=tuple(row for here, _w, _m in mine for row in here),
        waiting=tuple(row for _h, waiting, _m in mine for row in waiting),
        missed=tuple(row for _h, _w, missed in mine for row in missed),
        later=tuple(
            one
            for one in lines
            if one.is_coming and one.expected_until >= now and not one.is_remote
        ),
        remote=tuple(one for one in lines if one.is_remote and one.state in HOLDS_TIME),
        finished=sum(1 for one in lines if one.state == "finished"),
        allergies=allergy_flags(ids),
    )


def _mine(
    board: QueueBoard, station: StationInfo
) -> tuple[list[TicketRow], list[TicketRow], list[TicketRow]]:
    here = [row for row in board.at_station if row.station_id == station.id]
    missed = [row for row in board.missed if row.station_id in {station.id, None}]
    return here, list(board.waiting), missed


def _day(actor: Actor, site_id: UUID, station: StationInfo) -> list[BookingLine]:
    today = clock.now().astimezone(site_zone(site_id)).date()
    lines = day_bookings(actor.lent(scheduling.SEE), site_id, today)
    return [one for one in lines if one.practitioner_id == station.practitioner_id]


def next_times(
    actor: Actor, visit_id: UUID, *, ahead: str = USUAL, day: date | None = None
) -> NextTimes:
    """Three times for the next visit, by when the patient came before. Eight queries at most.

    They are a week, two weeks or a month ahead, or from a day on; with the same practitioner,
    for the same service.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    history = bookings_of(actor.lent(scheduling.SEE), visit.patient_id)
    booked = next((one for one in reversed(history) if _is_ahead(one, visit)), None)
    if visit.service_id is None or visit.practitioner_id is None:
        return NextTimes(None, (), booked, "", USUAL, visit.clinic_day)
    zone = site_zone(visit.site_id)
    today = clock.now().astimezone(zone).date()
    chosen = ahead_of(ahead, day, today)
    first, until = chosen.window(today)
    free = free_slots(
        site_id=visit.site_id,
        service_id=visit.service_id,
        practitioner_id=visit.practitioner_id,
        starts_from=datetime.combine(first, time.min, zone),
        starts_until=datetime.combine(until, time.min, zone),
    )
    before = [one.starts_at for one in history if one.state == "finished"][:5]
    local = [
        replace(s, starts_at=s.starts_at.astimezone(zone), ends_at=s.ends_at.astimezone(zone))
        for s in free
    ]
    times = best_times(local, before, SUGGESTED)
    why = _habit(before, chosen.key)
    return NextTimes(visit.service_id, times, booked, why, chosen.key, first)


def lengths_ahead() -> list[tuple[str, str]]:
    """How far ahead the next visit may be, in the reader's words."""
    words = {"1w": _("1 week"), "2w": _("2 weeks"), "1m": _("1 month")}
    return [(key, words[key]) for key in AHEAD]


def _habit(before: list[datetime], ahead: str) -> str:
    """Why these times: what the patient chose before."""
    if not before:
        return {
            "1w": _("About a week from now, with the same doctor."),
            "1m": _("About a month from now, with the same doctor."),
            ON_A_DAY: _("On that day or soon after, with the same doctor."),
        }.get(ahead, _("About two weeks from now, with the same doctor."))
    mornings = Counter(at.hour < 12 for at in before)[True]
    words = {
        "times": mornings if mornings * 2 >= len(before) else len(before) - mornings,
        "of": len(before),
    }
    if mornings * 2 >= len(before):
        return _("%(times)s of the last %(of)s visits were in the morning.") % words
    return _("%(times)s of the last %(of)s visits were in the afternoon.") % words


def _is_ahead(line: BookingLine, visit: VisitInfo) -> bool:
    return line.is_coming and line.starts_at > clock.now() and line.site_id == visit.site_id
