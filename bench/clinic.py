"""The clinic that is measured: made by the demonstration's own writers, larger and plainer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.rush import Rush, with_rush, write_rush
from bench.size import Size
from yilu.catalogue.selectors.services import all_services
from yilu.demo.operations.clinic import BuiltClinic, build_clinic, publish
from yilu.demo.past.moment import Day, Numbers
from yilu.demo.past.telling import Known as KnownPerson
from yilu.demo.people import make_people
from yilu.demo.plan import ClinicPlan, PlannedDepartment, clinic_plan
from yilu.demo.sandbox.accounts import write_accounts
from yilu.facility.selectors.calendar import day_kinds
from yilu.patients.demo import PastPatient, PastRegistration, write_patients, write_registrations
from yilu.patients.rules.consents import current_text
from yilu.platform import clinic_clock, clock
from yilu.platform.access import new_bearer
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id
from yilu.platform.numbers import set_last
from yilu.queueing.demo import PastTicket, write_tickets
from yilu.queueing.selectors.points import queue_for, queues_of_station, stations
from yilu.queueing.states import QueueKind
from yilu.scheduling.demo import PastAllocation, PastBooking, write_allocations, write_bookings
from yilu.visits.demo import PastVisit, write_visits

SERVICE = "general_return"
SCAN = "ultrasound_abdomen"
"""Needs a doctor, a room and the scanner."""
MINUTES = timedelta(minutes=15)
DAYS_BACK, DAYS_AHEAD = 100, 30
SEED = 20261121
PASSWORD = "benchmark-2026"  # noqa: S105 (of a clinic that is thrown away)
RIGHTS = (
    "patients.see",
    "patients.see_all",
    "patients.register",
    "scheduling.see",
    "scheduling.book",
    "queueing.see",
    "queueing.call",
    "reception.check_in",
)
ON_THE_BOARD = 20
LETTER = "A"
MORNING = time(11)
"""The clinic's clock begins here, whenever the benchmark is run: the boards show the same."""
COMING_IN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may be looked for."""

    id: UUID
    name: str
    phone: str
    pinyin: str


@dataclass(frozen=True, slots=True)
class Place:
    """A time that nobody has booked yet."""

    practitioner_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """A practitioner's queue, and the station that calls from it."""

    queue_id: UUID
    station_id: UUID


@dataclass(frozen=True)
class Loaded:
    """What there is to ask for."""

    token: str
    site_id: UUID
    site_key: str
    service_id: UUID
    scan_id: UUID
    practitioners: list[UUID]
    people: list[Known]
    free: list[Place]
    taken: Place
    desks: list[Desk]
    coming: list[UUID]
    board_id: UUID
    user_id: UUID
    rush: Rush
    today: date
    zone: ZoneInfo


@operation
def load(*, actor: Actor, size: Size) -> Loaded:
    """Build the clinic and write its people, bookings and tickets."""
    quiet = _plan()
    plan, zone = with_rush(quiet, size), ZoneInfo(quiet.time_zone)
    now = _latest_morning(plan, zone)
    today = now.astimezone(zone).date()
    clinic_clock.mark_demonstration(actor, clinic=now, speed=1.0)
    since = today - timedelta(days=DAYS_BACK + 1)
    clinic = build_clinic(actor=actor, plan=plan, since=since, password=PASSWORD)
    last = today + timedelta(days=DAYS_AHEAD)
    publish(actor=actor, clinic=clinic, from_day=today, to_day=last)
    writer = _Writer(size, quiet, _at_one_site(clinic, quiet), now)
    writer.write_people()
    free, taken = writer.write_bookings()
    desks = writer.write_tickets()
    coming = writer.write_coming()
    # The first half: those who are to be checked in elsewhere at the same hour are the last.
    rush = write_rush(plan, clinic, writer.known[: size.patients // 2], now, size)
    write_accounts([str(writer.site.id)])
    token = new_bearer(actor, "partner", "benchmark", permissions=RIGHTS, sites=[writer.site.id])
    board = queue_for(writer.site.id, QueueKind.ASSESSMENT)
    if board is None:
        raise LookupError("the clinic has no queue for assessments")
    people = [Known(p.id, p.name, p.phone, p.name) for p in writer.people]
    return Loaded(
        token=token,
        site_id=writer.site.id,
        site_key=quiet.sites[0].key,
        service_id=writer.service.id,
        scan_id=writer.scan.id,
        practitioners=list(writer.clinic.practitioners.values()),
        people=people,
        free=free,
        taken=taken,
        desks=desks,
        coming=coming,
        board_id=board.id,
        user_id=clinic.users["10021"],
        rush=rush,
        today=today,
        zone=zone,
    )


def _plan() -> ClinicPlan:
    """Twenty practitioners of one department at one site, each with a room."""
    whole = clinic_plan()
    site = whole.sites[0]
    floor = site.departments[0].floor
    many = PlannedDepartment("general", floor, len(whole.practitioners))
    doctors = tuple(
        replace(one, site=site.key, department="general", services=(SERVICE, SCAN))
        for one in whole.practitioners
    )
    staff = tuple(one for one in whole.staff if site.key in one.sites)
    staff = tuple(replace(one, sites=(site.key,)) for one in staff)
    scanner = tuple(one for one in site.devices if one.kind == "ultrasound")
    site = replace(site, departments=(many,), devices=scanner)
    return replace(whole, sites=(site,), practitioners=doctors, staff=staff)


def _latest_morning(plan: ClinicPlan, zone: ZoneInfo) -> datetime:
    """The morning of the latest day on which the clinic works, today included."""
    day = clock.machine_now().astimezone(zone).date()
    kinds = day_kinds(day - timedelta(days=20), day)
    while kinds[day].kind == "holiday" or kinds[day].works_as not in plan.hours.weekdays:
        day -= timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)


def _at_one_site(clinic: BuiltClinic, plan: ClinicPlan) -> BuiltClinic:
    """Of what stands, what this plan knows of."""
    return replace(
        clinic,
        sites={site.key: clinic.sites[site.key] for site in plan.sites},
        practitioners={p.staff_no: clinic.practitioners[p.staff_no] for p in plan.practitioners},
    )


class _Writer:
    """Writes what is too much to be made by deeds."""

    def __init__(self, size: Size, plan: ClinicPlan, clinic: BuiltClinic, now: datetime) -> None:
        self.size, self.plan, self.clinic, self.now = size, plan, clinic, now
        (self.site,) = clinic.sites.values()
        offered = {one.key: one for one in all_services()}
        self.service, self.scan = offered[SERVICE], offered[SCAN]
        self.chance = Random(SEED)  # noqa: S311 (a story, not a secret)
        self.zone = ZoneInfo(plan.time_zone)
        self.today = now.astimezone(self.zone).date()
        self.numbers = Numbers()
        self.people: list[PastPatient] = []
        self.known: list[KnownPerson] = []

    def write_people(self) -> None:
        """Everybody, registered at the site a year ago."""
        since = self.now - timedelta(days=365)
        made = make_people(seed=SEED, children=0, adults=self.size.patients, today=self.today)
        for n, person in enumerate(made["adult"]):
            self.people.append(
                PastPatient(
                    id=new_id(),
                    contact_id=new_id(),
                    consent_id=new_id(),
                    record_no=f"{n + 1:08d}",
                    name=person.name,
                    sex=person.sex,
                    born_on=person.born_on,
                    id_number=person.id_number,
                    phone=f"121{n:08d}",
                    address=person.address,
                    needs=[],
                    known_at=since,
                )
            )
            self.known.append(KnownPerson(self.people[-1].id, person))
        write_patients(self.people, consent_version=current_text("data_use").version)
        lines = (PastRegistration(new_id(), p.id, self.site.id, since) for p in self.people)
        write_registrations(lines)
        set_last({"patients.record_no": len(self.people)})

    def write_bookings(self) -> tuple[list[Place], Place]:
        """One booking for each patient; gives back the times ahead that stay free, and one that
        does not."""
        ahead = self._places(self.today + timedelta(days=1), DAYS_AHEAD - 2)
        before = self._places(self.today - timedelta(days=DAYS_BACK), DAYS_BACK - 1)
        self.chance.shuffle(ahead)
        self.chance.shuffle(before)
        taken = ahead[: self.size.coming] + before[: self.size.past]
        bookings, allocations = [], []
        for patient, place in zip(self.people, taken, strict=True):
            booking = self._booking(patient, place)
            bookings.append(booking)
            allocations += self._allocations(booking, place)
        write_bookings(bookings)
        write_allocations(allocations)
        set_last(self.numbers.last)
        return ahead[self.size.coming :], taken[0]

    def write_tickets(self) -> list[Desk]:
        """Patients who wait: for each practitioner all who will be called, and some for triage."""
        serving = [s for s in stations(self.site.id) if s.practitioner_id is not None]
        desks = [Desk(queues_of_station(s.id)[0], s.id) for s in serving]
        # What is measured takes from all queues alike; what is watched, from the first alone.
        each = self.size.writes // len(desks) + self.size.changes * len(self.size.streams) + 8
        triage = queue_for(self.site.id, QueueKind.ASSESSMENT)
        queues = [(d.queue_id, s.practitioner_id) for d, s in zip(desks, serving, strict=True)]
        waiting = [one for one in queues for _ in range(each)]
        if triage is not None:
            waiting += [(triage.id, None)] * ON_THE_BOARD
        doctors = list(self.clinic.practitioners.values())
        visits, tickets = [], []
        for n, (queue_id, practitioner_id) in enumerate(waiting):
            visit = self._visit(n, practitioner_id or doctors[n % len(doctors)])
            visits.append(visit)
            tickets.append(self._ticket(n, visit, queue_id, practitioner_id))
        write_visits(visits)
        write_tickets(tickets)
        return desks

    def write_coming(self) -> list[UUID]:
        """Bookings of today, each to be checked in: more than any day has, and so many at once that
        they hold no time."""
        doctors = list(self.clinic.practitioners.values())
        place = Place(doctors[0], self.now + COMING_IN)
        patients = self.people[-self.size.writes :]
        coming = [
            self._booking(patient, replace(place, practitioner_id=doctors[n % len(doctors)]))
            for n, patient in enumerate(patients)
        ]
        write_bookings(coming)
        set_last(self.numbers.last)
        return [one.id for one in coming]

    def _places(self, first: date, days: int) -> list[Place]:
        kinds = day_kinds(first, first + timedelta(days=days))
        return [
            Place(practitioner_id, starts_at)
            for day, kind in kinds.items()
            if kind.kind != "holiday" and kind.works_as in self.plan.hours.weekdays
            for starts_at in self._starts(day)
            for practitioner_id in self.clinic.practitioners.values()
        ]

    def _starts(self, day: date) -> Iterator[datetime]:
        for opens, closes in self.plan.hours.stretches:
            at = datetime.combine(day, opens, tzinfo=self.zone)
            while at + MINUTES <= datetime.combine(day, closes, tzinfo=self.zone):
                yield at
                at += MINUTES

    def _booking(self, patient: PastPatient, place: Place) -> PastBooking:
        day = place.starts_at.astimezone(self.zone).date()
        number = self.numbers.take(f"booking:{self.site.id}:{day}")
        made_at = min(self.now, place.starts_at) - timedelta(days=3)
        return PastBooking(
            id=new_id(),
            number=f"{day:%Y%m%d}-{number:04d}",
            site_id=self.site.id,
            service_id=self.service.id,
            practitioner_id=place.practitioner_id,
            patient_id=patient.id,
            starts_at=place.starts_at,
            ends_at=place.starts_at + MINUTES,
            clinic_day=day,
            state="confirmed" if place.starts_at > self.now else "finished",
            channel="desk",
            reason_for_visit="",
            is_first_visit=False,
            price=None,
            confirmed_at=None,
            cancel_reason="",
            cancel_words="",
            cancelled_by_kind="",
            created_at=made_at,
            changed_at=made_at,
        )

    def _allocations(self, booking: PastBooking, place: Place) -> list[PastAllocation]:
        number = next(k for k, v in self.clinic.practitioners.items() if v == place.practitioner_id)
        during = (booking.starts_at, booking.ends_at)
        return [
            PastAllocation(new_id(), resource_id, booking.id, during, active=True)
            for resource_id in sorted(self.clinic.resources[number])
        ]

    def _visit(self, n: int, practitioner_id: UUID) -> PastVisit:
        patient = self.people[n % len(self.people)]
        number = self.numbers.take(f"visit:{self.site.id}:{self.today}")
        return PastVisit(
            id=new_id(),
            number=f"{self.today:%Y%m%d}-{number:04d}",
            clinic_day=self.today,
            kind="walk_in",
            state="arrived",
            arrived_at=self.now,
            in_care_at=None,
            left_at=None,
            access_code=f"B{n:05d}",
            booking_id=None,
            department_id=self.site.departments["general"],
            patient_id=patient.id,
            practitioner_id=practitioner_id,
            responsible_user_id=None,
            service_id=self.service.id,
            site_id=self.site.id,
        )

    def _ticket(
        self, n: int, visit: PastVisit, queue_id: UUID, practitioner_id: UUID | None
    ) -> PastTicket:
        day = Day(self.today, self.zone, self.chance, self.now)
        came = self.now - timedelta(minutes=30) + timedelta(milliseconds=n)
        number = self.numbers.take(f"ticket:{self.site.id}:{LETTER}:{self.today}")
        return PastTicket(
            id=day.key(came),
            number=f"{LETTER}{number:03d}",
            clinic_day=self.today,
            state="waiting",
            placed="walk_in",
            booked_at=None,
            issued_at=came,
            ready_at=came,
            turn_at=came,
            limit_at=self.now + timedelta(hours=3),
            called_at=None,
            started_at=None,
            ended_at=None,
            booking_id=None,
            patient_id=visit.patient_id,
            practitioner_id=practitioner_id,
            queue_id=queue_id,
            service_id=self.service.id,
            site_id=self.site.id,
            station_id=None,
            visit_id=visit.id,
        )
