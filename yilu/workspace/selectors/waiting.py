"""Who waits at a site now: number, patient, for whom, how long against what was promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yilu.billing.selectors.bills import BillBrief, bills_of_visits
from yilu.catalogue.selectors.services import ServiceInfo, service_infos
from yilu.clinical.selectors.allergies import AllergyFlag, allergy_flags
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.platform.waiting import tone, whole_minutes
from yilu.platform.wording import money
from yilu.queueing.selectors.boards import WaitingLine, forecast, lines_by_visit
from yilu.queueing.selectors.points import StationInfo, station_as_info
from yilu.queueing.selectors.sheet import Sheet, sheet
from yilu.reception import permissions
from yilu.scheduling.selectors.bookings import day_bookings
from yilu.scheduling.selectors.lines import BookingLine
from yilu.visits.selectors.visits import VisitInfo, open_visits
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workspace.rules.flags import needs_flags

STATES = {"called": "called", "skipped": "soon", "in_room": "active"}
CALLED_PROMISE = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """One patient who waits somewhere, or was called and has not come."""

    ticket_id: UUID
    visit_id: UUID
    patient_id: UUID
    number: str
    kind: str
    ticket_state: str
    state: str
    name: PersonName | str
    flags: tuple[str, ...]
    second: str
    since: datetime
    promised: int
    predicted: str
    is_next: bool
    practitioner: str
    practitioner_id: UUID | None
    service_id: UUID | None
    station_id: UUID | None
    station_busy: bool
    due: Decimal | None
    bill_id: UUID | None
    version: int
    minutes: int

    @property
    def is_over(self) -> bool:
        """Whether the promise is broken."""
        return self.minutes > self.promised

    @property
    def tone(self) -> str:
        return tone(self.minutes, self.promised)


@dataclass(frozen=True, slots=True)
class _Around:
    """What was read about those who wait."""

    now: datetime
    visits: Mapping[UUID, VisitInfo]
    patients: Mapping[UUID, PatientBrief]
    allergies: Mapping[UUID, AllergyFlag]
    doctors: Mapping[UUID, PersonName]
    services: Mapping[UUID, ServiceInfo]
    stations: Mapping[UUID, StationInfo]
    busy: frozenset[UUID]
    bills: Mapping[UUID, list[BillBrief]]

    def station_of(self, line: WaitingLine, visit: VisitInfo) -> UUID | None:
        """Where a waiting patient would be called to: the practitioner's own place."""
        if line.station_id:
            return line.station_id
        if line.kind != "consultation" or visit.practitioner_id is None:
            return None
        own = (s.id for s in self.stations.values() if s.practitioner_id == visit.practitioner_id)
        return next(own, None)


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """Who comes first of those who wait, how many wait in all, how many beyond the promise."""

    rows: tuple[Waiting, ...]
    number: int
    over: int


def waiting_room(actor: Actor, site_id: UUID, most: int | None = None) -> WaitingRoom:
    """Who waits at a site, those beyond their promise first, then who was called, then by time.

    Of those who are not shown nothing is read but the ticket. Thirteen queries, however many.
    """
    actor.require_to_see(permissions.SEE, site_id)
    seen = sheet(site_id)
    today = seen.now.astimezone(site_zone(site_id)).date()
    lines = lines_by_visit(seen, today)
    visits = {visit.id: visit for visit in open_visits(site_id, today) if visit.id in lines}
    there = [line for line in lines.values() if line.visit_id in visits and _waits(line)]
    there.sort(key=lambda one: (not _is_over(one, seen.now), one.state != "called", one.since))
    shown = forecast(seen, there[:most])
    around = _read(actor, seen, {one.visit_id: visits[one.visit_id] for one in shown}, lines)
    return WaitingRoom(
        rows=tuple(_row(line, around) for line in shown),
        number=len(there),
        over=sum(1 for one in there if _is_over(one, seen.now)),
    )


def to_confirm(actor: Actor, site_id: UUID, day: date) -> list[BookingLine]:
    """The bookings of a day whose patients have not said that they will come. Four queries."""
    actor.require_to_see(permissions.SEE, site_id)
    lines = day_bookings(actor, site_id, day)
    return [line for line in lines if line.can_confirm]


def _waits(line: WaitingLine) -> bool:
    return line.state != "in_room"


def _is_over(line: WaitingLine, now: datetime) -> bool:
    return whole_minutes(line.since, now) > line.promise_minutes


def _read(
    actor: Actor, seen: Sheet, visits: dict[UUID, VisitInfo], lines: dict[UUID, WaitingLine]
) -> _Around:
    ids = {visit.patient_id for visit in visits.values()}
    return _Around(
        now=seen.now,
        visits=visits,
        patients=patient_briefs(actor, ids, "waiting room"),
        allergies=allergy_flags(ids),
        doctors=practitioner_names(visit.practitioner_id for visit in visits.values()),
        services=service_infos(visit.service_id for visit in visits.values()),
        stations={one.pk: station_as_info(one) for one in seen.stations_in_order},
        busy=frozenset(
            one.station_id
            for one in lines.values()
            if one.station_id and one.state in {"called", "in_room"}
        ),
        bills=bills_of_visits(visits),
    )


def _row(line: WaitingLine, around: _Around) -> Waiting:
    visit = around.visits[line.visit_id]
    patient = around.patients.get(visit.patient_id)
    zone = site_zone(visit.site_id)
    station_id = around.station_of(line, visit)
    bill = next((b for b in around.bills.get(visit.id, []) if b.due), None)
    allergy = around.allergies.get(visit.patient_id)
    doctor = str(around.doctors.get(visit.practitioner_id, "")) if visit.practitioner_id else ""
    needs = {*visit.needs, *(patient.special_needs if patient else ())}
    risk = ("allergy",) if allergy and allergy.has_allergy else ()
    missing = ("missing_data",) if patient and patient.missing else ()
    return Waiting(
        ticket_id=line.ticket_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        number=line.number,
        kind=line.kind,
        ticket_state=line.state,
        state=STATES.get(line.state, "waiting"),
        name=patient.name if patient else visit.number,
        flags=(*risk, *missing, *needs_flags(needs)),
        second=_second(line, visit, around, doctor, bill),
        since=line.since.astimezone(zone),
        promised=line.promise_minutes,
        predicted=_predicted(line, around, station_id, zone),
        is_next=line.ahead == 0,
        practitioner=doctor,
        practitioner_id=visit.practitioner_id,
        service_id=visit.service_id,
        station_id=station_id,
        station_busy=station_id in around.busy,
        due=bill.due if bill else None,
        bill_id=bill.bill_id if bill else None,
        version=line.version,
        minutes=whole_minutes(line.since, around.now),
    )


def _second(
    line: WaitingLine, visit: VisitInfo, around: _Around, doctor: str, bill: BillBrief | None
) -> str:
    """Where and what: the second line of a row."""
    station = around.stations.get(line.station_id) if line.station_id else None
    if line.state == "called" and station:
        return _("%(station)s · called") % {"station": station.name}
    match line.kind:
        case "cashier":
            return " · ".join([_("To pay"), *([money(bill.due)] if bill else [])])
        case "pharmacy":
            return _("Waits for medicine")
        case "assessment":
            return _("To be assessed · %(doctor)s") % {"doctor": doctor}
    service = around.services.get(visit.service_id) if visit.service_id else None
    return " · ".join(part for part in (doctor, str(service.name) if service else "") if part)


def _predicted(line: WaitingLine, around: _Around, station_id: UUID | None, zone: ZoneInfo) -> str:
    """When their turn comes, always as a range; where to go, once they are called."""
    station = around.stations.get(station_id) if station_id else None
    if line.state == "called" and station:
        return _("to %(station)s") % {"station": station.name}
    if line.state != "waiting":
        return ""
    low = (around.now + timedelta(minutes=line.low_minutes)).astimezone(zone)
    high = (around.now + timedelta(minutes=line.high_minutes)).astimezone(zone)
    return _("%(from)s–%(until)s") % {"from": f"{low:%H:%M}", "until": f"{high:%H:%M}"}
