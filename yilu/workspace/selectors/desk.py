"""The front desk's day: the grid of bookings, with what matters now on each card."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical.selectors.allergies import with_allergy
from yilu.facility.selectors.places import DepartmentInfo
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.daygrid import Card
from yilu.platform.waiting import whole_minutes
from yilu.queueing.selectors.boards import WaitingLine, waiting_by_visit
from yilu.reception import permissions
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.day_grid import (
    DayGrid,
    GridBooking,
    GridColumn,
    day_grid,
)
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.selectors.release_plans import GroupLine, day_shares
from yilu.scheduling.selectors.week_grid import WeekGrid, week_grid
from yilu.scheduling.states import HOLDS_TIME, ResourceKind
from yilu.visits.selectors.visits import VisitInfo, open_visits
from yilu.workforce.selectors.practitioners import PractitionerInfo
from yilu.workspace.rules.flags import flags_of

LATE_FROM = 5
SOON = timedelta(minutes=90)
LOWEST = 10
"""A card is drawn as high as so many minutes at least."""
TWO_LINES = 15
KINDS = ("practitioner", "chair", "room", "device")


@dataclass(frozen=True, slots=True)
class Column:
    """One practitioner's or chair's day: how they stand now, and everything placed."""

    key: str
    practitioner_id: UUID | None
    name: str
    where: str
    state: str
    words: str
    delay: int
    opens_at: datetime
    grid: GridColumn
    cards: tuple[Card, ...]
    shares: tuple[GroupLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many bookings of the day are in a state, in the words of the desk."""

    state: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class DeskDay:
    """The day of a site as its desk sees it. `every` are all columns, hidden ones too."""

    grid: DayGrid
    is_today: bool
    columns: tuple[Column, ...]
    every: tuple[GridColumn, ...]
    counts: tuple[Counted, ...]
    departments: tuple[DepartmentInfo, ...]


@dataclass(frozen=True, slots=True)
class _Now:
    """What was read about this moment, by booking and by patient."""

    at: datetime
    visits: Mapping[UUID | None, VisitInfo]
    waits: Mapping[UUID, WaitingLine]
    allergic: Collection[UUID]

    def wait(self, line: BookingLine) -> WaitingLine | None:
        # On most days nobody is here: then no booking is looked up.
        visit = self.visits.get(line.id) if self.visits else None
        return self.waits.get(visit.id) if visit else None


def desk_day(
    actor: Actor,
    site_id: UUID,
    day: date,
    *,
    department: str = "",
    kind: str = "practitioner",
    hidden: Collection[UUID] = (),
) -> DeskDay:
    """The grid of a day, of one department or of all, without the columns that are hidden.

    Eighteen queries, however many bookings, some less on a day on which nobody is here;
    one more where a release plan shares out a day.

    Of today, who has come shows how long they wait, and who is late by how much. A doctor who
    runs late shows when the next patients will be seen.
    """
    actor.require_to_see(permissions.SEE, site_id)
    by = ResourceKind(kind) if kind in KINDS else ResourceKind.PRACTITIONER
    grid = day_grid(actor.lent(scheduling.SEE), site_id, day, kind=by)
    now = _read_now(site_id, day, grid)
    people, known = grid.people, grid.departments
    is_shared = any(column.is_shared for column in grid.columns)
    shares = day_shares(site_id, day) if is_shared else {}
    used = {one.department_id for column in grid.columns if (one := _person(column, people))}
    columns = [
        replace(
            _column(column, now, _person(column, people), known, grid.opens_at),
            shares=shares.get(column.resource_id, ()),
        )
        for column in grid.columns
        if column.resource_id not in hidden and _fits(column, people, known, department)
    ]
    return DeskDay(
        grid=grid,
        is_today=bool(grid.opens_at <= now.at <= grid.opens_at + timedelta(hours=24)),
        columns=tuple(columns),
        every=tuple(c for c in grid.columns if _fits(c, people, known, department)),
        counts=_counts(columns),
        departments=tuple(one for one in known if one.id in used),
    )


@dataclass(frozen=True, slots=True)
class DeskWeek:
    """A week of one column of the desk, a day beside the other."""

    grid: WeekGrid
    columns: tuple[Column, ...]
    topics: tuple[str, ...]


def desk_week(actor: Actor, resource_id: UUID, first: date) -> DeskWeek:
    """Seven days of a practitioner, room, chair or device. Eighteen queries.

    Raises: NotFound.
    """
    grid = week_grid(actor.lent(scheduling.SEE), resource_id, first)
    actor.require_to_see(permissions.SEE, grid.site_id)
    lines = [one.line for day in grid.days for one in day.column.bookings]
    now = _Now(clock.now(), {}, {}, with_allergy(line.patient_id for line in lines))
    columns = [
        Column(
            key=f"{day.day:%Y-%m-%d}",
            practitioner_id=day.column.practitioner_id,
            name=grid.name,
            where="",
            state="booked" if day.column.sessions else "done",
            words="",
            delay=0,
            opens_at=day.opens_at,
            grid=day.column,
            cards=tuple(_card(one, now, 0) for one in day.column.bookings),
        )
        for day in grid.days
    ]
    return DeskWeek(grid, tuple(columns), tuple(day.topic for day in grid.days))


def _read_now(site_id: UUID, day: date, grid: DayGrid) -> _Now:
    lines = [one.line for column in grid.columns for one in column.bookings]
    here = {visit.booking_id: visit for visit in open_visits(site_id, day)}
    return _Now(
        clock.now(),
        here,
        # Nobody waits on a day on which nobody has come: to count the queues takes long.
        waiting_by_visit(site_id, day) if here else {},
        with_allergy(line.patient_id for line in lines),
    )


def _fits(
    column: GridColumn,
    people: Mapping[UUID, PractitionerInfo],
    known: Sequence[DepartmentInfo],
    wanted: str,
) -> bool:
    if not wanted or column.practitioner_id is None:
        return True
    key = {one.id: one.key for one in known}
    return key.get(people[column.practitioner_id].department_id) == wanted


def _person(column: GridColumn, people: Mapping[UUID, PractitionerInfo]) -> PractitionerInfo | None:
    return people.get(column.practitioner_id) if column.practitioner_id else None


def _column(
    column: GridColumn,
    now: _Now,
    person: PractitionerInfo | None,
    known: Sequence[DepartmentInfo],
    opens_at: datetime,
) -> Column:
    delay = _delay(column, now)
    state, words = _standing(column, now, delay)
    department = next((str(d.name) for d in known if person and d.id == person.department_id), "")
    return Column(
        key=str(column.resource_id),
        practitioner_id=column.practitioner_id,
        name=column.name,
        where=" · ".join(part for part in (column.home, department) if part),
        state=state,
        words=words,
        delay=delay,
        opens_at=opens_at,
        grid=column,
        cards=tuple(_card(one, now, delay) for one in column.bookings),
    )


def _delay(column: GridColumn, now: _Now) -> int:
    """How late a practitioner runs: since when somebody who is here should be in the room."""
    waits = [(one.line, now.wait(one.line)) for one in column.bookings]
    due = [
        line.starts_at
        for line, wait in waits
        if wait and wait.state == "waiting" and wait.kind == "consultation"
    ]
    return whole_minutes(min(due), now.at) if due else 0


def _standing(column: GridColumn, now: _Now, delay: int) -> tuple[str, str]:
    """The dot and the word below a name."""
    states = {wait.state for one in column.bookings if (wait := now.wait(one.line))}
    for block in column.blocks:
        if block.place.starts_at <= now.at < block.place.ends_at:
            return "blocked", block.reason or block.kind_label
    if delay >= LATE_FROM:
        return "late", _("%(minutes)s min late") % {"minutes": delay}
    if "in_room" in states:
        return "active", _("On time")
    if "called" in states:
        return "called", _("Patient called")
    in_session = any(s.starts_at <= now.at < s.ends_at for s in column.sessions)
    return ("booked", _("Ready")) if in_session else ("done", _("Not in session"))


def _card(one: GridBooking, now: _Now, delay: int) -> Card:
    line = one.line
    state, said = _state(line, now, delay)
    hours = f"{line.starts_at:%H:%M}–{line.ends_at:%H:%M}"
    marks = flags_of(line, has_allergy=line.patient_id in now.allergic)
    return Card(
        id=line.id,
        starts_at=line.starts_at,
        ends_at=line.ends_at
        if line.minutes >= LOWEST
        else line.starts_at + timedelta(minutes=LOWEST),
        minutes=line.minutes,
        state=state,
        name=str(line.patient.name) if line.patient else line.number,
        flags=_fitting(marks, line.minutes, said),
        now=said,
        service=str(line.service_name),
        third=" · ".join(part for part in (hours, one.where) if part),
        url=f"/scheduling/bookings/{line.id}/",
        version=line.version,
        may_move=line.can_move,
        may_size=line.may_change and line.state in HOLDS_TIME,
    )


def _fitting(marks: tuple[str, ...], minutes: int, said: str) -> tuple[str, ...]:
    """The marks for which a card has room: the name comes first."""
    if minutes > TWO_LINES:
        return tuple(mark for mark in marks if mark != "missing_data")
    wanted = ("allergy",) if said else ("allergy", "first_visit", "confirmed")
    return tuple(mark for mark in marks if mark in wanted)


def _state(line: BookingLine, now: _Now, delay: int) -> tuple[str, str]:
    """The colour of a card and its words: 迟, 候, 预, 超."""
    wait = now.wait(line)
    if line.state in {"finished", "cancelled", "no_show"}:
        return "done", line.state_label if line.state == "no_show" else ""
    if wait is not None and wait.kind in {"cashier", "pharmacy"}:
        return "done", _("To pay") if wait.kind == "cashier" else _("At the pharmacy")
    if line.state == "in_consultation" or (wait and wait.state == "in_room"):
        over = whole_minutes(line.ends_at, now.at)
        return "active", _("%(minutes)s min over") % {"minutes": over} if over else _("In the room")
    if wait is not None:
        return _waiting(wait, now)
    return _expected(line, now, delay)


def _expected(line: BookingLine, now: _Now, delay: int) -> tuple[str, str]:
    """Of who is not here yet: whether it stands at all, and when they will be seen."""
    if line.pay_by is not None:
        return "soon", _("To pay by %(time)s") % {"time": _by(line.pay_by, now.at)}
    if line.state == "requested":
        return "soon", line.state_label
    if line.late_minutes:
        return "late", _("%(minutes)s min late") % {"minutes": line.late_minutes}
    return "booked", _predicted(line, now, delay)


def _by(deadline: datetime, now: datetime) -> str:
    """The time of day, with its date where it is another day."""
    local = now.astimezone(deadline.tzinfo)
    return f"{deadline:%H:%M}" if deadline.date() == local.date() else f"{deadline:%m-%d %H:%M}"


def _waiting(wait: WaitingLine, now: _Now) -> tuple[str, str]:
    if wait.state == "called":
        return "called", _("Called")
    if wait.state == "skipped":
        return "soon", _("Missed call")
    waited = whole_minutes(wait.since, now.at)
    words = _("Waits %(minutes)s min") % {"minutes": waited} if waited else _("Is here")
    return "waiting", words


def _predicted(line: BookingLine, now: _Now, delay: int) -> str:
    """When the next patients of a late doctor come, or will be seen."""
    if line.come_at:
        return _("comes at %(time)s") % {"time": f"{line.come_at:%H:%M}"}
    if delay < LATE_FROM or not now.at <= line.starts_at <= now.at + SOON:
        return ""
    at = line.starts_at + timedelta(minutes=delay)
    return _("about %(time)s") % {"time": f"{at:%H:%M}"}


def _counts(columns: Sequence[Column]) -> tuple[Counted, ...]:
    words = {
        "late": _("Late"),
        "waiting": _("Waiting"),
        "called": _("Called"),
        "active": _("In the room"),
        "booked": _("Expected"),
    }
    states = [card.state for column in columns for card in column.cards]
    return tuple(Counted(state, label, states.count(state)) for state, label in words.items())
