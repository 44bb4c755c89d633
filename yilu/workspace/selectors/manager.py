"""The manager's board: what happens at a site now, and what needs somebody."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.billing import permissions as billing
from yilu.billing.selectors.takings import Takings, day_takings
from yilu.facility.selectors.sites import site_zone
from yilu.pathways.selectors.cases import FlowStep, flow_board
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.queueing.selectors.flow import Flow, flow_of_day
from yilu.queueing.selectors.points import StationInfo, stations
from yilu.reception import permissions as reception
from yilu.scheduling.selectors.duty import Busy, busy_times, in_session
from yilu.visits.selectors.visits import VisitInfo, day_numbers, open_visits
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workspace.selectors.alerts import Alert, alerts_of
from yilu.workspace.selectors.live_waits import Near, Wait, names_of, nearest, waits_now

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
class LiveBoard:
    """Everything on the board. Only who is named on it is read by name."""

    day: date
    waiting: tuple[Wait, ...]
    nearest: tuple[Near, ...]
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
    def over(self) -> tuple[Wait, ...]:
        return tuple(row for row in self.waiting if row.is_over)

    @property
    def near(self) -> int:
        """How many are beyond the promise or close to it, named or not."""
        return sum(1 for row in self.waiting if row.tone)

    @property
    def near_unnamed(self) -> int:
        """How many of them the list does not name."""
        return self.near - len(self.nearest)

    @property
    def longest(self) -> int:
        return max((row.minutes for row in self.waiting), default=0)

    @property
    def longest_late(self) -> int:
        return sum(doctor.minutes for doctor in self.late_doctors)


def live_board(actor: Actor, site_id: UUID) -> LiveBoard:
    """What happens at a site now. Eleven queries; at most sixteen, with the names it shows."""
    actor.require_to_see(billing.SEE_TAKINGS, site_id)
    actor.require_to_see(reception.SEE, site_id)
    today = clock.now().astimezone(site_zone(site_id)).date()
    here = {visit.id: visit for visit in open_visits(site_id, today)}
    waiting = waits_now(site_id, today, here)
    flow = flow_board(actor, site_id, today, key=PATHWAY)
    held = busy_times(site_id, today)
    late = _late_doctors(waiting)
    on = in_session(site_id, clock.now())
    places = [one for one in stations(site_id) if one.practitioner_id in on]
    numbers = day_numbers(actor, site_id, today)
    names = names_of(actor, waiting)
    return LiveBoard(
        day=today,
        waiting=tuple(waiting),
        nearest=nearest(waiting, names),
        late_doctors=tuple(late),
        idle=_idle(places, waiting, here),
        rooms=len(places),
        closing=_closing(held, late),
        planned=max((one.ends_at for one in held), default=None),
        takings=day_takings(actor=actor, site_id=site_id, day=today),
        nodes=_nodes(flow, flow_of_day(site_id, today)),
        booked=sum(one.number for one in held),
        arrived=numbers.came,
        walk_ins=numbers.walk_ins,
        left=numbers.left,
        alerts=alerts_of(actor, site_id, waiting, names, flow),
    )


def _late_doctors(waiting: Iterable[Wait]) -> list[LateDoctor]:
    """Who keeps somebody waiting: a wait counts from the booked time or the arrival."""
    minutes: dict[UUID, list[int]] = {}
    for row in waiting:
        stand, who = row.stand, row.visit.practitioner_id
        if stand.kind == "consultation" and who and stand.state == "waiting":
            minutes.setdefault(who, []).append(row.minutes)
    behind = {one: waits for one, waits in minutes.items() if max(waits) >= LATE_FROM}
    names = practitioner_names(behind)
    found = [
        LateDoctor(one, str(names.get(one, "")), max(waits), len(waits))
        for one, waits in behind.items()
    ]
    return sorted(found, key=lambda one: one.minutes, reverse=True)


def _idle(
    places: Sequence[StationInfo], waiting: Sequence[Wait], here: Mapping[UUID, VisitInfo]
) -> tuple[IdleRoom, ...]:
    called = {row.stand.station_id for row in waiting if row.stand.state == "called"}
    waits = {row.visit.id for row in waiting}
    # In the room is who is with us, in care, and waits nowhere.
    in_care = {
        visit.practitioner_id
        for visit in here.values()
        if visit.state == "in_care" and visit.id not in waits
    }
    number = Counter(
        row.visit.practitioner_id for row in waiting if row.stand.kind == "consultation"
    )
    free = [s for s in places if s.id not in called and s.practitioner_id not in in_care]
    return tuple(IdleRoom(str(one.name), number[one.practitioner_id]) for one in free)


def _closing(held: Sequence[Busy], late: Sequence[LateDoctor]) -> datetime | None:
    """When the last patient will be done: each practitioner's last booking and their delay."""
    delays = {one.practitioner_id: one.minutes for one in late}
    ends = [one.ends_at + _minutes(delays.get(one.practitioner_id, 0)) for one in held]
    return max(ends, default=None)


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def _nodes(flow: Sequence[FlowStep], today: Mapping[str, Flow]) -> dict[str, Node]:
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
    number, late = Counter[str](), Counter[str]()
    for row in flow:
        number[row.step] += row.number
        late[row.step] += row.late
    return {
        key: Node(key, label, number[key], late[key], today.get(kinds.get(key, "")))
        for key, label in labels.items()
    }
