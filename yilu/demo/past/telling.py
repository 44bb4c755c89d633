"""One visit of a story, told as the rows that the product's own deeds would have written."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.demo.past.asking import asked_beside
from yilu.demo.past.batch import Batch
from yilu.demo.past.moment import Day, Numbers
from yilu.demo.past.waiting import Waited, waited_too_long
from yilu.demo.people import Person
from yilu.demo.reference import Case, DoctorReference, Reference, SiteReference
from yilu.demo.story import Visit
from yilu.patients.demo import PastRegistration
from yilu.queueing.demo import PastTicket
from yilu.queueing.states import QueueKind, TicketState
from yilu.scheduling.demo import PastAllocation, PastBooking, PastTimer
from yilu.scheduling.rules import timers_of
from yilu.scheduling.states import BookingState, CancelReason, Channel
from yilu.visits.demo import PastVisit
from yilu.visits.states import VisitKind, VisitState

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GRACE = 15
APP_SINCE = timedelta(days=60)
"""So long before now the clinic began to offer its pages as an app."""
REASONS = (
    CancelReason.CAME_UP, CancelReason.ILL, CancelReason.BETTER, CancelReason.TIME,
    CancelReason.OTHER,
)  # fmt: skip
OWN_WORDS = "孩子上学"


@dataclass(frozen=True, slots=True)
class Known:
    """A made-up person with their keys."""

    id: UUID
    person: Person


@dataclass
class Register:
    """Who is known, where, and which numbers have been given, over the whole past."""

    reference: Reference
    pools: dict[str, list[Known]]
    numbers: Numbers = field(default_factory=Numbers)
    registered: set[tuple[UUID, UUID]] = field(default_factory=set)

    @cached_property
    def birthdays(self) -> dict[str, list[date]]:
        """When the people of each pool were born."""
        return {pool: [one.person.born_on for one in known] for pool, known in self.pools.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """A visit that took place, with what the rows about it refer to."""

    story: Visit
    id: UUID
    booking_id: UUID | None
    patient: Known
    doctor: DoctorReference
    site: SiteReference
    case: Case
    booked_at: datetime | None

    @property
    def site_id(self) -> UUID:
        return self.site.info.id


@dataclass(frozen=True, slots=True)
class Place:
    """A queue with its letter, and the station that calls from it."""

    letter: str
    queue_id: UUID
    station_id: UUID


class Teller:
    """Tells the visits of one day into a batch."""

    def __init__(self, register: Register, day: Day, chance: Random, batch: Batch) -> None:
        self.register, self.day, self.chance, self.batch = register, day, chance, batch
        self.reference = register.reference

    def tell(self, visit: Visit, pool: str) -> Told | None:
        """Write down what happened of a visit so far; gives it back once the patient came."""
        doctor = self.reference.doctors[visit.doctor]
        site = self.reference.sites[doctor.plan.site]
        known = self.register.pools[pool][visit.patient]
        case = self._case(doctor)
        self._register(known, site.info.id, visit)
        booking_id = self._booking(visit, doctor, site, known, case)
        if self.day.past(visit.arrived) is None:
            return None
        booked_at = self.day.at(visit.starts) if visit.starts is not None else None
        arrived = self.day.at(visit.arrived or 0)
        key = self.day.key(arrived)
        # Whoever has paid, and has what there is to take away, is gone: nobody notes it by hand.
        visit.left = visit.dispensed[2] if visit.dispensed and case.drugs else visit.paid
        told = Told(visit, key, booking_id, known, doctor, site, case, booked_at)
        self._visit(told, arrived)
        self._tickets(told)
        return told

    def _case(self, doctor: DoctorReference) -> Case:
        department = doctor.plan.department
        up_to = self.reference.cases_up_to[department]
        return self.chance.choices(self.reference.cases[department], cum_weights=up_to)[0]

    def _register(self, known: Known, site_id: UUID, visit: Visit) -> None:
        if (known.id, site_id) in self.register.registered:
            return
        self.register.registered.add((known.id, site_id))
        minute = visit.arrived if visit.starts is None else visit.starts
        since = self.day.at(minute or 0) - timedelta(days=visit.lead_days)
        since = min(since, self.day.now)
        line = PastRegistration(self.day.key(since), known.id, site_id, since)
        self.batch.registrations.append(line)

    def _booking(
        self,
        visit: Visit,
        doctor: DoctorReference,
        site: SiteReference,
        known: Known,
        case: Case,
    ) -> UUID | None:
        if visit.starts is None:
            return None
        starts = self.day.at(visit.starts)
        made = starts - timedelta(days=visit.lead_days)
        if made > self.day.now:
            return None
        key = self.day.key(made)
        state = self._booking_state(visit, starts)
        service = self.reference.services[visit.service]
        fee = self.reference.prices.get(service.fee_item_id) if service.fee_item_id else None
        number = self.register.numbers.take(f"booking:{site.info.id}:{self.day.day}")
        changed = min(self._changed(visit, starts), self.day.now)
        ends = starts + timedelta(minutes=visit.minutes)
        why = self.chance.choice(REASONS) if state == BookingState.CANCELLED else ""
        booking = PastBooking(
            id=key,
            number=f"{self.day.day:%Y%m%d}-{number:04d}",
            site_id=site.info.id,
            service_id=service.id,
            practitioner_id=doctor.id,
            patient_id=known.id,
            starts_at=starts,
            ends_at=ends,
            clinic_day=self.day.day,
            state=state,
            channel=self._channel(visit, made, number),
            reason_for_visit=case.complaint,
            is_first_visit=visit.is_first,
            price=fee.amount.quantize(Decimal("0.01")) if fee else None,
            confirmed_at=self._confirmed(visit, starts),
            cancel_reason=why,
            cancel_words=OWN_WORDS if why == CancelReason.OTHER else "",
            cancelled_by_kind="patient" if state == BookingState.CANCELLED else "",
            created_at=made,
            changed_at=max(changed, made),
        )
        self.batch.bookings.append(booking)
        self.batch.attempts += asked_beside(booking, site.info.zone, self.day.now)
        self._hold(visit, doctor, key, state, (starts, ends))
        if state == BookingState.CONFIRMED:
            self._remind(booking, site.info.zone)
        return key

    def _channel(self, visit: Visit, made: datetime, number: int) -> str:
        """As the story has it; of those who use their own page, every other has the app by now."""
        has_app = visit.channel == Channel.MY and self.day.now - made < APP_SINCE
        return Channel.APP if has_app and number % 2 else visit.channel

    def _confirmed(self, visit: Visit, starts: datetime) -> datetime | None:
        if visit.confirmed_before_days is None:
            return None
        said = starts - timedelta(days=visit.confirmed_before_days)
        return said if said <= self.day.now else None

    def _remind(self, booking: PastBooking, zone: ZoneInfo) -> None:
        """What the worker will do about a booking that is to come."""
        starts_at = booking.starts_at.astimezone(zone)
        for name, due in timers_of(starts_at, booking.ends_at, self.day.now):
            line = PastTimer(
                id=self.day.key(booking.created_at),
                key=f"{name}:{booking.id}",
                handler=name,
                subject_id=booking.id,
                site_id=booking.site_id,
                due_at=due,
            )
            self.batch.timers.append(line)

    def _hold(
        self,
        visit: Visit,
        doctor: DoctorReference,
        booking_id: UUID,
        state: BookingState,
        period: tuple[datetime, datetime],
    ) -> None:
        """What the booking held; what it gave back stays as a row that holds nothing."""
        service = self.reference.services[visit.service]
        starts, ends = period
        finished = self.day.past(visit.ended)
        after = timedelta(minutes=service.buffer_after)
        until = ends + after
        if finished is not None and starts < finished < until:
            until = finished
        holds = state not in (BookingState.CANCELLED, BookingState.NO_SHOW)
        resources = list(doctor.resources) if service.needs else [doctor.resources[0]]
        resources += [
            self.reference.devices[need.device_kind]
            for need in service.needs
            if need.kind == "device"
        ]
        for resource_id in sorted(set(resources)):
            line = PastAllocation(
                self.day.key(starts), resource_id, booking_id, (starts, until), holds
            )
            self.batch.allocations.append(line)

    def _booking_state(self, visit: Visit, starts: datetime) -> BookingState:
        now = self.day.now
        if visit.cancelled_before_days is not None:
            cancelled = starts - timedelta(days=visit.cancelled_before_days)
            return BookingState.CANCELLED if cancelled <= now else BookingState.CONFIRMED
        if visit.stayed_away:
            over = starts + timedelta(minutes=visit.minutes + GRACE)
            return BookingState.NO_SHOW if over <= now else BookingState.CONFIRMED
        steps = (
            (visit.ended, BookingState.FINISHED),
            (visit.started, BookingState.IN_CONSULTATION),
            (visit.arrived, BookingState.ARRIVED),
        )
        for minute, state in steps:
            if self.day.past(minute) is not None:
                return state
        return BookingState.CONFIRMED

    def _changed(self, visit: Visit, starts: datetime) -> datetime:
        if visit.cancelled_before_days is not None:
            return starts - timedelta(days=visit.cancelled_before_days)
        for minute in (visit.ended, visit.started, visit.arrived):
            moment = self.day.past(minute)
            if moment is not None:
                return moment
        return starts

    def _visit(self, told: Told, arrived: datetime) -> None:
        story = told.story
        started, left = self.day.past(story.started), self.day.past(story.left)
        state = VisitState.ARRIVED
        if started is not None:
            state = VisitState.LEFT if left is not None else VisitState.IN_CARE
        number = self.register.numbers.take(f"visit:{told.site_id}:{self.day.day}")
        self.batch.visits.append(
            PastVisit(
                id=told.id,
                number=f"{self.day.day:%Y%m%d}-{number:04d}",
                clinic_day=self.day.day,
                kind=VisitKind.BOOKED if told.booking_id else VisitKind.WALK_IN,
                state=state,
                arrived_at=arrived,
                in_care_at=started,
                left_at=left,
                access_code="".join(self.chance.choices(LETTERS, k=6)),
                booking_id=told.booking_id,
                department_id=told.doctor.department_id,
                patient_id=told.patient.id,
                practitioner_id=told.doctor.id,
                responsible_user_id=told.doctor.user_id if started is not None else None,
                service_id=self.reference.services[story.service].id,
                site_id=told.site_id,
            )
        )

    def _tickets(self, told: Told) -> None:
        """A ticket for each queue that the patient has come to."""
        story, doctor = told.story, told.doctor
        ready = story.arrived
        windows = told.site.windows
        if story.assessed and QueueKind.ASSESSMENT in windows:
            begins, ready = story.assessed
            self._at_window(told, QueueKind.ASSESSMENT, story.nurse, (story.arrived, begins, ready))
        place = Place(doctor.letter, doctor.queue_id, doctor.station_id)
        self._ticket(told, place, (ready, story.called, story.started, story.ended))
        if QueueKind.CASHIER in windows:
            times = (story.ended, story.cashier_called, story.paid)
            self._at_window(told, QueueKind.CASHIER, story.cashier, times)
        if QueueKind.PHARMACY in windows and story.dispensed and told.case.drugs:
            begins, _checked, ends = story.dispensed
            self._at_window(told, QueueKind.PHARMACY, 0, (story.paid, begins, ends))

    def _at_window(
        self,
        told: Told,
        kind: QueueKind,
        number: int,
        minutes: tuple[float | None, float | None, float | None],
    ) -> None:
        window = told.site.windows[kind]
        station_id = window.station_ids[number % len(window.station_ids)]
        issued, begun, ended = minutes
        place = Place(window.letter, window.queue_id, station_id)
        self._ticket(told, place, (issued, begun, begun, ended), to_doctor=False)

    def _ticket(
        self,
        told: Told,
        place: Place,
        minutes: tuple[float | None, float | None, float | None, float | None],
        *,
        to_doctor: bool = True,
    ) -> None:
        issued, called, started, ended = (self.day.past(minute) for minute in minutes)
        if issued is None:
            return
        number = self.register.numbers.take(f"ticket:{told.site_id}:{place.letter}:{self.day.day}")
        booked = told.booked_at if to_doctor else None
        turn = booked or issued + timedelta(minutes=20 if to_doctor else 0)
        ticket = PastTicket(
            id=self.day.key(issued),
            number=f"{place.letter}{number:03d}",
            clinic_day=self.day.day,
            state=_ticket_state(called, started, ended),
            placed="walk_in" if booked is None else "early" if booked > issued else "on_time",
            booked_at=booked,
            issued_at=issued,
            ready_at=issued,
            turn_at=turn,
            limit_at=max(issued, booked or issued) + timedelta(minutes=60),
            called_at=called,
            started_at=started,
            ended_at=ended,
            booking_id=told.booking_id,
            patient_id=told.patient.id,
            practitioner_id=told.doctor.id if to_doctor else None,
            queue_id=place.queue_id,
            service_id=self.reference.services[told.story.service].id if to_doctor else None,
            site_id=told.site_id,
            station_id=place.station_id if called is not None else None,
            visit_id=told.id,
        )
        self.batch.tickets.append(ticket)
        if to_doctor:
            clerks = told.site.users.get("front_desk", [])
            waited = Waited(ticket, self.day.at(told.story.arrived or 0), clerks)
            self.batch.long_waits += waited_too_long(waited, self.day.now)


def _ticket_state(
    called: datetime | None, started: datetime | None, ended: datetime | None
) -> TicketState:
    if ended is not None:
        return TicketState.FINISHED
    if started is not None:
        return TicketState.IN_ROOM
    return TicketState.CALLED if called is not None else TicketState.WAITING


def whole_years(born_on: date, day: date) -> int:
    """Age in whole years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
