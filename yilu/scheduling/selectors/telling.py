"""What a patient is told about a booking, and the calendar file that goes with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from yilu.catalogue.selectors.services import service_info
from yilu.facility.selectors.places import place_names
from yilu.facility.selectors.sites import site_info
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.names import ENGLISH, Localized, PersonName
from yilu.scheduling.models import Booking
from yilu.scheduling.states import COMING, BookingState
from yilu.workforce.selectors.practitioners import practitioner_info

EARLY_MINUTES = 15
_CANCELLED = (BookingState.CANCELLED, BookingState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Telling:
    """A booking with the words that a message about it needs."""

    id: UUID
    version: int
    number: str
    state: str
    channel: str
    site_id: UUID
    patient_id: UUID
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    service: Localized
    preparation: Localized
    doctor: PersonName
    department: Localized
    clinic: Localized
    address: Localized
    directions: Localized
    phone: str
    zone: str
    fee: Decimal | None
    is_first_visit: bool

    @property
    def is_coming(self) -> bool:
        return self.state in COMING


def telling(booking_id: UUID) -> Telling:
    """What can be told about a booking. Five queries. Raises: NotFound."""
    booking = Booking.objects.filter(pk=booking_id).first()
    if booking is None:
        raise NotFound
    service = service_info(booking.service_id)
    doctor = practitioner_info(booking.practitioner_id)
    site = site_info(booking.site_id)
    department = place_names([doctor.department_id]).get(doctor.department_id)
    return Telling(
        id=booking.pk,
        version=booking.version,
        number=booking.number,
        state=booking.state,
        channel=booking.channel,
        site_id=booking.site_id,
        patient_id=booking.patient_id,
        created_at=booking.created_at,
        starts_at=booking.starts_at.astimezone(site.zone),
        ends_at=booking.ends_at.astimezone(site.zone),
        service=service.name,
        preparation=service.preparation,
        doctor=doctor.name,
        department=department.name if department else Localized(),
        clinic=site.name,
        address=site.address,
        directions=site.directions,
        phone=site.phone,
        zone=site.zone.key,
        fee=booking.price,
        is_first_visit=booking.is_first_visit,
    )


def calendar_file(booking_id: UUID, language: str = "") -> str:
    """A booking as an iCalendar file with its time zone, in a language. Five queries.

    The same booking keeps its identity and counts its changes, so that a calendar follows it;
    a cancelled one takes itself away. Raises: NotFound.
    """
    return written_calendar(telling(booking_id), language)


def written_calendar(told: Telling, language: str = "") -> str:
    """The iCalendar file of a booking. No query."""
    with translation.override(_locale(language)):
        return _calendar(told)


def _locale(language: str) -> str | None:
    if not language:
        return translation.get_language()
    return "en" if language == ENGLISH else "zh-hans"


def _calendar(told: Telling) -> str:
    gone = told.state in _CANCELLED
    calendar = Calendar()
    calendar.add("prodid", "-//Yilu//Bookings//")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", f"{told.id}@yilu")
    event.add("sequence", told.version)
    event.add("dtstamp", clock.now())
    event.add("dtstart", told.starts_at)
    event.add("dtend", told.ends_at)
    event.add("summary", f"{told.service} · {told.clinic}")
    event.add("location", str(told.address))
    event.add("description", _description(told))
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    if not gone:
        event.add_component(_alarm(told))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical()).decode()


def _alarm(told: Telling) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(hours=-2))
    alarm.add("description", str(told.service))
    return alarm


def _description(told: Telling) -> str:
    lines = [
        _("Booking number %(number)s") % {"number": told.number},
        f"{told.department} {told.doctor}".strip(),
        _("Please come %(minutes)s minutes early.") % {"minutes": EARLY_MINUTES},
        str(told.preparation),
        str(told.directions) if told.is_first_visit else "",
        told.phone,
    ]
    return "\n".join(line for line in lines if line)
