"""Bookings of a day, of a patient, one in full, and by what people know of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from yilu.catalogue.selectors.services import service_infos
from yilu.facility.selectors.places import PlaceName, place_names
from yilu.facility.selectors.sites import SiteInfo, site_info, site_zone, visible_sites
from yilu.patients.selectors.search import search_patients
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import loaded
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.scheduling import permissions
from yilu.scheduling.models import Allocation, Booking, ChangeRequest
from yilu.scheduling.reasons import reason_in_words
from yilu.scheduling.rules import MEDICATION
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.states import COMING

MOST_FOUND = 50
LOOK_BACK = timedelta(days=90)
SHORTEST_NUMBER = 4
BESIDE, BY_DAYS = timedelta(days=2), timedelta(days=16)


@dataclass(frozen=True, slots=True)
class BookingDetail:
    """One booking in full: where, with what, at which price, and what became of it."""

    line: BookingLine
    site: SiteInfo
    places: tuple[PlaceName, ...]
    resource_ids: tuple[UUID, ...]
    price: Decimal | None
    created_at: datetime
    confirmed_at: datetime | None
    moved_from: datetime | None
    overrule_reason: str
    cancel_reason: str
    cancelled_by_kind: str
    answers: dict[str, str]

    @property
    def medication(self) -> str:
        """Which medicines they take, as it was said when booking."""
        return self.answers.get(MEDICATION, "")


def booking_detail(actor: Actor, booking_id: UUID) -> BookingDetail:
    """One booking in full, for staff of its site, its patient, or who holds its link.

    Seven queries. Raises: NotFound.
    """
    booking = Booking.objects.filter(pk=booking_id).first()
    if booking is None:
        raise NotFound
    if not actor.is_owner(booking.pk, booking.patient_id):
        actor.require_to_see(permissions.SEE, booking.site_id)
    (line,) = booking_lines(actor, [booking], "booking")
    site = site_info(booking.site_id)
    held = list(
        Allocation.objects.filter(booking_id=booking_id)
        .filter(Q(active=True) | ~Q(booking__state__in=COMING))
        .order_by("resource_id", "-active")
        .distinct("resource_id")
        .values_list(
            "resource_id", "resource__room_id", "resource__chair_id", "resource__device_id"
        )
    )
    names = place_names(one for row in held for one in row[1:])
    return BookingDetail(
        line=line,
        site=site,
        places=tuple(names[one] for row in held for one in row[1:] if one in names),
        resource_ids=tuple(row[0] for row in held),
        price=booking.price,
        created_at=booking.created_at.astimezone(site.zone),
        confirmed_at=booking.confirmed_at and booking.confirmed_at.astimezone(site.zone),
        moved_from=booking.moved_from and booking.moved_from.astimezone(site.zone),
        overrule_reason=booking.overrule_reason,
        cancel_reason=reason_in_words(booking.cancel_reason, booking.cancel_words),
        cancelled_by_kind=booking.cancelled_by_kind,
        answers=booking.answers,
    )


def day_bookings(actor: Actor, site_id: UUID, day: date) -> list[BookingLine]:
    """The bookings of a clinic day at a site, in order of time. Four queries."""
    actor.require(permissions.SEE, site_id)
    return booking_lines(actor, day_rows(site_id, day), "day")


def day_rows(site_id: UUID, day: date) -> list[Booking]:
    """The same as rows, for our own selectors: nobody is asked for or seen by them. One query."""
    where = "site_id = %(site)s AND clinic_day = %(day)s ORDER BY starts_at, id"
    return loaded(Booking, where, {"site": site_id, "day": day})


def expected_soon(actor: Actor, site_id: UUID, minutes: int = 40) -> list[BookingLine]:
    """Who is expected within some minutes, or is late, and has not come. Four queries."""
    actor.require(permissions.SEE, site_id)
    now = clock.now()
    coming = _at(site_id).filter(
        state__in=COMING,
        clinic_day__range=((now - BESIDE).date(), (now + BESIDE).date()),
        starts_at__gt=now - timedelta(hours=12),
        starts_at__lte=now + timedelta(minutes=minutes),
    )
    return booking_lines(actor, coming, "expected")


def bookings_of(
    actor: Actor,
    patient_id: UUID,
    before: tuple[datetime, UUID] | None = None,
    limit: int = MOST_FOUND,
) -> list[BookingLine]:
    """A patient's bookings, the latest first: all for the patient, for staff those of their sites.

    Up to `limit` of those before a position. Four queries, by the index of the patient.
    """
    bookings = Booking.objects.filter(patient_id=patient_id).order_by("-starts_at", "-pk")
    if before:
        earlier = Q(starts_at__lt=before[0]) | Q(starts_at=before[0], pk__lt=before[1])
        bookings = bookings.filter(earlier, starts_at__lte=before[0])
    if not actor.is_owner(patient_id):
        actor.require_anywhere(permissions.SEE)
        bookings = _seen(actor, bookings)
    return booking_lines(actor, bookings[:limit], "bookings")


def coming_of_people(actor: Actor, patient_ids: Collection[UUID]) -> dict[UUID, list[BookingLine]]:
    """What each of several patients has booked and is still to come, the next first.

    At the actor's sites, at most 50 together. Four queries.
    """
    actor.require_anywhere(permissions.SEE)
    found = Booking.objects.filter(
        patient_id__in=list(patient_ids), state__in=COMING, ends_at__gt=clock.now()
    )
    lines = booking_lines(actor, _seen(actor, found).order_by("starts_at")[:MOST_FOUND], "caller")
    by_patient: dict[UUID, list[BookingLine]] = {}
    for line in lines:
        by_patient.setdefault(line.patient_id, []).append(line)
    return by_patient


def coming_on(
    actor: Actor, site_id: UUID, day: date, patient_ids: Collection[UUID]
) -> dict[UUID, BookingLine]:
    """The first booking that each of several patients is still expected with on a day, late or not.

    Five queries, by the index of patients; none for nobody.
    """
    actor.require(permissions.SEE, site_id)
    if not patient_ids:
        return {}
    found = Booking.objects.filter(
        patient_id__in=list(patient_ids), site_id=site_id, clinic_day=day, state__in=COMING
    )
    lines = booking_lines(actor, found, "expected")
    latest_first = sorted(lines, key=lambda line: line.starts_at, reverse=True)
    return {line.patient_id: line for line in latest_first}


def own_bookings(actor: Actor, patient_ids: Collection[UUID]) -> list[BookingLine]:
    """The bookings of those of several patients who are the actor's own, the latest first.

    Four queries, however many they are.
    """
    mine = [one for one in patient_ids if actor.is_owner(one)]
    found = Booking.objects.filter(patient_id__in=mine).order_by("-starts_at")
    return booking_lines(actor, found[: MOST_FOUND * max(len(mine), 1)], "bookings")


def find_bookings(actor: Actor, q: str) -> list[BookingLine]:
    """Bookings by their number or its end, or by their patient's name, phone, number or paper.

    What is to come first, then the newest, however old and archived or not; by the last four of a
    number only those of the last 90 days. Six queries at most; each way has its own index, so the
    cost grows with what is found.
    """
    actor.require_anywhere(permissions.SEE)
    text = q.strip()
    if not text:
        return []
    hits = search_patients(actor, text) if actor.may_anywhere("patients.see") else []
    who = [hit.patient.id for hit in hits if not hit.is_elsewhere]
    keys = _keys(actor, number=text).union(_keys(actor, patient_id__in=who))
    if text.isdigit() and len(text) <= SHORTEST_NUMBER:
        since = clock.now() - LOOK_BACK
        recent = {"clinic_day__gte": (since - BESIDE).date(), "starts_at__gte": since}
        keys = keys.union(_keys(actor, number__endswith=f"-{text:0>4}", **recent))
    found = Booking.objects.filter(pk__in=keys).order_by("-starts_at")[:MOST_FOUND]
    now = clock.now()
    lines = booking_lines(actor, found, "bookings")
    to_come = [line for line in lines if line.ends_at >= now]
    return [*reversed(to_come), *(line for line in lines if line.ends_at < now)]


@dataclass(frozen=True, slots=True)
class ComingOf:
    """How many bookings are to come, and on which days the first and the last are."""

    many: int
    first: date | None
    last: date | None


def coming_of_service(actor: Actor, service_id: UUID) -> ComingOf:
    """The bookings of a service that are to come at the actor's sites, counted.

    Two queries, by the index of days. Raises: NotAllowed.
    """
    actor.require_anywhere(permissions.SEE)
    now = clock.now()
    seen = [site.id for site in visible_sites(actor) if actor.may(permissions.SEE, site.id)]
    coming = Booking.objects.filter(
        site_id__in=seen, clinic_day__gte=(now - timedelta(days=2)).date(), starts_at__gt=now
    )
    asked = (
        coming.filter(service_id=service_id, state__in=COMING)
        .order_by()
        .aggregate(many=Count("pk"), first=Min("clinic_day"), last=Max("clinic_day"))
    )
    return ComingOf(**asked)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which bookings another system wants: of a site, a day, a patient, or with a number."""

    site_id: UUID
    day: date | None = None
    patient_id: UUID | None = None
    number: str = ""


def bookings_after(
    actor: Actor, asked: Asked, after: tuple[datetime, UUID] | None, limit: int
) -> list[BookingLine]:
    """Up to `limit` bookings in order of time, after a position. Four queries; of a whole site
    two more, and one for each time the days that are looked at are doubled: what lies before or
    far behind is not read.
    """
    actor.require(permissions.SEE, asked.site_id)
    found = _at(asked.site_id).order_by("starts_at", "pk")
    if asked.day:
        found = found.filter(clinic_day=asked.day)
    if asked.patient_id:
        found = found.filter(patient_id=asked.patient_id)
    if asked.number:
        found = found.filter(number=asked.number)
    if after:
        found = found.filter(Q(starts_at__gt=after[0]) | Q(starts_at=after[0], pk__gt=after[1]))
    if not (asked.day or asked.patient_id or asked.number):
        return booking_lines(actor, _by_days(asked.site_id, found, after, limit), "bookings")
    return booking_lines(actor, found[:limit], "bookings")


def _by_days(
    site_id: UUID, found: QuerySet[Booking], after: tuple[datetime, UUID] | None, limit: int
) -> list[Booking]:
    """The first of a site's bookings after a position, read from its index of days. A day in UTC
    has bookings of the clinic days around it; one that begins late may end two days later."""
    edge = _at(site_id).order_by().aggregate(first=Min("clinic_day"), last=Max("clinic_day"))
    first = edge["first"]
    if first is None:
        return []
    if after and after[0].date() - first > BESIDE:
        first = min(after[0].date(), edge["last"]) - BESIDE
    span = BY_DAYS
    while True:
        until = first + span
        rows = found.filter(
            clinic_day__gte=first,
            clinic_day__lte=until + BESIDE,
            starts_at__lt=datetime.combine(until, time(), tzinfo=UTC),
        )[:limit]
        if len(rows) == limit or until > edge["last"] + BESIDE:
            return list(rows)
        span *= 2


@dataclass(frozen=True, slots=True)
class ChangeWish:
    """What a patient asked the desk for: to cancel, or another time."""

    id: UUID
    line: BookingLine
    kind: str
    reason: str
    starts_at: datetime | None
    asked_at: datetime
    service_name: Localized | None = None


def waiting_changes(
    actor: Actor, site_id: UUID, booking_id: UUID | None = None
) -> list[ChangeWish]:
    """The wishes that wait at a site, or for one booking; the oldest first. Six queries."""
    actor.require(permissions.SEE, site_id)
    wishes = ChangeRequest.objects.filter(site_id=site_id, state="waiting")
    if booking_id:
        wishes = wishes.filter(booking_id=booking_id)
    found = list(wishes.select_related("booking"))
    lines = booking_lines(actor, [wish.booking for wish in found], "wishes")
    zone = site_zone(site_id)
    services = service_infos(wish.service_id for wish in found)
    return [
        ChangeWish(
            wish.pk,
            line,
            wish.kind,
            reason_in_words(wish.reason),
            wish.starts_at and wish.starts_at.astimezone(zone),
            wish.created_at.astimezone(zone),
            services[wish.service_id].name if wish.service_id else None,
        )
        for wish, line in zip(found, lines, strict=True)
    ]


def _at(site_id: UUID) -> QuerySet[Booking]:
    return Booking.objects.filter(site_id=site_id)


def _keys(actor: Actor, **facts: object) -> Any:
    return _seen(actor, Booking.objects.filter(**facts)).order_by().values("pk")


def _seen(actor: Actor, bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    sites = actor.sites(permissions.SEE)
    return bookings if sites is None else bookings.filter(site_id__in=sites)
