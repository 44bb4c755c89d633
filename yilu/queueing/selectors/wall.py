"""What a wall screen shows: numbers, masked names and rooms; never why somebody is here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from math import ceil
from uuid import UUID

from yilu.facility.selectors.places import place_names
from yilu.patients import permissions as patients
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import masking
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.queueing import permissions
from yilu.queueing.models import Call, Station, Ticket
from yilu.queueing.rules import clips
from yilu.queueing.rules.lengths import Wait
from yilu.queueing.selectors.boards import counted_from
from yilu.queueing.selectors.sheet import Sheet, sheet
from yilu.queueing.states import AT_STATION, WAITED_FOR, TicketState
from yilu.workforce.selectors.practitioners import practitioner_names

# A screen is no member of staff: it sees names only as they are masked here.
WALL = Actor.system("queueing.wall", patients.SEE)
MOST_ROWS, MOST_NEXT, MOST_EARLIER, MOST_MISSED = 9, 3, 3, 4
# So many called numbers stay on every page of a wall that turns; more of them take turns too.
MOST_STAYING = 6
LATE_FROM = 15
# Who has waited for so many minutes reads on the wall how long it still takes: so many of them.
SHOWN_FROM, MOST_LONG = timedelta(minutes=15), 6
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


@dataclass(frozen=True, slots=True)
class WallCall:
    """A number that was called: shown large, and said in two languages, by a voice or clips."""

    id: UUID
    number: str
    name: str
    station: Localized
    directions: Localized
    say_zh: str
    say_en: str
    clips_zh: str = ""
    clips_en: str = ""


@dataclass(frozen=True, slots=True)
class WallRow:
    """One station: who is there, who is next, how long a newcomer would wait; None where nobody
    sees patients any more."""

    station_id: UUID
    station: Localized
    who: str
    number: str
    name: str
    is_calling: bool
    is_in_room: bool
    next_numbers: tuple[str, ...]
    waiting: int
    newcomer: Wait | None
    late_minutes: int

    @property
    def is_called(self) -> bool:
        """Whether somebody is to come to this station now."""
        return bool(self.number) and not self.is_in_room


@dataclass(frozen=True, slots=True)
class WallMissed:
    """A number that was called in vain."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class WallWait:
    """A number that has waited for a while, and how long it still takes; None: nobody can say,
    as nobody sees patients there any more."""

    number: str
    wait: Wait | None


@dataclass(frozen=True, slots=True)
class WallDoctor:
    """One practitioner's own screen, beside their door: who is next there, and in how long."""

    name: PersonName
    department: Localized
    next: tuple[WallWait, ...]
    waiting: int
    newcomer: Wait | None
    late_minutes: int


@dataclass(frozen=True, slots=True)
class WallBoard:
    """Everything on one screen."""

    calling: WallCall | None
    earlier: tuple[WallCall, ...]
    rows: tuple[WallRow, ...]
    missed: tuple[WallMissed, ...]
    long_waiting: tuple[WallWait, ...] = ()
    doctor: WallDoctor | None = None

    @property
    def pages(self) -> tuple[tuple[WallRow, ...], ...]:
        """The rows as pages that take turns; one page for as many as can be read from afar.

        A station to which somebody is called now is on every page.
        """
        called = [row for row in self.rows if row.is_called]
        staying = called if len(called) <= MOST_STAYING else []
        turning = [row for row in self.rows if row not in staying]
        if len(self.rows) <= MOST_ROWS or not turning:
            return (self.rows,) if self.rows else ()
        number = ceil(len(turning) / (MOST_ROWS - len(staying)))
        cuts = [n * len(turning) // number for n in range(number + 1)]
        parts = [turning[start:end] for start, end in pairwise(cuts)]
        place = {row.station_id: n for n, row in enumerate(self.rows)}
        return tuple(
            tuple(sorted([*staying, *part], key=lambda row: place[row.station_id]))
            for part in parts
        )

    @property
    def longest_page(self) -> int:
        """How many rows the screen must have room for."""
        return max((len(page) for page in self.pages), default=0)


def wall_board(
    actor: Actor, site_id: UUID, area: str = "", doctor_id: UUID | None = None
) -> WallBoard:
    """The screen of a site, of one area of it, or of one doctor. Ten queries, however many wait.

    A doctor's: two more.

    Raises:
        NotFound: the actor may not show this site, or the doctor has no queue there.
    """
    actor.require_to_see(permissions.SHOW, site_id)
    seen = sheet(site_id)
    shown = _shown(seen, area, doctor_id)
    tickets = [t for t in seen.tickets if t.queue_id in shown and not t.is_remote]
    names = _masked(seen, [t for t in tickets if t.state in {*AT_STATION, TicketState.SKIPPED}])
    calls = _calls(seen, {t.pk: t for t in tickets if t.state in AT_STATION}, names)
    missed = [t for t in tickets if t.state == TicketState.SKIPPED]
    latest = sorted(missed, key=lambda t: t.called_at or t.ready_at, reverse=True)[:MOST_MISSED]
    calling = calls[0] if calls else None
    return WallBoard(
        calling=calling,
        earlier=tuple(calls[1 : 1 + MOST_EARLIER]),
        rows=_rows(seen, shown, names, calling),
        missed=tuple(WallMissed(t.number, names.get(t.pk, "")) for t in latest),
        long_waiting=() if doctor_id else _long_waiting(seen, shown),
        doctor=_doctor(seen, shown, doctor_id) if doctor_id else None,
    )


def _shown(seen: Sheet, area: str, doctor_id: UUID | None) -> set[UUID]:
    """The queues whose tickets a screen shows. Raises: NotFound."""
    if doctor_id is None:
        return {q.pk for q in seen.queues.values() if not area or area in q.area.values()}
    mine = {q.pk for q in seen.queues.values() if q.practitioner_id == doctor_id}
    if not mine:
        raise NotFound
    return mine


def _doctor(seen: Sheet, shown: set[UUID], doctor_id: UUID) -> WallDoctor:
    """What stands beside a doctor's door. Two queries."""
    queue = seen.queues[min(shown, key=lambda one: seen.queues[one].position)]
    unit = next(iter(place_names([queue.department_id]).values()), None)
    is_served = seen.is_served(queue.pk)
    places = [(ticket, wait) for _n, ticket, wait in seen.places(queue.pk) if not ticket.is_remote]
    return WallDoctor(
        name=practitioner_names([doctor_id]).get(doctor_id, PersonName("")),
        department=unit.name if unit else Localized(),
        next=tuple(
            WallWait(one.number, wait if is_served else None) for one, wait in places[:MOST_LONG]
        ),
        waiting=len(places),
        newcomer=seen.wait_behind(queue.pk) if is_served else None,
        late_minutes=_late(seen, [one for one, _wait in places]),
    )


def _long_waiting(seen: Sheet, shown: set[UUID]) -> tuple[WallWait, ...]:
    """Who has waited for a while for what they came for, the longest first. No query."""
    found = [
        (counted_from(ticket), ticket.number, wait if seen.is_served(queue_id) else None)
        for queue_id in shown
        if seen.queues[queue_id].kind in WAITED_FOR
        for _ahead, ticket, wait in seen.places(queue_id)
        if not ticket.is_remote and seen.now - counted_from(ticket) >= SHOWN_FROM
    ]
    found.sort(key=lambda one: one[:2])
    return tuple(WallWait(number, wait) for _since, number, wait in found[:MOST_LONG])


def _masked(seen: Sheet, tickets: list[Ticket]) -> dict[UUID, str]:
    """The names as a waiting room may read them; none where even that says too much."""
    open_names = [t for t in tickets if seen.queues[t.queue_id].shows_names]
    briefs: Mapping[UUID, PatientBrief] = patient_briefs(
        WALL, [t.patient_id for t in open_names], "wall"
    )
    return {
        t.pk: masking.name(str(briefs[t.patient_id].name))
        for t in open_names
        if t.patient_id in briefs
    }


def _calls(seen: Sheet, there: Mapping[UUID, Ticket], names: Mapping[UUID, str]) -> list[WallCall]:
    """The latest calls to patients who are still called or in the room, each patient once."""
    if not there:
        return []
    found = Call.objects.filter(ticket_id__in=list(there), undone_at=None).order_by("-called_at")
    latest: dict[UUID, Call] = {}
    for call in found[:60]:
        latest.setdefault(call.ticket_id, call)
    return [
        _call(call, there[ticket_id], seen.stations[call.station_id], names)
        for ticket_id, call in latest.items()
        if call.station_id in seen.stations
    ]


def _call(call: Call, ticket: Ticket, station: Station, names: Mapping[UUID, str]) -> WallCall:
    spelled = " ".join(ticket.number)
    chinese = " ".join(_DIGITS.get(one, one) for one in ticket.number)
    return WallCall(
        id=call.pk,
        number=ticket.number,
        name=names.get(ticket.pk, ""),
        station=station.name,
        directions=station.directions,
        say_zh=f"请 {chinese} 号，到{station.name.get('zh-Hans', str(station.name))}",
        say_en=f"Number {spelled}, please go to {station.name.get('en', str(station.name))}",
        clips_zh=" ".join(clips.chinese(ticket.number, str(station.name.get("zh-Hans", "")))),
        clips_en=" ".join(clips.english(ticket.number, str(station.name.get("en", "")))),
    )


def _rows(
    seen: Sheet, shown: set[UUID], names: Mapping[UUID, str], calling: WallCall | None
) -> tuple[WallRow, ...]:
    stations = [
        station
        for station in sorted(seen.stations.values(), key=lambda s: (s.position, s.key))
        if _is_used(seen, station, shown)
    ]
    people = practitioner_names(one.practitioner_id for one in stations)
    units = place_names(
        seen.queues[q].department_id for s, q in seen.serving if q in seen.queues and s
    )
    departments = {
        s: units[d].name
        for s, q in seen.serving
        if q in seen.queues and (d := seen.queues[q].department_id) in units
    }
    return tuple(
        _row(seen, one, names, (_of(people, one), departments.get(one.pk)), calling)
        for one in stations
    )


def _of(people: Mapping[UUID, PersonName], station: Station) -> PersonName | None:
    return people.get(station.practitioner_id) if station.practitioner_id else None


def _is_used(seen: Sheet, station: Station, shown: set[UUID]) -> bool:
    mine = {q for s, q in seen.serving if s == station.pk} & shown
    return bool(mine) and (
        station.pk in seen.at_station
        or seen.is_staffed(station.pk)
        or any(seen.waiting.get(queue_id) for queue_id in mine)
    )


def _row(
    seen: Sheet,
    station: Station,
    names: Mapping[UUID, str],
    who: Sequence[object],
    calling: WallCall | None,
) -> WallRow:
    queue_ids = [q for s, q in seen.serving if s == station.pk and q in seen.queues]
    served = [q for q in queue_ids if seen.is_served(q)]
    waiting = [t for q in queue_ids for t in seen.waiting.get(q, ()) if not t.is_remote]
    there = [t for t in seen.at_station.get(station.pk, []) if not t.is_remote]
    now = there[0] if there else None
    return WallRow(
        station_id=station.pk,
        station=station.name,
        who=" · ".join(str(one) for one in who if one),
        number=now.number if now else "",
        name=names.get(now.pk, "") if now else "",
        is_calling=bool(calling and now and now.number == calling.number),
        is_in_room=bool(now and now.state == TicketState.IN_ROOM),
        next_numbers=tuple(t.number for t in waiting[:MOST_NEXT]),
        waiting=len(waiting),
        newcomer=seen.wait_behind(served[0]) if served else None,
        late_minutes=_late(seen, waiting),
    )


def _late(seen: Sheet, waiting: list[Ticket]) -> int:
    """By how many minutes the first who booked waits past their time; 0 when it hardly matters."""
    booked = [t for t in waiting if t.booked_at]
    if not booked:
        return 0
    late: timedelta = seen.now - counted_from(booked[0])
    minutes = int(late.total_seconds() // 60)
    return minutes if minutes >= LATE_FROM else 0


def areas(site_id: UUID) -> list[Localized]:
    """The waiting areas of a site that a screen can be for. Six queries."""
    found = {str(q.area): q.area for q in sheet(site_id).queues.values() if q.area}
    return list(found.values())
