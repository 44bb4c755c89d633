"""How it stands for whoever is at the kiosk: what they came for, and what they can do now."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from yilu.billing.selectors.bills import BillBrief, bills_of_visits
from yilu.billing.states import BillState
from yilu.facility.selectors.places import place_names
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock, masking
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.queueing.selectors.tickets import Place, live_ticket, ticket_place
from yilu.scheduling.selectors.bookings import booking_detail, bookings_of
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.states import BookingState
from yilu.visits.selectors.visits import VisitInfo, visit_of_booking, visits_of
from yilu.workforce.selectors.practitioners import practitioner_infos

WHY = "kiosk"
MOST = 60


class Case(StrEnum):
    """What there is to say to somebody."""

    COMING = "coming"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    OTHER_DAY = "other_day"
    REMOTE = "remote"
    CANCELLED = "cancelled"
    MISSED = "missed"
    OVER = "over"
    NONE = "none"


ENDED = {BookingState.CANCELLED: Case.CANCELLED, BookingState.NO_SHOW: Case.MISSED}


@dataclass(frozen=True, slots=True)
class Standing:
    """One visitor: a masked name, the booking or visit in question, and the bill to pay."""

    patient: PatientBrief
    case: Case
    site: SiteInfo
    booking: BookingLine | None
    visit: VisitInfo | None
    place: Place | None
    department: str
    due: BillBrief | None
    paid: tuple[BillBrief, ...]

    @property
    def masked(self) -> str:
        """The name as a waiting room may read it."""
        return masking.name(str(self.patient.name))


def owner(actor: Actor, patient_id: UUID, *, booking_id: UUID | None, is_proved: bool) -> Actor:
    """The kiosk acting for its visitor, who owns their one booking, or all that is theirs."""
    visit = visit_of_booking(booking_id) if booking_id else None
    mine = {booking_id, visit.id if visit else None, patient_id if is_proved else None}
    return replace(actor, owns=frozenset(one for one in mine if one is not None))


def standing(
    actor: Actor,
    site: SiteInfo,
    patient_id: UUID,
    *,
    booking_id: UUID | None,
    is_proved: bool,
) -> Standing:
    """How it stands for a visitor of a site now. Twenty-four queries at most.

    Raises: NotFound.
    """
    mine = owner(actor, patient_id, booking_id=booking_id, is_proved=is_proved)
    patient = patient_briefs(mine, [patient_id], WHY).get(patient_id)
    if patient is None:
        raise NotFound
    visit = _visit(mine, site, patient_id, booking_id, is_proved=is_proved)
    booking = _booking(mine, site, patient_id, booking_id, is_proved=is_proved)
    ticket = live_ticket(visit.id) if visit else None
    bills = bills_of_visits([visit.id]).get(visit.id, []) if visit and is_proved else []
    return Standing(
        patient=patient,
        case=_case(site, booking, visit),
        site=site_info(booking.site_id) if booking and booking.site_id != site.id else site,
        booking=booking,
        visit=visit,
        place=ticket_place(ticket.id) if ticket else None,
        department=_department(booking),
        due=next((one for one in bills if one.state == BillState.OPEN), None),
        paid=tuple(one for one in bills if one.is_paid),
    )


def recent_visits(actor: Actor, site: SiteInfo, patient_id: UUID) -> list[VisitInfo]:
    """The visits whose papers can be printed: the last five that were seen. One query."""
    return [one for one in visits_of(actor, patient_id, limit=10) if one.in_care_at][:5]


def _visit(
    mine: Actor, site: SiteInfo, patient_id: UUID, booking_id: UUID | None, *, is_proved: bool
) -> VisitInfo | None:
    """Today's visit here that is going on, else the last of today."""
    today = clock.now().astimezone(site.zone).date()
    if not is_proved:
        found = visit_of_booking(booking_id) if booking_id else None
        return found if found and (found.site_id, found.clinic_day) == (site.id, today) else None
    here = [
        one
        for one in visits_of(mine, patient_id, limit=10)
        if one.site_id == site.id and one.clinic_day == today
    ]
    return next((one for one in here if one.is_here), here[0] if here else None)


def _booking(
    mine: Actor, site: SiteInfo, patient_id: UUID, booking_id: UUID | None, *, is_proved: bool
) -> BookingLine | None:
    """The booking that was named; without one, what comes first: today here, today, then later."""
    if booking_id is not None:
        return booking_detail(mine, booking_id).line
    if not is_proved:
        return None
    today = clock.now().astimezone(site.zone).date()
    lines = [
        one
        for one in bookings_of(mine, patient_id, limit=MOST)
        if one.clinic_day >= today and one.state != BookingState.CANCELLED
    ]
    order = sorted(
        lines,
        key=lambda one: (
            one.clinic_day != today,
            not one.is_coming,
            one.site_id != site.id,
            one.starts_at,
        ),
    )
    return order[0] if order else None


def _case(site: SiteInfo, booking: BookingLine | None, visit: VisitInfo | None) -> Case:
    today = clock.now().astimezone(site.zone).date()
    expected = booking is not None and booking.is_coming and booking.clinic_day == today
    if visit is not None and visit.is_here and not (expected and _is_other(booking, visit)):
        return Case.HERE
    if booking is None:
        return Case.OVER if visit is not None else Case.NONE
    if not booking.is_coming:
        return ENDED.get(booking.state, Case.OVER)
    if not expected:
        return Case.OTHER_DAY
    here = Case.COMING if booking.site_id == site.id else Case.ELSEWHERE
    return Case.REMOTE if booking.is_remote else here


def _is_other(booking: BookingLine | None, visit: VisitInfo) -> bool:
    return booking is not None and booking.id != visit.booking_id


def _department(booking: BookingLine | None) -> str:
    if booking is None:
        return ""
    doctor = practitioner_infos([booking.practitioner_id]).get(booking.practitioner_id)
    if doctor is None or doctor.department_id is None:
        return ""
    found = place_names([doctor.department_id]).get(doctor.department_id)
    return str(found.name) if found else ""
