"""Who is expected, with the line to greet them by; and the code that says one is at the clinic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.outbreak.selectors.screenings import Asking, asking_at
from yilu.outbreak.states import VIA, AskedVia
from yilu.platform import clock, crypto
from yilu.platform.actors import Actor
from yilu.reception import permissions
from yilu.reception.rules import CODE_LASTS, as_code, code_window
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.scheduling.selectors.bookings import expected_soon
from yilu.scheduling.selectors.lines import BookingLine


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who is expected: their booking, what to say, and what to ask for."""

    booking: BookingLine
    greeting: str
    missing: tuple[str, ...]
    is_late: bool
    may_check_in: bool
    at_door_since: datetime | None = None


def arrivals_topic(site_id: UUID) -> str:
    """The live topic of who comes through the door of a site. No query."""
    return f"arrivals:{site_id}"


def expected(
    *,
    actor: Actor,
    site_id: UUID,
    minutes: int = 40,
    at_door: Mapping[UUID, datetime] = MappingProxyType({}),
) -> list[Expected]:
    """Who is expected within some minutes, or is late, the latest first. Four queries.

    Before them those who stand `at_door`, by booking; whoever stands there longest first.
    """
    actor.require_to_see(permissions.SEE, site_id)
    able = actor.lent(scheduling.SEE)
    lines = expected_soon(able, site_id, minutes)
    may = actor.may(permissions.CHECK_IN, site_id)
    found = [_expected(line, at_door.get(line.id), may_check_in=may) for line in lines]
    never = clock.now() + timedelta(days=1)
    return sorted(found, key=lambda one: one.at_door_since or never)


def entry_questions(actor: Actor, booking_id: UUID) -> Asking | None:
    """What whoever comes with a booking is to answer at the door; None for nothing.

    Two queries while no outbreak is on, else four at most. Raises: NotFound.
    """
    booking = coming_patient(booking_id)
    if not actor.is_owner(booking.patient_id, booking_id):
        actor.require_to_see(scheduling.SEE, booking.site_id)
    return asking_at(booking.site_id, booking.patient_id, via=VIA.get(actor.kind, AskedVia.DESK))


def greeting(line: BookingLine) -> str:
    """What to say to somebody who comes to the desk with a booking. No query."""
    name = line.patient.name if line.patient else ""
    words = {"name": name, "time": f"{line.starts_at:%H:%M}", "doctor": line.practitioner_name}
    if line.patient and line.patient.sex == "female":
        return _("Ms %(name)s, your %(time)s visit with %(doctor)s is ready.") % words
    if line.patient and line.patient.sex == "male":
        return _("Mr %(name)s, your %(time)s visit with %(doctor)s is ready.") % words
    return _("%(name)s, your %(time)s visit with %(doctor)s is ready.") % words


def shown_code(site_id: UUID) -> str:
    """The code that a site shows now, to be typed by who arrives by phone. No query."""
    return _code(site_id, 0)


def is_arrival_code(site_id: UUID, typed: str) -> bool:
    """Whether the site shows this code now, or showed it just before. No query."""
    return typed.strip() in {_code(site_id, 0), _code(site_id, 1)}


def _code(site_id: UUID, windows_ago: int) -> str:
    at = clock.machine_now() - windows_ago * timedelta(seconds=CODE_LASTS)
    return as_code(crypto.blind(f"{site_id}:{code_window(at)}", "reception.arrival_code"))


def _expected(line: BookingLine, at_door_since: datetime | None, *, may_check_in: bool) -> Expected:
    return Expected(
        booking=line,
        greeting=greeting(line),
        missing=line.patient.missing if line.patient else (),
        is_late=line.late_minutes > 0,
        may_check_in=may_check_in and line.is_coming,
        at_door_since=at_door_since,
    )
