"""How one booking or visit stands now: everything a patient's phone shows about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.billing.selectors.bills import BillBrief, bills_of_visits
from yilu.billing.states import BillState
from yilu.catalogue.selectors.services import ServiceInfo, service_infos
from yilu.clinical.selectors.private import private_visits
from yilu.facility.selectors.places import PlaceName, place_names
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.pathways.selectors.cases import StepLine, case_steps
from yilu.pathways.selectors.topics import case_topic
from yilu.platform import clock
from yilu.platform.names import Localized, PersonName
from yilu.portal.selectors.doors import Door
from yilu.queueing.selectors.tickets import Place, live_ticket, ticket_place
from yilu.queueing.selectors.topics import queue_topic, ticket_topic
from yilu.queueing.states import QueueKind, TicketState
from yilu.reception.rules import READY_BEFORE, may_come
from yilu.scheduling.selectors.bookings import BookingDetail, booking_detail
from yilu.scheduling.selectors.offers import waits_for_sooner
from yilu.scheduling.selectors.prepaying import Prepaid, prepaid
from yilu.scheduling.selectors.telling import how_it_takes_place, meeting_link
from yilu.scheduling.selectors.topics import booking_topic
from yilu.scheduling.states import BookingState, PrepayState
from yilu.scheduling.terms import Back, ToPay
from yilu.visits.selectors.visits import VisitInfo, visit_info, visit_topic
from yilu.workforce.selectors.practitioners import PractitionerInfo, practitioner_infos

ARRIVE_BEFORE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do next, in one sentence and a second line."""

    icon: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands. `place` while waiting; `due` is the bill to pay; times are local.

    `waits_for_sooner`: the patient asked to be told when an earlier time becomes free.
    `is_private`: it is the patient's own affair, and who reads is family.
    """

    site: SiteInfo
    booking: BookingDetail | None
    visit: VisitInfo | None
    service: ServiceInfo | None
    doctor: PractitionerInfo | None
    department: PlaceName | None
    place: Place | None
    road: tuple[StepLine, ...]
    due: BillBrief | None
    paid: tuple[BillBrief, ...]
    turn: tuple[datetime, datetime] | None
    waits_for_sooner: bool
    topics: tuple[str, ...]
    prepaid: Prepaid | None = None
    is_private: bool = False

    @property
    def to_pay(self) -> ToPay | None:
        """What is still to be paid for the booking in advance."""
        return self.prepaid.to_pay if self.prepaid else None

    @property
    def gets_back(self) -> Back | None:
        """What the patient gets back by cancelling now, if anything was paid."""
        return self.prepaid.mine if self.prepaid and self.prepaid.paid else None

    @property
    def is_lapsed(self) -> bool:
        """Whether the booking was let go because it was not paid in time."""
        return bool(self.prepaid and self.prepaid.state == PrepayState.LAPSED)

    @property
    def _is_its_time(self) -> bool:
        """Whether one may come for the booking: on its day, and on past midnight."""
        if self.booking is None:
            return False
        return may_come(self.booking.line.starts_at, clock.now(), self.site.zone)

    @property
    def doctor_name(self) -> PersonName:
        return self.doctor.name if self.doctor else PersonName("")

    @property
    def area(self) -> Localized | None:
        """Where one waits: near the doctor's room, or at the desk or window that comes next."""
        if self.is_for_doctor and self.department is not None:
            return self.department.name
        return self.place.queue if self.place else None

    @property
    def is_for_doctor(self) -> bool:
        """Whether what comes next is the doctor, and not a desk or a window."""
        return self.place is None or self.place.kind == QueueKind.CONSULTATION

    @property
    def is_coming(self) -> bool:
        return self.booking is not None and self.booking.line.is_coming

    @property
    def come_at(self) -> datetime | None:
        """The later time at which the patient is to come, because the doctor runs late."""
        return self.booking.line.come_at if self.booking and self.is_coming else None

    @property
    def is_here(self) -> bool:
        return self.visit is not None and self.visit.is_here

    @property
    def is_over(self) -> bool:
        return not self.is_coming and not self.is_here

    @property
    def is_called(self) -> bool:
        return self.place is not None and self.place.state == TicketState.CALLED

    @property
    def change_until(self) -> datetime | None:
        """Until when the patient may change it alone."""
        if self.booking is None or self.service is None or not self.is_coming:
            return None
        window = timedelta(minutes=self.service.change_until_minutes)
        return self.booking.line.starts_at - window

    @property
    def may_change(self) -> bool:
        until = self.change_until
        return until is not None and clock.now() <= until

    @property
    def may_confirm(self) -> bool:
        return self.is_coming and self.booking is not None and not self.booking.line.is_confirmed

    @property
    def may_wait_for_sooner(self) -> bool:
        """Whether the patient alone may ask for an earlier time: as they may book it alone."""
        return self.is_coming and self.service is not None and self.service.online

    @property
    def may_arrive(self) -> bool:
        """Whether it is the day, and not long before the time."""
        if not (self.is_coming and self._is_its_time) or self.booking is None or self.is_remote:
            return False
        return clock.now() >= self.booking.line.starts_at - ARRIVE_BEFORE

    @property
    def is_remote(self) -> bool:
        """Whether it takes place by telephone or video: nobody comes to the clinic."""
        return self.booking is not None and self.booking.line.is_remote

    @property
    def meeting_link(self) -> str:
        """Where the video is; empty for others."""
        if self.booking is None or self.service is None or self.doctor is None:
            return ""
        return meeting_link(self.booking.line.mode, self.service, self.doctor)

    @property
    def how(self) -> str:
        """What happens at the time of a telephone or video visit."""
        if self.booking is None or not self.is_remote:
            return ""
        patient = self.booking.line.patient
        phone = patient.phone_masked if patient else ""
        return str(how_it_takes_place(self.booking.line.mode, phone, self.meeting_link))

    @property
    def may_say_ready(self) -> bool:
        """Whether it is nearly time for a telephone or video visit."""
        if not (self.is_remote and self.is_coming and self._is_its_time) or self.booking is None:
            return False
        return clock.now() >= self.booking.line.starts_at - READY_BEFORE

    @property
    def has_left(self) -> bool:
        """Whether the patient was seen and went: then there is a sheet to read."""
        if self.visit is None or self.visit.is_here or self.is_private:
            return False
        return bool(self.visit.in_care_at)

    @property
    def advice(self) -> Advice:
        """What to do next."""
        if self.to_pay is not None and self.to_pay.is_must:
            text = _("It is yours once it is paid; unpaid it is let go.")
            return Advice("brand-wechat", _("Please pay to keep this time"), text)
        if self.due is not None and (self.place is None or self.place.state == TicketState.IN_ROOM):
            return Advice("receipt", _("Please pay"), _("Here, or at the cashier."))
        if self.is_remote and self.is_here and not self._is_at_window:
            return self._at_the_other_end
        if self.place is not None:
            return _while_waiting(self.place, self.area)
        if self.is_here:
            return Advice("walk", _("Almost done"), _("The next step is being prepared."))
        return self._before if self.is_coming else self._after

    @property
    def _is_at_window(self) -> bool:
        return self.place is not None and not self.is_for_doctor

    @property
    def _at_the_other_end(self) -> Advice:
        if self.place is not None:
            return Advice("phone-call", _("The doctor is with you now"), self.how)
        if self.visit is not None and self.visit.in_care_at:
            return Advice("circle-check", _("The conversation is over"), _("Get well soon."))
        return Advice("phone", _("The doctor knows that you are ready"), self.how)

    @property
    def _before(self) -> Advice:
        if self.is_remote:
            icon = self.booking.line.mode.icon if self.booking else ""
            title = _("Are you ready?") if self.may_say_ready else _("No need to come")
            return Advice(icon, title, self.how)
        if self.may_arrive:
            text = _("Type the four digits shown on the screen at the entrance.")
            return Advice("map-pin", _("Are you here?"), text)
        if self.booking and self.booking.line.state == BookingState.REQUESTED:
            text = _("We tell you as soon as it is confirmed.")
            return Advice("hourglass", _("The clinic confirms this booking"), text)
        text = _("Please come 15 minutes early, with your identity paper.")
        return Advice("calendar-event", _("We expect you"), text)

    @property
    def _after(self) -> Advice:
        if self.visit is not None and self.visit.is_withdrawn:
            title = _("The desk has taken this number back")
            return Advice("calendar-off", title, _("Please ask at the front desk."))
        state = self.booking.line.state if self.booking else ""
        if state == BookingState.CANCELLED and self.is_lapsed:
            text = _("You can choose a time anew.")
            return Advice("clock-exclamation", _("It was not paid in time, and is let go"), text)
        if state == BookingState.CANCELLED:
            return Advice("calendar-off", _("This booking is cancelled"))
        if state == BookingState.NO_SHOW:
            return Advice("calendar-x", _("We missed you"), _("You can book another time."))
        return Advice("circle-check", _("Your visit is over"), _("Get well soon."))


def standing(door: Door) -> Standing:
    """Everything about one booking or visit, for whoever stands at its door.

    Twenty-three queries at most, of whatever length the visit is; three more for a family.
    """
    about = door.about
    site = site_info(about.site_id)
    booking = booking_detail(door.actor, about.booking_id) if about.booking_id else None
    visit = visit_info(about.visit_id) if about.visit_id else None
    service_id = booking.line.service_id if booking else (visit.service_id if visit else None)
    doctor_id = visit.practitioner_id if visit else None
    doctor_id = doctor_id or (booking.line.practitioner_id if booking else None)
    doctor = practitioner_infos([doctor_id]).get(doctor_id) if doctor_id else None
    ticket = live_ticket(visit.id) if visit and visit.is_here else None
    place = ticket_place(ticket.id) if ticket else None
    bills = bills_of_visits([visit.id]).get(visit.id, []) if visit else []
    department_id = doctor.department_id if doctor else None
    return Standing(
        site=site,
        booking=booking,
        visit=visit,
        service=service_infos([service_id]).get(service_id) if service_id else None,
        doctor=doctor,
        department=place_names([department_id]).get(department_id) if department_id else None,
        place=place,
        road=tuple(case_steps(visit.id)) if visit else (),
        due=next((one for one in bills if one.state == BillState.OPEN), None),
        paid=tuple(one for one in bills if one.is_paid),
        turn=_turn(place, site),
        waits_for_sooner=bool(
            booking and booking.line.is_coming and waits_for_sooner(booking.line.id)
        ),
        topics=_topics(about.booking_id, visit.id if visit else None, place),
        prepaid=prepaid(about.booking_id) if about.booking_id else None,
        is_private=about.visit_id in private_visits(door.actor),
    )


def _turn(place: Place | None, site: SiteInfo) -> tuple[datetime, datetime] | None:
    if place is None or place.state != TicketState.WAITING:
        return None
    now = clock.now().astimezone(site.zone)
    return (
        now + timedelta(minutes=place.low_minutes),
        now + timedelta(minutes=place.high_minutes),
    )


def _topics(booking_id: UUID | None, visit_id: UUID | None, place: Place | None) -> tuple[str, ...]:
    named = [booking_topic(booking_id)] if booking_id else []
    if visit_id:
        named += [visit_topic(visit_id), case_topic(visit_id)]
    if place:
        named += [ticket_topic(place.ticket_id), queue_topic(place.queue_id)]
    return tuple(named)


def _while_waiting(place: Place, area: Localized | None) -> Advice:
    words = {"area": str(area or place.queue)}
    match place.state:
        case TicketState.CALLED:
            return Advice("bell-ringing", place.says, str(place.directions))
        case TicketState.IN_ROOM:
            return Advice("stethoscope", place.says)
        case TicketState.SKIPPED:
            return Advice("alert-circle", place.says)
    if place.ahead == 0:
        return Advice("armchair", _("Please stay near %(area)s") % words, _("You are next."))
    text = _("We tell you here when it is nearly your turn.")
    return Advice("armchair", _("Please wait for %(area)s") % words, text)
