"""The manager's board: what happens at a site now, and what needs somebody."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yilu.billing import permissions as billing
from yilu.billing.selectors.errands import unanswered_number
from yilu.billing.selectors.takings import Takings, day_takings
from yilu.facility.selectors.sites import site_zone
from yilu.messaging.selectors.centre import failed_messages
from yilu.pathways.selectors.cases import FlowRow, flow_board
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.queueing.selectors.flow import Flow, flow_of_day
from yilu.queueing.selectors.points import StationInfo, stations
from yilu.scheduling.selectors.duty import Busy, busy_times, on_duty
from yilu.visits.selectors.visits import VisitInfo, visits_on
from yilu.workspace.selectors.waiting import Waiting, waiting_room

PATHWAY = "outpatient_visit"
LATE_FROM = 5
MUCH_LATE = 15


@dataclass(frozen=True, slots=True)
class Node:
    """One box of the flow: how many are there now, and how many of them are late.

    `flow` is how long patients waited for it today, and how long it took; None says nothing yet.
    """

    key: str
    label: str
    number: int
    late: int
    flow: Flow | None = None

    @property
    def tone(self) -> str:
        return "yl-node-hot" if self.late * 2 > self.number else "yl-node-soon" if self.late else ""

    @property
    def arrow(self) -> str:
        """How the way to it is drawn: hot where half wait beyond the promise, soon if a tenth."""
        if self.flow is None or self.flow.ninth <= self.flow.promise:
            return ""
        return "hot" if self.flow.median > self.flow.promise else "soon"


@dataclass(frozen=True, slots=True)
class LateDoctor:
    """A practitioner behind time: by how much, and how many wait for them."""

    practitioner_id: UUID
    name: str
    minutes: int
    waiting: int

    @property
    def tone(self) -> str:
        return "yl-late-t" if self.minutes >= MUCH_LATE else "yl-soon-t"


@dataclass(frozen=True, slots=True)
class IdleRoom:
    """A station of somebody on duty with nobody in it."""

    name: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that needs somebody, worst first; `url` is where it is dealt with."""

    state: str
    icon: str
    title: str
    detail: str
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """Everything on the board."""

    day: date
    waiting: tuple[Waiting, ...]
    late_doctors: tuple[LateDoctor, ...]
    idle: tuple[IdleRoom, ...]
    rooms: int
    closing: datetime | None
    planned: datetime | None
    takings: Takings
    nodes: dict[str, Node]
    booked: int
    arrived: int
    walk_ins: int
    left: int
    alerts: tuple[Alert, ...]

    @property
    def over(self) -> tuple[Waiting, ...]:
        return tuple(row for row in self.waiting if row.is_over)

    @property
    def longest(self) -> int:
        return max((row.minutes for row in self.waiting), default=0)

    @property
    def nearest(self) -> tuple[Waiting, ...]:
        """Who is beyond the promise or close to it, the worst first."""
        close = [row for row in self.waiting if row.tone]
        return tuple(sorted(close, key=lambda row: row.minutes - row.promised, reverse=True)[:6])

    @property
    def longest_late(self) -> int:
        return sum(doctor.minutes for doctor in self.late_doctors)


def live_board(actor: Actor, site_id: UUID) -> LiveBoard:
    """What happens at a site now. Twenty-seven queries, however many patients."""
    actor.require_to_see(billing.SEE_TAKINGS, site_id)
    zone = site_zone(site_id)
    today = clock.now().astimezone(zone).date()
    waiting = waiting_room(actor, site_id)
    flow = flow_board(actor, site_id, today, key=PATHWAY)
    held = busy_times(site_id, today)
    visits = visits_on(actor, site_id, today)
    late = _late_doctors(waiting)
    here = on_duty(site_id, today)
    places = [one for one in stations(site_id) if one.practitioner_id in here]
    planned = max((one.ends_at for one in held), default=None)
    return LiveBoard(
        day=today,
        waiting=tuple(waiting),
        late_doctors=tuple(late),
        idle=_idle(places, waiting, visits),
        rooms=len(places),
        closing=_closing(held, late),
        planned=planned,
        takings=day_takings(actor=actor, site_id=site_id, day=today),
        nodes=_nodes(flow, flow_of_day(site_id, today)),
        booked=len(held),
        arrived=len(visits),
        walk_ins=sum(1 for one in visits if one.kind == "walk_in"),
        left=sum(1 for one in visits if not one.is_here),
        alerts=_alerts(actor, site_id, waiting, flow),
    )


def _late_doctors(waiting: Iterable[Waiting]) -> list[LateDoctor]:
    """Who keeps somebody waiting: a wait counts from the booked time or the arrival."""
    by_doctor: dict[UUID, list[Waiting]] = {}
    for row in waiting:
        if row.kind == "consultation" and row.practitioner_id and row.ticket_state == "waiting":
            by_doctor.setdefault(row.practitioner_id, []).append(row)
    found = [
        LateDoctor(one, rows[0].practitioner, max(row.minutes for row in rows), len(rows))
        for one, rows in by_doctor.items()
    ]
    behind = [one for one in found if one.minutes >= LATE_FROM]
    return sorted(behind, key=lambda one: one.minutes, reverse=True)


def _idle(
    places: Sequence[StationInfo], waiting: Sequence[Waiting], visits: Sequence[VisitInfo]
) -> tuple[IdleRoom, ...]:
    called = {row.station_id for row in waiting if row.ticket_state == "called"}
    waits = {row.visit_id for row in waiting}
    # In the room is who is with us, in care, and waits nowhere.
    in_care = {v.practitioner_id for v in visits if v.state == "in_care" and v.id not in waits}
    number = Counter(row.practitioner_id for row in waiting if row.kind == "consultation")
    free = [s for s in places if s.id not in called and s.practitioner_id not in in_care]
    return tuple(IdleRoom(str(one.name), number[one.practitioner_id]) for one in free)


def _closing(held: Sequence[Busy], late: Sequence[LateDoctor]) -> datetime | None:
    """When the last patient will be done: each practitioner's last booking and their delay."""
    delays = {one.practitioner_id: one.minutes for one in late}
    ends = [one.ends_at + _minutes(delays.get(one.practitioner_id, 0)) for one in held]
    return max(ends, default=None)


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def _nodes(flow: Sequence[FlowRow], today: Mapping[str, Flow]) -> dict[str, Node]:
    kinds = {
        "assess": "assessment",
        "consult": "consultation",
        "pay": "cashier",
        "medicine": "pharmacy",
    }
    labels = {
        "greet": _("Front desk"),
        "assess": _("Assessed"),
        "consult": _("With the doctor"),
        "pay": _("Paying"),
        "medicine": _("Medicine"),
    }
    number = Counter(row.step for row in flow)
    late = Counter(row.step for row in flow if row.is_late)
    return {
        key: Node(key, label, number[key], late[key], today.get(kinds.get(key, "")))
        for key, label in labels.items()
    }


def _alerts(
    actor: Actor, site_id: UUID, waiting: Sequence[Waiting], flow: Sequence[FlowRow]
) -> tuple[Alert, ...]:
    found = [
        *_waits(waiting),
        *_overdue(flow, site_zone(site_id)),
        *_failed(actor, site_id),
        *_owed(actor, site_id),
    ]
    return tuple(sorted(found, key=lambda one: one.state != "late"))


def _waits(waiting: Sequence[Waiting]) -> Iterable[Alert]:
    over = [row for row in waiting if row.is_over]
    if not over:
        return
    longest = max(row.minutes for row in over)
    words = {"number": len(over), "longest": longest}
    title = ngettext(
        "%(number)s waits beyond the promise, longest %(longest)s min",
        "%(number)s wait beyond the promise, longest %(longest)s min",
        len(over),
    )
    names = " · ".join(f"{row.number} {row.name}" for row in over[:4])
    yield Alert("late", "alarm", title % words, names, "#promises", _("See them"))


def _overdue(flow: Sequence[FlowRow], zone: ZoneInfo) -> Iterable[Alert]:
    late: dict[str, list[FlowRow]] = {}
    for row in flow:
        if row.is_late:
            late.setdefault(str(row.title), []).append(row)
    for title, rows in late.items():
        words = {"step": title, "number": len(rows)}
        oldest = min(row.due_at for row in rows if row.due_at).astimezone(zone)
        detail = _("Oldest was due at %(time)s") % {"time": f"{oldest:%H:%M}"}
        said = _("%(step)s: %(number)s overdue") % words
        yield Alert("soon", "list-check", said, detail, "/pathways/worklist", _("Worklist"))


def _owed(actor: Actor, site_id: UUID) -> Iterable[Alert]:
    many = unanswered_number(actor=actor, site_id=site_id)
    if many:
        said = ngettext(
            "%(number)s thing was not done by WeChat Pay",
            "%(number)s things were not done by WeChat Pay",
            many,
        ) % {"number": many}
        detail = _("Refunds and codes; asked again by itself")
        yield Alert("late", "receipt-refund", said, detail, f"/billing/{site_id}/", _("Look"))


def _failed(actor: Actor, site_id: UUID) -> Iterable[Alert]:
    if not actor.may("messaging.see", site_id):
        return
    failed = failed_messages(actor, site_id)
    if failed:
        said = ngettext(
            "%(number)s message was not delivered",
            "%(number)s messages were not delivered",
            len(failed),
        ) % {"number": len(failed)}
        yield Alert("soon", "message-report", said, failed[0].title, "/messaging/failed", _("Look"))
