"""Who is to be called before their booking, and how likely a booking is to be missed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.catalogue.selectors.services import service_infos
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.prediction import permissions
from yilu.prediction.models import Confirmation, Risk
from yilu.prediction.selectors.features import known_bookings
from yilu.prediction.states import ANSWERS, AskState, Tier
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names

MOST = 200
ENDED_WITHIN = timedelta(days=3)
LOOKS = {Tier.HIGH: "late", Tier.MIDDLE: "soon", Tier.LOW: "booked"}


@dataclass(frozen=True, slots=True)
class CallLine:
    """Somebody to be called about a booking, or who was. Times are local."""

    id: UUID
    booking_id: UUID
    site_id: UUID
    patient: PatientBrief | None
    service: Localized
    doctor: PersonName
    starts_at: datetime
    state: str
    tries: int
    note: str
    by: PersonName | None
    ended_at: datetime | None
    version: int

    @property
    def state_label(self) -> str:
        return str(AskState(self.state).label)

    @property
    def cannot(self) -> bool:
        """Whether somebody should now free the time or find another."""
        return self.state == AskState.CANNOT

    @property
    def look(self) -> str:
        return "soon" if self.cannot else "done"


@dataclass(frozen=True, slots=True)
class CallList:
    """Who is to be called, by the time of the booking, and what was answered lately."""

    due: tuple[CallLine, ...]
    ended: tuple[CallLine, ...]


@dataclass(frozen=True, slots=True)
class Badge:
    """How likely a booking is to be missed, for staff who may act on it."""

    tier: Tier
    percent: int

    @property
    def look(self) -> str:
        return LOOKS[self.tier]


def call_list(actor: Actor, site_id: UUID) -> CallList:
    """Who is to be called at a site. Seven queries, however many. Raises: NotFound."""
    actor.require_to_see(permissions.CALL, site_id)
    now = clock.now()
    here = Confirmation.objects.filter(site_id=site_id)
    due = here.filter(state=AskState.CALL, starts_at__gt=now).order_by("starts_at", "id")[:MOST]
    ended = here.filter(
        state__in=(*ANSWERS, AskState.NOT_REACHED), ended_at__gte=now - ENDED_WITHIN
    ).order_by("-ended_at")
    found = [*due, *ended[:MOST]]
    lines = _lines(actor, found)
    split = sum(row.state == AskState.CALL for row in found)
    return CallList(tuple(lines[:split]), tuple(lines[split:]))


def call_line(actor: Actor, confirmation_id: UUID) -> CallLine:
    """One of them. Six queries. Raises: NotFound."""
    row = Confirmation.objects.filter(pk=confirmation_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.CALL, row.site_id)
    (line,) = _lines(actor, [row])
    return line


def badge_of(actor: Actor, booking_id: UUID) -> Badge | None:
    """How likely a booking that is to come is to be missed; None when it is not said. One query.

    Nothing is said of the low tier, to those who may not act on it, or to any patient.
    """
    found = Risk.objects.filter(
        booking_id=booking_id, booking__state__in=("requested", "confirmed")
    ).first()
    if found is None or found.tier == Tier.LOW or not actor.may(permissions.CALL, found.site_id):
        return None
    return Badge(Tier(found.tier), round(100 * found.chance))


def _lines(actor: Actor, found: Iterable[Confirmation]) -> list[CallLine]:
    rows = list(found)
    bookings = {one.id: one for one in known_bookings(row.booking_id for row in rows)}
    people = patient_briefs(actor, {row.patient_id for row in rows}, "no-show calls")
    services = service_infos({one.service_id for one in bookings.values()})
    doctors = practitioner_names({one.practitioner_id for one in bookings.values()})
    staff = staff_names({row.answered_by for row in rows if row.answered_by})
    lines = []
    for row in rows:
        booking, zone = bookings[row.booking_id], site_zone(row.site_id)
        lines.append(
            CallLine(
                id=row.pk,
                booking_id=row.booking_id,
                site_id=row.site_id,
                patient=people.get(row.patient_id),
                service=services[booking.service_id].name,
                doctor=doctors[booking.practitioner_id],
                starts_at=row.starts_at.astimezone(zone),
                state=row.state,
                tries=row.tries,
                note=row.note,
                by=staff.get(row.answered_by) if row.answered_by else None,
                ended_at=row.ended_at.astimezone(zone) if row.ended_at else None,
                version=row.version,
            )
        )
    return lines
