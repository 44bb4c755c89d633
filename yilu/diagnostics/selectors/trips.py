"""One trip for several examinations: what we would book, and how a booked one stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.catalogue.selectors.services import ServiceInfo, service_infos
from yilu.clinical.selectors.context import require_patient
from yilu.diagnostics import permissions
from yilu.diagnostics.models import ExamRequest, Trip
from yilu.diagnostics.rules.tables import preparations, table
from yilu.diagnostics.rules.trips import Exam, arrange, is_early_enough, troubles
from yilu.diagnostics.selectors.requests import ExamLine, exam_lines
from yilu.diagnostics.states import ExamState
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.scheduling.allocation import Place
from yilu.scheduling.selectors.alongside import left_out, places_for, places_of_bookings
from yilu.workforce.selectors.practitioners import practitioner_names

AHEAD = timedelta(days=13)
MOST_OTHERS = 60
At = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """A time with whom, on the wall clock of the site; `value` is what a form sends back."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID
    practitioner: PersonName

    @property
    def value(self) -> str:
        return f"{self.starts_at.isoformat()}|{self.practitioner_id}"


@dataclass(frozen=True, slots=True)
class ProposedExam:
    """One examination of a trip, where it would be and where else; `says` a rule that it breaks."""

    line: ExamLine
    place: PlaceShown
    others: tuple[PlaceShown, ...]
    says: str

    @property
    def is_after_due(self) -> bool:
        """Whether it would be later than we promise."""
        return bool(self.line.due_at and self.place.starts_at > self.line.due_at)


@dataclass(frozen=True, slots=True)
class TripProposal:
    """The examinations in order of time; none when no day of two weeks has a trip."""

    exams: tuple[ProposedExam, ...]
    preparation: tuple[Localized, ...]

    @property
    def is_good(self) -> bool:
        return bool(self.exams) and not any(one.says for one in self.exams)

    @property
    def day(self) -> datetime:
        return self.exams[0].place.starts_at

    @property
    def last_day(self) -> datetime:
        return max(one.place.ends_at for one in self.exams)

    @property
    def ends_at(self) -> datetime | None:
        """When a trip of one day is over; times chosen by hand may be on several."""
        return self.last_day if self.last_day.date() == self.day.date() else None


@dataclass(frozen=True, slots=True)
class TripExam:
    """One examination of a booked trip; `says` why it should be placed anew.

    `is_left_out`: the patient cancelled it, and knows why it has no time.
    """

    line: ExamLine
    place: Place | None
    preparation: tuple[Localized, ...]
    says: str
    is_left_out: bool = False

    @property
    def ends_at(self) -> datetime | None:
        return self.place.ends_at if self.place else None

    @property
    def is_to_come(self) -> bool:
        """Whether it is booked for later than now."""
        return bool(self.place and self.place.starts_at > clock.now())


@dataclass(frozen=True, slots=True)
class TripDetail:
    """A booked trip as it stands, in order of time."""

    id: UUID
    site: SiteInfo
    patient_id: UUID
    exams: tuple[TripExam, ...]
    version: int

    @property
    def in_trouble(self) -> bool:
        return any(one.says for one in self.exams)

    @property
    def has_surprise(self) -> bool:
        """Whether something is in trouble that the patient did not do."""
        return any(one.says and not one.is_left_out for one in self.exams)

    @property
    def left_out(self) -> tuple[TripExam, ...]:
        """What the patient cancelled and has no new time yet."""
        return tuple(one for one in self.exams if one.is_left_out)

    @property
    def first_at(self) -> datetime | None:
        return next((one.line.starts_at for one in self.exams if one.line.starts_at), None)

    @property
    def preparation(self) -> tuple[Localized, ...]:
        """What to do before any of it; each once."""
        return tuple({str(w): w for one in self.exams for w in one.preparation}.values())


def propose_trip(
    actor: Actor,
    site_id: UUID,
    lines: Sequence[ExamLine],
    first: date,
    *,
    by_hand: Mapping[UUID, At] | None = None,
    kept: Mapping[UUID, Place] | None = None,
) -> TripProposal:
    """The shortest trip of the earliest day that has one; what was chosen by hand stays.

    When what was chosen by hand breaks a rule, it is shown and says so. `kept` are times that
    examinations hold already and may keep. Five queries, and two for each different service.

    Raises: UnknownService.
    """
    actor.require_to_see(permissions.SEE, site_id)
    services = service_infos(one.service_id for one in lines)
    ids = [one.booking_id for one in lines if one.booking_id and kept]
    free = places_for(
        site_id, services, lines[0].patient_id, (first, first + AHEAD), but_for=ids
    )  # fmt: skip
    own = {one.id: [*free[one.service_id], *([kept[one.id]] if kept and one.id in kept else [])]
           for one in lines}  # fmt: skip
    exams = [exam_of(one, services) for one in lines]
    chosen = _choose(exams, own, by_hand or {})
    names = practitioner_names(place.practitioner_id for many in own.values() for place in many)
    said = {one.exam_id: str(one.says or "") or "·"
            for one in troubles(exams, chosen, table())}  # fmt: skip

    def shown(place: Place) -> PlaceShown:
        return PlaceShown(*place, names[place.practitioner_id])

    found = [
        ProposedExam(
            one,
            shown(chosen[one.id]),
            tuple(shown(p) for p in _others(exam, own[one.id], chosen[one.id])),
            said.get(one.id, ""),
        )
        for one, exam in zip(lines, exams, strict=True)
        if one.id in chosen
    ]
    found.sort(key=lambda one: one.place.starts_at)
    told = [preparation_of(one, services[one.service_id]) for one in lines]
    whole = {str(words): words for many in told for words in many}
    return TripProposal(tuple(found), tuple(whole.values()))


def _others(exam: Exam, places: Sequence[Place], chosen: Place) -> list[Place]:
    """Where else an examination could be; what its own rule forbids is not offered."""
    fitting = (one for one in sorted(places) if is_early_enough(exam, one, table()))
    return [one for one in fitting if one != chosen][:MOST_OTHERS]


def trip_detail(actor: Actor, trip_id: UUID) -> TripDetail:
    """A trip for staff of its site or its patient. Nine queries, ten for staff, and one more when
    one of it is open again.

    Raises: NotFound, OutsideCare.
    """
    trip = Trip.objects.filter(pk=trip_id).first()
    if trip is None:
        raise NotFound
    if not actor.is_owner(trip.patient_id, trip.pk):
        require_patient(actor, trip.patient_id, trip.site_id, permissions.SEE)
    audit.seen(actor, [trip.patient_id], "examinations")
    return _details(actor, [trip])[0]


def placed_anew(actor: Actor, detail: TripDetail, today: date) -> TripProposal:
    """Times for a trip of which something is lost or breaks a rule; what can stay does.

    First everything that stands is kept, then all of it may move. Queries as `propose_trip`, at
    most twice. Raises: NotFound, UnknownService.
    """
    now = clock.now()
    moving = [one for one in detail.exams
              if one.line.is_open or (one.place and one.place.starts_at > now)]  # fmt: skip
    if not moving or not detail.in_trouble:
        return TripProposal((), ())
    lines = [one.line for one in moving]
    kept = {one.line.id: one.place for one in moving if one.place}
    stays = {one.line.id: (one.place.starts_at, one.place.practitioner_id)
             for one in moving if one.place and not one.says}  # fmt: skip
    first = max(min((at.date() for at, _who in stays.values()), default=today), today)
    ask = (actor, detail.site.id, lines)
    found = propose_trip(*ask, first, by_hand=stays, kept=kept)
    return found if found.is_good else propose_trip(*ask, today, kept=kept)


def trips_of(actor: Actor, patient_ids: Sequence[UUID]) -> list[TripDetail]:
    """The trips to come of an account's patients, the soonest first. Nine queries, ten when
    something of them is open again.
    """
    mine = [one for one in patient_ids if actor.is_owner(one)]
    pending = ExamRequest.objects.filter(patient_id__in=mine, state=ExamState.BOOKED)
    found = Trip.objects.filter(pk__in=pending.values("trip_id")).order_by("created_at")[:20]
    details = _details(actor, list(found))
    return sorted(details, key=lambda one: str(one.first_at))


def preparation_of(line: ExamLine, service: ServiceInfo) -> tuple[Localized, ...]:
    """What to do before an examination: its own words, then those of its flags. No query."""
    own = (service.preparation,) if service.preparation else ()
    return (*own, *preparations(line.flags))


def check_places(actor: Actor, held: Sequence[ExamRequest], places: Mapping[UUID, At]) -> str:
    """Which rule these places break, in words; empty when they break none. Four queries."""
    site = site_info(held[0].site_id)
    lines = exam_lines(actor, held, site.zone)
    services = service_infos(one.service_id for one in lines)
    exams = [exam_of(one, services) for one in lines]
    at = {
        one.id: _lasting(places[one.id], services[one.service_id], site)
        for one in lines
        if one.id in places
    }
    found = troubles(exams, at, table())
    return str(found[0].says or services[lines[0].service_id].name) if found else ""


def _lasting(at: At, service: ServiceInfo, site: SiteInfo) -> Place:
    starts_at = at[0].astimezone(site.zone)
    return Place(starts_at, starts_at + timedelta(minutes=service.minutes), at[1])


def exam_of(line: ExamLine, services: Mapping[UUID, ServiceInfo]) -> Exam:
    """An examination as the rules of trips know it. No query."""
    service = services[line.service_id]
    return Exam(
        line.id,
        frozenset(line.flags),
        timedelta(minutes=service.buffer_before),
        timedelta(minutes=service.buffer_after),
    )


def _choose(
    exams: Sequence[Exam], own: Mapping[UUID, Sequence[Place]], by_hand: Mapping[UUID, At]
) -> dict[UUID, Place]:
    """Round what was chosen by hand, if that can be; else just that beside the best of the rest."""
    fixed = {
        key: [place for place in own[key] if (place.starts_at, place.practitioner_id) == at]
        for key, at in by_hand.items()
        if key in own
    }
    found = arrange(exams, {**own, **fixed}, table())
    if found is None and fixed:
        chosen = {key: many[0] for key, many in fixed.items() if many}
        rest = [one for one in exams if one.id not in chosen]
        found = {**(arrange(rest, own, table()) or {}), **chosen} if rest else chosen
    return found or {}


@dataclass(frozen=True, slots=True)
class _Booked:
    """What became of the bookings of a trip: where they stand, and which the patient cancelled."""

    places: Mapping[UUID | None, Place]
    left_out: Collection[UUID]


def _details(actor: Actor, trips: list[Trip]) -> list[TripDetail]:
    rows = list(ExamRequest.objects.filter(trip__in=trips).exclude(state=ExamState.WITHDRAWN))
    sites = {site_id: site_info(site_id) for site_id in {one.site_id for one in trips}}
    services = service_infos(one.service_id for one in rows)
    booked = _Booked(
        places_of_bookings(one.booking_id for one in rows),
        left_out(one.booking_id for one in rows if one.state == ExamState.OPEN),
    )
    lines: dict[UUID, list[ExamLine]] = {one.pk: [] for one in trips}
    for site_id, site in sites.items():
        mine = [one for one in rows if one.site_id == site_id]
        for line in exam_lines(actor, mine, site.zone):
            if line.trip_id:
                lines[line.trip_id].append(line)
    return [_detail(one, lines[one.pk], services, sites[one.site_id], booked) for one in trips]


def _detail(
    trip: Trip,
    lines: list[ExamLine],
    services: Mapping[UUID, ServiceInfo],
    site: SiteInfo,
    booked: _Booked,
) -> TripDetail:
    exams = [exam_of(one, services) for one in lines]
    places = {one.id: booked.places[one.booking_id] for one in lines
              if one.booking_id in booked.places and one.state == ExamState.BOOKED}  # fmt: skip
    broken = {one.exam_id: str(one.says or "") for one in troubles(exams, places, table())}
    broken = {key: words for key, words in broken.items()
              if places[key].starts_at > clock.now()}  # fmt: skip
    lines.sort(key=lambda one: (one.starts_at is None, one.starts_at or one.requested_at))
    return TripDetail(
        trip.pk,
        site,
        trip.patient_id,
        tuple(
            TripExam(
                one,
                places.get(one.id),
                preparation_of(one, services[one.service_id]),
                _says(one, broken),
                one.is_open and one.booking_id in booked.left_out,
            )
            for one in lines
        ),
        trip.version,
    )


def _says(line: ExamLine, broken: Mapping[UUID, str]) -> str:
    if line.is_open:
        return "lost"
    return (broken[line.id] or "gap") if line.id in broken else ""
