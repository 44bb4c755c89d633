"""One question to somebody who waits: what is offered, and whether it still stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.catalogue.selectors.services import service_info
from yilu.facility.selectors.sites import site_info
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.scheduling.models import Booking, Offer, WaitingEntry
from yilu.scheduling.states import COMING, OfferState, OpeningState, WaitingState
from yilu.workforce.selectors.practitioners import practitioner_info


@dataclass(frozen=True, slots=True)
class Asking:
    """An offer with the words that a message or page about it needs.

    `held_at` is when the booking begins that the patient would give up for it; `is_outdone`: that
    is no later than what is offered. `is_waiting`: the patient is on the list still.
    """

    id: UUID
    state: str
    site_id: UUID
    patient_id: UUID
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    is_open: bool
    service: Localized
    doctor: PersonName
    clinic: Localized
    address: Localized
    phone: str
    held_at: datetime | None
    is_outdone: bool
    is_waiting: bool
    booking_id: UUID | None


def asking(offer_id: UUID) -> Asking:
    """One offer, for its patient. Five queries. Raises: NotFound."""
    offer = Offer.objects.select_related("opening", "entry__instead_of").filter(pk=offer_id).first()
    if offer is None:
        raise NotFound
    opening, entry = offer.opening, offer.entry
    held: Booking | None = entry.instead_of
    held = held if held and held.state in COMING else None
    is_outdone = held is not None and held.starts_at <= opening.starts_at
    site = site_info(opening.site_id)
    stands = opening.state == OpeningState.OPEN and offer.state == OfferState.OPEN
    return Asking(
        id=offer.pk,
        state=offer.state,
        site_id=opening.site_id,
        patient_id=entry.patient_id,
        starts_at=opening.starts_at.astimezone(site.zone),
        ends_at=opening.ends_at.astimezone(site.zone),
        expires_at=opening.expires_at.astimezone(site.zone),
        is_open=stands and not is_outdone and opening.expires_at > clock.now(),
        service=service_info(opening.service_id).name,
        doctor=practitioner_info(opening.practitioner_id).name,
        clinic=site.name,
        address=site.address,
        phone=site.phone,
        held_at=held.starts_at.astimezone(site.zone) if held else None,
        is_outdone=is_outdone,
        is_waiting=entry.state == WaitingState.WAITING,
        booking_id=entry.booking_id,
    )


def waits_for_sooner(booking_id: UUID) -> UUID | None:
    """The entry with which somebody waits for a time earlier than a booking. One query."""
    found = WaitingEntry.objects.filter(instead_of_id=booking_id, state=WaitingState.WAITING)
    return found.values_list("id", flat=True).first()
