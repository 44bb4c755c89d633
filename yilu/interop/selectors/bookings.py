"""A partner's own bookings, as it may see them: what it agreed on, with the patient masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.interop.models import PartnerBooking
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import masking
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.scheduling.selectors.agreed import Agreed, agreed


@dataclass(frozen=True, slots=True)
class OwnBooking:
    """One booking of a partner, its times on the wall clock of its site."""

    row_id: UUID
    id: UUID
    reference: str
    number: str
    state: str
    version: int
    site_id: UUID
    service_id: UUID
    practitioner_id: UUID
    starts_at: datetime
    ends_at: datetime
    clinic_day: date
    fee: Decimal | None
    cancelled_by: str
    patient_name: str
    patient_phone: str


def own_bookings(
    actor: Actor,
    partner_id: UUID,
    *,
    reference: str = "",
    after: UUID | None = None,
    limit: int = 50,
) -> list[OwnBooking]:
    """A partner's bookings in the order in which it made them, after a position. Three queries."""
    rows = PartnerBooking.objects.filter(partner_id=partner_id).order_by("id")
    if reference:
        rows = rows.filter(reference=reference)
    if after:
        rows = rows.filter(pk__gt=after)
    return _shown(actor, rows[:limit])


def own_booking(actor: Actor, partner_id: UUID, booking_id: UUID) -> OwnBooking:
    """One booking of a partner. Three queries. Raises: NotFound, when it is not its own."""
    rows = PartnerBooking.objects.filter(partner_id=partner_id, booking_id=booking_id)
    found = _shown(actor, rows)
    if not found:
        raise NotFound
    return found[0]


def _shown(actor: Actor, rows: Iterable[PartnerBooking]) -> list[OwnBooking]:
    mine = list(rows)
    facts = agreed(one.booking_id for one in mine)
    people = patient_briefs(actor, {one.patient_id for one in mine}, "interop.partner")
    found = []
    for one in mine:
        patient = people.get(one.patient_id)
        name = masking.name(patient.name.written) if patient else ""
        phone = patient.phone_masked if patient else ""
        found.append(_own(one, facts[one.booking_id], name, phone))
    return found


def _own(row: PartnerBooking, fact: Agreed, name: str, phone: str) -> OwnBooking:
    zone = site_zone(fact.site_id)
    return OwnBooking(
        row_id=row.pk,
        id=fact.id,
        reference=row.reference,
        number=fact.number,
        state=fact.state,
        version=fact.version,
        site_id=fact.site_id,
        service_id=fact.service_id,
        practitioner_id=fact.practitioner_id,
        starts_at=fact.starts_at.astimezone(zone),
        ends_at=fact.ends_at.astimezone(zone),
        clinic_day=fact.clinic_day,
        fee=fact.price,
        cancelled_by=fact.cancelled_by_kind,
        patient_name=name,
        patient_phone=phone,
    )
