"""What is due at a site now: pure, from what is seen and what somebody's habits say.

Nothing is remembered between two looks, so a player who is killed goes on where the clinic is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.demo.plan import clinic_plan
from yilu.demo.players import habits
from yilu.demo.selectors.errands import Errand
from yilu.demo.selectors.sight import Bill, Dispense, Seen, Station, Ticket, Tube, Way
from yilu.queueing.states import QueueKind

POST_OF = {
    QueueKind.ASSESSMENT: "nurse",
    QueueKind.CASHIER: "cashier",
    QueueKind.PHARMACY: "pharmacist",
    QueueKind.EXAMINATION: "laboratory",
}
# Who confirms that a guide has brought somebody; in the rooms the start of the number does.
RECEIVES = {
    "waiting": "front_desk",
    "examination": "nurse",
    "cashier": "cashier",
    "pharmacy": "pharmacist",
    "exit": "front_desk",
    "other": "front_desk",
}
WRITES_AT = 0.6
GIVES_UP_MINUTES = 3.0
COMES_BACK_MINUTES = 4.0
LOOSE_MINUTES = 2.5
HELPS_THEMSELVES_MINUTES = 10.0
CALL_HOURS = (9, 18)
UNREADY_MINUTES = 8.0
# How long a window waits for a person who may pay with their own phone.
THEIR_MINUTES = 10.0
LAB_STEP = {"collected": "lab_receive", "received": "lab_enter", "entered": "lab_verify"}
NEXT_STEP = {"waiting": "review", "reviewed": "pick", "picked": "check"}


@dataclass(frozen=True, slots=True)
class Due:
    """One deed that is due: what, on what, and at which station."""

    what: str
    subject: UUID
    visit_id: UUID | None = None
    ticket: Ticket | None = None
    station: Station | None = None
    bill: Bill | None = None
    place: int = 0
    errand: Errand | None = None
    way: Way | None = None
    tube: Tube | None = None

    @property
    def key(self) -> str:
        """What tells this deed from every other, a later one of the same kind included."""
        if self.bill is not None and self.what == "scan":
            return f"scan:{self.bill.id}"
        if self.what == "call" and self.station is not None:
            # Whom a call brings, the queue decides: what was done is the station's call.
            return f"call:{self.station.id}:{self.station.last_ended}"
        if self.errand is not None and self.errand.id == self.subject:
            # What a kiosk says again and again is told apart by when it said it last.
            return f"{self.what}:{self.subject}:{self.errand.version}:{self.errand.since}"
        told_by = self.ticket or self.way
        began = told_by.version if told_by else 0
        return f"{self.what}:{self.subject}:{began}"


@dataclass(frozen=True, slots=True)
class Resting:
    """Where nobody plays, because a person is there: posts of the site, and practitioners."""

    posts: frozenset[str] = frozenset()
    practitioners: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Scene:
    """One look at a site, arranged for deciding."""

    seen: Seen
    now: datetime
    resting: Resting
    bills: dict[UUID, Bill] = field(default_factory=dict)
    medicines: dict[UUID, list[Dispense]] = field(default_factory=dict)

    @property
    def kiosks(self) -> list[Errand]:
        """The kiosks that are switched on."""
        return [one for one in self.seen.errands if one.what == "kiosk"]

    @property
    def is_calling_hour(self) -> bool:
        """Whether people may be called at home now."""
        first, last = CALL_HOURS
        zone = ZoneInfo(clinic_plan().time_zone)
        return first <= self.now.astimezone(zone).hour < last

    def is_due(self, since: datetime | None, minutes: float) -> bool:
        """Whether so many minutes have gone by."""
        return since is not None and since + timedelta(minutes=minutes) <= self.now


def due_deeds(seen: Seen, now: datetime, resting: Resting) -> list[Due]:
    """Everything that is due at a site, what waits longest for people first."""
    scene = Scene(seen, now, resting)
    for bill in seen.bills:
        scene.bills[bill.visit_id] = bill
    for one in seen.dispenses:
        scene.medicines.setdefault(one.visit_id, []).append(one)
    return [
        *_stations(scene),
        *_pharmacy(scene),
        *_laboratory(scene),
        *_patients(scene),
        *_calls(scene),
        *_ways(scene),
    ]


def _patients(scene: Scene) -> Iterator[Due]:
    """Coming, calling off, coming back to a missed call, and paying by phone."""
    if "front_desk" in scene.resting.posts:
        yield from _door(scene)
    else:
        yield from _desk(scene)
    for booking in scene.seen.bookings:
        cancels_at = habits.intent(booking.id, booking.starts_at).cancels_at
        if cancels_at is not None and cancels_at <= scene.now < booking.starts_at:
            yield Due("cancel", booking.id)
    for bill in scene.seen.bills:
        early = habits.pays_while_waiting(bill.visit_id)
        by_phone = early is not None and not habits.pays_cash(bill.visit_id)
        if bill.is_theirs:
            continue
        if bill.qr or (by_phone and scene.is_due(bill.opened_at, early or 0)):
            yield Due("scan", bill.id, bill.visit_id, bill=bill)


def _desk(scene: Scene) -> Iterator[Due]:
    """Whom the desk receives: those who come, and those who come back to a missed call."""
    for ticket in scene.seen.tickets:
        if ticket.state == "skipped" and scene.is_due(ticket.called_at, COMES_BACK_MINUTES):
            yield Due("requeue", ticket.id, ticket.visit_id, ticket)
    for booking in scene.seen.bookings:
        arrives_at = habits.intent(booking.id, booking.starts_at).arrives_at
        if arrives_at is not None and arrives_at <= scene.now:
            yield _arrival(scene, booking.id)


def _arrival(scene: Scene, booking_id: UUID) -> Due:
    """At the desk, or at one of the kiosks: the same one however often one looks."""
    kiosks = scene.kiosks
    if not kiosks or not habits.goes_to_kiosk(booking_id):
        return Due("arrive", booking_id)
    return Due("arrive_at_kiosk", booking_id, errand=kiosks[booking_id.int % len(kiosks)])


def _door(scene: Scene) -> Iterator[Due]:
    """Whom no person at the desk has received for a while: they type the code at the door."""
    for booking in scene.seen.bookings:
        arrives_at = habits.intent(booking.id, booking.starts_at).arrives_at
        if scene.is_due(arrives_at, HELPS_THEMSELVES_MINUTES):
            yield Due("arrive_alone", booking.id)


def _ways(scene: Scene) -> Iterator[Due]:
    """Guides come on duty for the first way, bring people, and the places confirm it."""
    plays = "guide" not in scene.resting.posts
    if plays and scene.seen.ways and not scene.seen.guides:
        yield Due("duty", scene.seen.site_id)
    for way in scene.seen.ways:
        wait = habits.guide_minutes(way.id, way.state)
        if way.state == "delivered":
            post = RECEIVES.get(way.destination)
            if post and post not in scene.resting.posts and scene.is_due(way.delivered_at, wait):
                yield Due("receive", way.id, way.visit_id, way=way)
        elif plays and scene.seen.guides:
            since = way.taken_at if way.state == "taken" else way.asked_at
            if scene.is_due(since, wait):
                yield Due("there" if way.state == "taken" else "take", way.id, way=way)


def _calls(scene: Scene) -> Iterator[Due]:
    """One after the other is asked on the telephone how they are, at hours when one calls."""
    if "care" in scene.resting.posts or not scene.is_calling_hour:
        return
    for one in scene.seen.follow_ups:
        if scene.is_due(one.planned_at, habits.call_after_minutes(one.id, one.tries)):
            what = "ask" if habits.answers_call(one.id, one.tries) else "no_answer"
            yield Due(what, one.id, one.visit_id)
            return


def _stations(scene: Scene) -> Iterator[Due]:
    places: dict[str, int] = {}
    by_id: dict[UUID, list[Station]] = {}
    for station in scene.seen.stations:
        by_id.setdefault(station.id, []).append(station)
    for queues in by_id.values():
        first = queues[0]
        place = places.get(first.kind, 0)
        places[first.kind] = place + 1
        if not _rests(scene, first):
            yield from _station(scene, queues, place)


def _rests(scene: Scene, station: Station) -> bool:
    if station.practitioner_id is not None:
        return station.practitioner_id in scene.resting.practitioners
    return POST_OF.get(QueueKind(station.kind), "") in scene.resting.posts


def _station(scene: Scene, queues: list[Station], place: int) -> Iterator[Due]:
    here = queues[0]
    at = [t for t in scene.seen.tickets if t.station_id == here.id and t.state in _AT]
    if not at:
        yield from _call(scene, queues, place)
        return
    ticket = min(at, key=lambda one: one.called_at or scene.now)
    base = Due("", ticket.id, ticket.visit_id, ticket, here, scene.bills.get(ticket.visit_id))
    for what in _with(scene, ticket):
        yield Due(what, base.subject, base.visit_id, ticket, here, base.bill, place)


_AT = ("called", "in_room")


def _call(scene: Scene, queues: list[Station], place: int) -> Iterator[Due]:
    for station in queues:
        mine = [
            t
            for t in scene.seen.tickets
            if t.state == "waiting"
            and t.queue_id == station.queue_id
            and (t.practitioner_id is None or station.practitioner_id in {None, t.practitioner_id})
        ]
        if not mine or _is_away(scene, station, mine) or not _ready(scene, station, mine[0]):
            continue
        pause = habits.pause_minutes(mine[0].id)
        if station.last_ended is None or scene.is_due(station.last_ended, pause):
            yield Due("call", mine[0].id, ticket=mine[0], station=station, place=place)
            return


def _is_away(scene: Scene, station: Station, waiting: list[Ticket]) -> bool:
    """Before a day's first hour, and between two, doctors see only who waited before the break."""
    hours = scene.seen.hours.get(station.practitioner_id, ()) if station.practitioner_id else ()
    over = [ends for _begins, ends in hours if ends <= scene.now]
    if len(over) == len(hours) or hours[len(over)][0] <= scene.now:
        return False
    return not over or min(one.issued_at for one in waiting) >= over[-1]


def _ready(scene: Scene, station: Station, first: Ticket) -> bool:
    """At the pharmacy somebody is called when the medicines lie there, or all too late."""
    if station.kind != QueueKind.PHARMACY:
        return True
    waiting = scene.medicines.get(first.visit_id, [])
    is_packed = all(one.state == "checked" for one in waiting)
    return is_packed or scene.is_due(first.issued_at, UNREADY_MINUTES)


def _with(scene: Scene, ticket: Ticket) -> Iterator[str]:
    """What is due with the patient who is called, or in the room."""
    if ticket.state == "called":
        yield from _called(scene, ticket)
        return
    match ticket.kind:
        case QueueKind.CONSULTATION:
            lasts = habits.consultation_minutes(ticket.id, ticket.minutes)
            yield from _treat(scene, ticket, "treat", lasts)
        case QueueKind.CASHIER:
            yield from _till(scene, ticket)
        case QueueKind.PHARMACY:
            yield from _counter(scene, ticket)
        case QueueKind.EXAMINATION:
            if scene.is_due(ticket.started_at, habits.sampling_minutes(ticket.id)):
                yield "sample"
        case _:
            yield from _treat(scene, ticket, "measure", habits.assessment_minutes(ticket.id))


def _called(scene: Scene, ticket: Ticket) -> Iterator[str]:
    if habits.misses_call(ticket.id, ticket.skips):
        if scene.is_due(ticket.called_at, GIVES_UP_MINUTES):
            yield "skip"
    elif scene.is_due(ticket.called_at, habits.walk_minutes(ticket.id)):
        yield "start"


def _treat(scene: Scene, ticket: Ticket, writing: str, minutes: float) -> Iterator[str]:
    if scene.is_due(ticket.started_at, minutes * WRITES_AT):
        yield writing
    if scene.is_due(ticket.started_at, minutes):
        yield "finish"


def _till(scene: Scene, ticket: Ticket) -> Iterator[str]:
    bill = scene.bills.get(ticket.visit_id)
    if bill is None:
        if scene.is_due(ticket.started_at, LOOSE_MINUTES):
            yield "finish"
    elif bill.is_theirs:
        if scene.is_due(ticket.started_at, THEIR_MINUTES):
            yield "cash"
    elif scene.is_due(ticket.started_at, habits.till_minutes(ticket.id)):
        yield "cash" if habits.pays_cash(ticket.visit_id) else "scan"


def _counter(scene: Scene, ticket: Ticket) -> Iterator[str]:
    waiting = scene.medicines.get(ticket.visit_id, [])
    minutes = habits.till_minutes(ticket.id) if waiting else LOOSE_MINUTES
    is_packed = all(one.state == "checked" for one in waiting)
    if is_packed and scene.is_due(ticket.started_at, minutes):
        yield "hand_over" if waiting else "finish"


def _pharmacy(scene: Scene) -> Iterator[Due]:
    if "pharmacist" in scene.resting.posts:
        return
    for one in scene.seen.dispenses:
        step = NEXT_STEP.get(one.state)
        if step and scene.is_due(one.moved_at, habits.step_minutes(one.id, step)):
            yield Due(step, one.id, one.visit_id)


def _laboratory(scene: Scene) -> Iterator[Due]:
    """Tubes are received, measured and verified, each after a while."""
    if "laboratory" in scene.resting.posts:
        return
    for one in scene.seen.tubes:
        step = LAB_STEP[one.state]
        if scene.is_due(one.since, habits.tube_minutes(one.id, step)):
            yield Due(step, one.report_id or one.id, one.visit_id, place=0, tube=one)
