"""What a patient is told about a booking, and the calendar file that goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from icalendar import Alarm, Calendar, Event

from yilu.catalogue.modes import Mode
from yilu.catalogue.selectors.services import ServiceInfo, service_info
from yilu.facility.selectors.places import place_names
from yilu.facility.selectors.sites import site_info
from yilu.patients.selectors.patients import contact_of
from yilu.platform import clock, masking
from yilu.platform.errors import NotFound
from yilu.platform.names import CHINESE, ENGLISH, Localized, PersonName
from yilu.platform.phones import shown_phone
from yilu.scheduling.models import Booking
from yilu.scheduling.states import COMING, BookingState
from yilu.workforce.selectors.practitioners import PractitionerInfo, practitioner_info

EARLY_MINUTES = 15
_NO_PHONE = gettext_lazy("We have no number of yours to call: please give us one.")
_FIRST_VISIT = gettext_lazy(
    "Your first visit: please bring your identity paper and insurance card. %(way)s"
    " Map and guide: %(guide)s"
)
_CANCELLED = (BookingState.CANCELLED, BookingState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Telling:
    """A booking with the words that a message about it needs.

    `called_phone` is the number that will be called, masked; `meeting_link` where the video is.
    """

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
    site_key: str
    address: Localized
    directions: Localized
    phone: str
    zone: str
    fee: Decimal | None
    is_first_visit: bool
    mode: Mode
    meeting_link: str
    called_phone: str
    come_at: datetime | None = None

    @property
    def is_coming(self) -> bool:
        return self.state in COMING

    @property
    def how(self) -> Localized:
        """What happens at the time of a telephone or video visit; nothing for others."""
        return how_it_takes_place(self.mode, self.called_phone, self.meeting_link)


def telling(booking_id: UUID) -> Telling:
    """What can be told about a booking. Five queries, six by telephone. Raises: NotFound."""
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
        site_key=site.key,
        address=site.address,
        directions=site.directions,
        phone=site.phone,
        zone=site.zone.key,
        fee=booking.price,
        is_first_visit=booking.is_first_visit,
        mode=Mode(booking.mode),
        meeting_link=meeting_link(Mode(booking.mode), service, doctor),
        called_phone=called_phone(booking) if booking.mode == Mode.TELEPHONE else "",
        come_at=booking.come_at.astimezone(site.zone) if booking.come_at else None,
    )


def meeting_link(mode: Mode, service: ServiceInfo, doctor: PractitionerInfo) -> str:
    """Where a video visit takes place: at the doctor's own address, else the service's."""
    return (doctor.meeting_link or service.meeting_link) if mode == Mode.VIDEO else ""


def called_phone(booking: Booking) -> str:
    """The number that is called, masked. One query."""
    contact = contact_of(booking.patient_id)
    return masking.phone(shown_phone(contact.phone)) if contact and contact.phone else ""


def how_it_takes_place(mode: Mode, phone: str, link: str) -> Localized:
    """In both languages what happens at the time of a telephone or video visit."""
    if mode == Mode.TELEPHONE:
        return _both(
            gettext_lazy("We call you on %(where)s. Please keep the line free.")
            if phone
            else _NO_PHONE,
            phone,
        )
    return _both(gettext_lazy("Open this at the time: %(where)s"), link) if link else Localized()


def for_newcomers(told: Telling, guide: str) -> Localized:
    """In both languages what somebody brings to a first visit, and how they find us; nothing for
    others. No query."""
    if not told.is_first_visit or told.mode.is_remote:
        return Localized()
    said = {}
    for language, locale in ((CHINESE, "zh-hans"), (ENGLISH, "en")):
        with translation.override(locale):
            words = str(_FIRST_VISIT) % {"way": told.directions, "guide": guide}
            said[language] = " ".join(words.split())
    return Localized(said)


def _both(words: Promise, where: str) -> Localized:
    said = {}
    for language, locale in ((CHINESE, "zh-hans"), (ENGLISH, "en")):
        with translation.override(locale):
            said[language] = str(words) % {"where": where}
    return Localized(said)


def calendar_file(booking_id: UUID, language: str = "") -> str:
    """A booking as an iCalendar file with its time zone, in a language. Five queries.

    The same booking keeps its identity and counts its changes, so that a calendar follows it;
    a cancelled one takes itself away. Raises: NotFound.
    """
    return written_calendar(telling(booking_id), language)


def written_calendar(told: Telling, language: str = "") -> str:
    """The iCalendar file of a booking. No query."""
    return written_calendars([told], language)


def written_calendars(told: Sequence[Telling], language: str = "") -> str:
    """One iCalendar file of several bookings, of which one at least stands. No query."""
    with translation.override(_locale(language)):
        return _calendar(told)


def _locale(language: str) -> str | None:
    if not language:
        return translation.get_language()
    return "en" if language == ENGLISH else "zh-hans"


def _calendar(told: Sequence[Telling]) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Yilu//Bookings//")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if all(_is_gone(one) for one in told) else "PUBLISH")
    for one in told:
        calendar.add_component(_event(one))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical()).decode()


def _is_gone(told: Telling) -> bool:
    return told.state in _CANCELLED


def _event(told: Telling) -> Event:
    event = Event()
    event.add("uid", f"{told.id}@yilu")
    event.add("sequence", told.version)
    event.add("dtstamp", clock.now())
    # An hour that a wall clock shows twice is its first one to a calendar: the second is in UTC.
    is_second = bool(told.starts_at.fold or told.ends_at.fold)
    for name, at in (("dtstart", told.starts_at), ("dtend", told.ends_at)):
        event.add(name, at.astimezone(UTC) if is_second else at)
    event.add("summary", f"{told.service} · {told.clinic}")
    if told.mode.is_remote:
        event.add("location", told.meeting_link or told.mode.label)
        if told.meeting_link:
            event.add("url", told.meeting_link)
    else:
        event.add("location", str(told.address))
    event.add("description", _description(told))
    event.add("status", "CANCELLED" if _is_gone(told) else "CONFIRMED")
    if not _is_gone(told):
        event.add_component(_alarm(told))
    return event


def _alarm(told: Telling) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(hours=-2))
    alarm.add("description", str(told.service))
    return alarm


def _what_to_do(told: Telling) -> list[str]:
    if told.mode.is_remote:
        return [str(told.how), str(told.preparation)]
    return [
        _("Please come %(minutes)s minutes early.") % {"minutes": EARLY_MINUTES},
        str(told.preparation),
        str(told.directions) if told.is_first_visit else "",
    ]


def _description(told: Telling) -> str:
    lines = [
        _("Booking number %(number)s") % {"number": told.number},
        f"{told.department} {told.doctor}".strip(),
        *_what_to_do(told),
        told.phone,
    ]
    return "\n".join(line for line in lines if line)
