"""Bookings as lists show them: one line each, with names instead of keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import pgettext

from yilu.catalogue.modes import Mode
from yilu.catalogue.selectors.services import ServiceInfo, service_infos
from yilu.facility.selectors.sites import site_zone
from yilu.patients.rules.words import Need
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking, Prepayment
from yilu.scheduling.states import COMING, MOVES, BookingState, Channel, PrepayState
from yilu.workforce.selectors.practitioners import practitioner_names

LOOKS = {
    BookingState.REQUESTED: "soon",
    BookingState.CONFIRMED: "booked",
    BookingState.ARRIVED: "waiting",
    BookingState.IN_CONSULTATION: "active",
    BookingState.FINISHED: "done",
    BookingState.CANCELLED: "blocked",
    BookingState.NO_SHOW: "done",
}
SHOWN_NEEDS = {"allergy", "child", "wheelchair", "pregnant"}


@dataclass(frozen=True, slots=True)
class BookingLine:
    """One booking, its times on the wall clock of its site.

    `patient` is None when the actor may not see who it is. `late_minutes` counts since the
    start, or the later time they were told (`come_at`), while the patient has not come;
    `said_late_minutes` is what they told us. `pay_by` is until when it is kept for its payment,
    of one that stands only once it is paid.
    """

    id: UUID
    number: str
    site_id: UUID
    clinic_day: date
    starts_at: datetime
    ends_at: datetime
    minutes: int
    state: BookingState
    service_id: UUID
    service_name: Localized
    service_icon: str
    practitioner_id: UUID
    practitioner_name: PersonName
    patient_id: UUID
    patient: PatientBrief | None
    channel: Channel
    lane: int
    note: str
    reason_for_visit: str
    is_first_visit: bool
    companion: str
    special_needs: tuple[str, ...]
    is_confirmed: bool
    said_late_minutes: int | None
    late_minutes: int
    version: int
    may_change: bool
    is_archived: bool = False
    mode: Mode = Mode.IN_PERSON
    group_id: UUID | None = None
    pay_by: datetime | None = None
    come_at: datetime | None = None
    is_under_way: bool = False

    @property
    def waits_for_payment(self) -> bool:
        return self.pay_by is not None

    @property
    def expected_until(self) -> datetime:
        """Until when the patient may still come without being late: to the end of their time."""
        return max(self.ends_at, self.come_at) if self.come_at else self.ends_at

    @property
    def is_remote(self) -> bool:
        return self.mode.is_remote

    @property
    def look(self) -> str:
        """The state's colour, by the vocabulary of the design system."""
        return "late" if self.late_minutes > 0 else LOOKS[self.state]

    @property
    def flags(self) -> list[str]:
        """What to mind, by the vocabulary of the design system."""
        found = {
            "late": self.late_minutes > 0,
            "first_visit": self.is_first_visit,
            "missing_data": self.is_coming and bool(self.patient and self.patient.missing),
            "confirmed": self.is_coming and self.is_confirmed,
            "no_show": self.state == BookingState.NO_SHOW,
            "archived": self.is_archived,
            "to_pay": self.waits_for_payment,
            "telephone": self.mode == Mode.TELEPHONE,
            "video": self.mode == Mode.VIDEO,
        }
        return [name for name, holds in found.items() if holds] + sorted(
            SHOWN_NEEDS.intersection(self.needs)
        )

    @property
    def needs(self) -> tuple[str, ...]:
        """What they need at this visit: said when booking, or known of them."""
        theirs = self.patient.special_needs if self.patient else ()
        return tuple(dict.fromkeys((*self.special_needs, *theirs)))

    @property
    def needs_label(self) -> str:
        """What was said when booking, in words."""
        said = (Need(need).label for need in self.special_needs if need in Need.values)
        return pgettext("list", ", ").join(map(str, said))

    @property
    def state_label(self) -> str:
        return str(self.state.label)

    @property
    def channel_label(self) -> str:
        return str(self.channel.label)

    @property
    def is_coming(self) -> bool:
        return self.state in COMING

    @property
    def can_cancel(self) -> bool:
        return self.may_change and BookingState.CANCELLED in MOVES[self.state]

    @property
    def can_move(self) -> bool:
        return self.may_change and self.is_coming

    @property
    def can_confirm(self) -> bool:
        return self.may_change and self.is_coming and not self.is_confirmed

    @property
    def can_be_missed(self) -> bool:
        return self.may_change and self.state == BookingState.CONFIRMED and self.late_minutes > 0


def booking_lines(
    actor: Actor,
    bookings: Iterable[Booking],
    why: str,
    names: Mapping[UUID, PersonName] | None = None,
) -> list[BookingLine]:
    """The bookings in one line each, in the same order. Four queries, however many.

    One more where somebody's booking is only requested: it may wait for its payment; one less
    for who knows the `names` of the practitioners.
    """
    found = list(bookings)
    services = service_infos(one.service_id for one in found)
    if names is None:
        names = practitioner_names(one.practitioner_id for one in found)
    patients = patient_briefs(actor, {one.patient_id for one in found}, why)
    unpaid = _unpaid(found)
    now = clock.now()
    sites = {
        site_id: (site_zone(site_id), actor.may(permissions.CHANGE, site_id))
        for site_id in {one.site_id for one in found}
    }
    lines = [
        _line(
            one,
            *sites[one.site_id],
            now,
            services[one.service_id],
            names[one.practitioner_id],
            patients.get(one.patient_id),
        )
        for one in found
    ]
    return [
        replace(one, pay_by=unpaid[one.id].astimezone(site_zone(one.site_id)))
        if unpaid and one.id in unpaid
        else one
        for one in lines
    ]


def lines_of(actor: Actor, booking_ids: Iterable[UUID], why: str) -> dict[UUID, BookingLine]:
    """Bookings by id, for lists that may show them. Four queries, one more as above."""
    found = Booking.objects.filter(pk__in=list(booking_ids))
    return {line.id: line for line in booking_lines(actor, found, why)}


def _unpaid(found: list[Booking]) -> dict[UUID, datetime]:
    """Until when those are kept that stand only once they are paid. One query at most."""
    requested = [one.pk for one in found if one.state == BookingState.REQUESTED]
    if not requested:
        return {}
    asked = Prepayment.objects.filter(pk__in=requested, state=PrepayState.WAITING, is_must=True)
    return dict(asked.values_list("pk", "pay_by"))


def _line(  # noqa: PLR0917 (one row, with what four queries know of it)
    one: Booking,
    zone: ZoneInfo,
    may_change: bool,  # noqa: FBT001 (as a column of the row)
    now: datetime,
    service: ServiceInfo,
    practitioner: PersonName,
    patient: PatientBrief | None,
) -> BookingLine:
    state = BookingState(one.state)
    due = one.come_at or one.starts_at
    late = int((now - due).total_seconds() // 60) if state in COMING else 0
    return BookingLine(
        id=one.pk,
        number=one.number,
        site_id=one.site_id,
        clinic_day=one.clinic_day,
        starts_at=one.starts_at.astimezone(zone),
        ends_at=one.ends_at.astimezone(zone),
        minutes=int((one.ends_at - one.starts_at).total_seconds() // 60),
        state=state,
        service_id=one.service_id,
        service_name=service.name,
        service_icon=service.icon,
        practitioner_id=one.practitioner_id,
        practitioner_name=practitioner,
        patient_id=one.patient_id,
        patient=patient,
        channel=Channel(one.channel),
        lane=one.lane,
        note=one.note,
        reason_for_visit=one.reason_for_visit,
        is_first_visit=one.is_first_visit,
        companion=one.companion,
        special_needs=tuple(one.special_needs),
        is_confirmed=one.confirmed_at is not None,
        said_late_minutes=one.running_late_minutes,
        late_minutes=max(late, 0),
        version=one.version,
        may_change=may_change and one.archived_at is None,
        is_archived=one.archived_at is not None,
        mode=Mode(one.mode),
        group_id=one.group_id,
        come_at=one.come_at.astimezone(zone) if one.come_at else None,
        is_under_way=one.under_way_at is not None,
    )
