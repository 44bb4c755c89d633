"""Booking for several people of an account at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from yilu.catalogue.selectors.services import service_info
from yilu.patients.operations.registrations import register_at_site
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed, NotSignedIn
from yilu.portal.errors import NotOnline
from yilu.portal.operations.booking import Details
from yilu.scheduling.errors import TooFewTogether
from yilu.scheduling.operations.booking import BookingWish
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.operations.together import book_together
from yilu.scheduling.states import Channel

NOTHING = Details()


@dataclass(frozen=True, slots=True)
class FamilyWish:
    """Who comes for what, and a time with whom for each, in the same order; what was said of
    somebody besides, by who it is."""

    site_id: UUID
    service_id: UUID
    patient_ids: tuple[UUID, ...]
    places: tuple[tuple[datetime, UUID], ...]
    channel: str = Channel.WEB
    said: Mapping[UUID, Details] = field(default_factory=dict)


@operation
def book_for_family(*, actor: Actor, wish: FamilyWish) -> list[Booked]:
    """Book for people of the account that is signed in: everybody, or nobody.

    Each booking names the others as companions, so that the desk knows who comes together.

    Raises:
        NotSignedIn, NotAllowed, NotOnline.
        And what `book_together` raises.
    """
    if actor.kind != "patient":
        raise NotSignedIn
    if not all(actor.is_owner(one) for one in wish.patient_ids):
        raise NotAllowed
    service = service_info(wish.service_id)
    if not (service.online and service.is_active):
        raise NotOnline
    if len(wish.patient_ids) != len(wish.places):
        raise TooFewTogether
    names = {
        key: str(one.name)
        for key, one in patient_briefs(actor, set(wish.patient_ids), "portal.booking").items()
    }
    wishes = []
    for patient_id, (starts_at, practitioner_id) in zip(wish.patient_ids, wish.places, strict=True):
        register_at_site(actor=actor, patient_id=patient_id, site_id=wish.site_id)
        others = [names[one] for one in wish.patient_ids if one != patient_id]
        said = wish.said.get(patient_id, NOTHING)
        wishes.append(
            BookingWish(
                site_id=wish.site_id,
                service_id=wish.service_id,
                practitioner_id=practitioner_id,
                starts_at=starts_at,
                patient_id=patient_id,
                channel=wish.channel,
                companion="、".join(others)[:80],
                reason_for_visit=said.reason,
                special_needs=said.special_needs,
                answers=said.answers,
            )
        )
    return book_together(actor=actor, wishes=wishes)
