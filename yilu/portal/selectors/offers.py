"""What can be booked from outside: services with price and wait, doctors, free times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from yilu.catalogue.selectors.prices import PriceInfo, prices_at
from yilu.catalogue.selectors.services import (
    ServiceInfo,
    performed_by,
    performers_of,
    service_info,
    services,
)
from yilu.facility.selectors.places import DepartmentInfo, departments
from yilu.facility.selectors.sites import SiteInfo
from yilu.platform import clock
from yilu.platform.names import Localized
from yilu.portal.errors import NotOnline
from yilu.portal.rules import DayOffer, Part, day_parts, day_strip
from yilu.queueing.rules.lengths import Wait
from yilu.queueing.selectors.sheet import sheet
from yilu.queueing.states import QueueKind
from yilu.scheduling.allocation import Wishes
from yilu.scheduling.rules import WIDEST_WINDOW
from yilu.scheduling.selectors.free_time import Slot, free_slots
from yilu.scheduling.selectors.placing import Ask, days_from
from yilu.scheduling.selectors.suggestions import Suggested, suggest
from yilu.scheduling.states import Channel
from yilu.workforce.selectors.practitioners import (
    PractitionerInfo,
    practitioner_infos,
    practitioners_of,
)

STRIP_DAYS = 14


@dataclass(frozen=True, slots=True)
class ServiceOffer:
    """A service as somebody chooses it: what it costs, how long it takes, how long one waits."""

    service: ServiceInfo
    department: Localized
    fee: Decimal | None
    wait: Wait | None


@dataclass(frozen=True, slots=True)
class DoctorOffer:
    """Who could be seen, and when at the earliest; None means full for now."""

    practitioner: PractitionerInfo
    minutes: int
    soonest: datetime | None


@dataclass(frozen=True, slots=True)
class DoctorOffers:
    """Everybody who performs a service, and the soonest time of all."""

    doctors: tuple[DoctorOffer, ...]
    soonest: datetime | None


@dataclass(frozen=True, slots=True)
class TimeOffers:
    """The free times of one day, and the strip of days around it."""

    day: date
    strip: tuple[DayOffer, ...]
    parts: tuple[Part, ...]
    next_free: date | None


def service_offers(site: SiteInfo, q: str = "") -> list[ServiceOffer]:
    """What a site offers online and somebody there performs; `q` leaves those whose words hold it.

    Thirteen queries at most.
    """
    places = {one.key: one for one in departments(site.id)}
    performed = _performed(places.values())
    known = services(site.id, online_only=True)
    offered = [one for one in known if one.id in performed and _fits(one, q)]
    today = clock.now().astimezone(site.zone).date()
    fees = prices_at([one.fee_item_id for one in offered], today)
    waits = _waits(site.id)
    return [_service_offer(one, places.get(one.department_key), fees, waits) for one in offered]


def offered_service(site: SiteInfo, service_id: UUID) -> ServiceOffer:
    """One service that can be booked online at a site. Four queries.

    Raises: NotFound, NotOnline.
    """
    service = service_info(service_id)
    places = {one.key: one for one in departments(site.id)}
    if not (service.online and service.is_active and service.department_key in places):
        raise NotOnline
    today = clock.now().astimezone(site.zone).date()
    fees = prices_at([service.fee_item_id], today)
    return _service_offer(service, places[service.department_key], fees, {})


def doctor_offers(site: SiteInfo, service_id: UUID) -> DoctorOffers:
    """Who performs a service here, with the first free time of each. Five queries."""
    free = _slots(site, service_id, None)
    first: dict[UUID, datetime] = {}
    for slot in free:
        first.setdefault(slot.practitioner_id, slot.starts_at.astimezone(site.zone))
    lengths = {one.practitioner_id: one.minutes for one in performers_of([service_id])[service_id]}
    here = {one.id for one in departments(site.id)}
    people = practitioner_infos(lengths)
    doctors = [
        DoctorOffer(people[key], minutes, first.get(key))
        for key, minutes in lengths.items()
        if people[key].is_bookable and people[key].department_id in here
    ]
    doctors.sort(key=lambda one: (one.soonest is None, one.soonest or clock.now()))
    return DoctorOffers(tuple(doctors), min(first.values(), default=None))


def time_offers(
    site: SiteInfo,
    service_id: UUID,
    practitioner_id: UUID | None,
    day: date | None = None,
    *,
    is_admitted: bool = False,
) -> TimeOffers:
    """The free times of a day (the first free one unless said) and of the strip. Three queries;
    one more where a release plan shares out. `is_admitted`: for whoever's turn it is."""
    free = _slots(site, service_id, practitioner_id, is_admitted=is_admitted)
    return offers_of(free, site, day)


def offers_of(free: Sequence[Slot], site: SiteInfo, day: date | None = None) -> TimeOffers:
    """Free times as a day and the strip of days around it. No query."""
    today = clock.now().astimezone(site.zone).date()
    strip = day_strip(free, site.zone, today, STRIP_DAYS)
    open_days = [one.day for one in strip if one.is_open]
    chosen = day or next(iter(open_days), today)
    after = next((one for one in open_days if one > chosen), None)
    return TimeOffers(chosen, tuple(strip), tuple(day_parts(free, site.zone, chosen)), after)


def soonest_that_suits(
    site: SiteInfo,
    service_id: UUID,
    practitioner_id: UUID | None,
    wishes: Wishes,
    patient_ids: tuple[UUID, ...],
) -> Suggested:
    """The places that suit best, with why; as usual for those of an account who said no wishes.

    Six queries at most.
    """
    today = clock.now().astimezone(site.zone).date()
    first, last = days_from(today, STRIP_DAYS)
    ask = Ask(site.id, service_id, practitioner_id, first, last, wishes, channel=Channel.WEB)
    return suggest(ask, patient_ids=patient_ids)


def _slots(
    site: SiteInfo, service_id: UUID, practitioner_id: UUID | None, *, is_admitted: bool = False
) -> list[Slot]:
    now = clock.now()
    return free_slots(
        site_id=site.id,
        service_id=service_id,
        practitioner_id=practitioner_id,
        starts_from=now,
        starts_until=now + min(timedelta(days=STRIP_DAYS), WIDEST_WINDOW),
        channel=Channel.WEB,
        is_admitted=is_admitted,
    )


def _performed(here: Iterable[DepartmentInfo]) -> set[UUID]:
    """What those who can be booked in some departments perform. Two queries."""
    people = [
        one.id
        for one in practitioners_of(place.id for place in here)
        if one.is_bookable and one.is_active
    ]
    return set().union(*performed_by(people).values())


def _fits(service: ServiceInfo, q: str) -> bool:
    words = [*service.name.values(), *service.summary.values(), service.specialty]
    wanted = q.strip().casefold()
    return not wanted or any(wanted in word.casefold() for word in words)


def _waits(site_id: UUID) -> dict[UUID | None, Wait]:
    """How long a newcomer would wait now, by department: the shortest of its queues in which
    patients are seen. Where nobody sees any, nothing is said of waiting.
    """
    seen = sheet(site_id)
    found: dict[UUID | None, Wait] = {}
    for queue in seen.queues.values():
        if queue.kind != QueueKind.CONSULTATION or not seen.is_seeing(queue.pk):
            continue
        wait = seen.wait_behind(queue.pk)
        best = found.get(queue.department_id)
        if best is None or wait.high < best.high:
            found[queue.department_id] = wait
    return found


def _service_offer(
    service: ServiceInfo,
    place: DepartmentInfo | None,
    fees: dict[UUID, PriceInfo],
    waits: dict[UUID | None, Wait],
) -> ServiceOffer:
    fee = fees.get(service.fee_item_id) if service.fee_item_id else None
    return ServiceOffer(
        service=service,
        department=place.name if place else Localized(),
        fee=fee.amount if fee else None,
        wait=waits.get(place.id) if place else None,
    )
