"""Joining the waiting list from outside, without a booking to move."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from yilu.catalogue.selectors.services import service_info
from yilu.patients.operations.registrations import register_at_site
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed, NotSignedIn
from yilu.portal.errors import NotOnline
from yilu.scheduling.operations.waiting_list import WaitingWish, join_waiting_list
from yilu.scheduling.states import Channel


@dataclass(frozen=True, slots=True)
class WaitOnline:
    """For what an account's patient waits, and when they could come."""

    site_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    patient_id: UUID
    from_on: date
    until_on: date
    weekdays: tuple[int, ...] = ()
    not_before: time | None = None
    not_after: time | None = None
    channel: str = Channel.MY


@operation
def wait_online(*, actor: Actor, wish: WaitOnline) -> UUID:
    """Put one of the account's patients on the waiting list of a service that is booked online.

    Raises:
        NotSignedIn, NotAllowed: not an account, or not one of its patients.
        NotOnline: the service is not offered to the public.
        AlreadyWaiting, DaysOver, TimesOutOfOrder, UnknownPractitioner.
    """
    if actor.kind != "patient" or actor.user_id is None:
        raise NotSignedIn
    if not actor.is_owner(wish.patient_id):
        raise NotAllowed
    service = service_info(wish.service_id)
    if not (service.online and service.is_active):
        raise NotOnline
    register_at_site(actor=actor, patient_id=wish.patient_id, site_id=wish.site_id)
    return join_waiting_list(
        actor=actor,
        wish=WaitingWish(
            site_id=wish.site_id,
            service_id=wish.service_id,
            practitioner_id=wish.practitioner_id,
            patient_id=wish.patient_id,
            from_on=wish.from_on,
            until_on=wish.until_on,
            channel=wish.channel,
            weekdays=wish.weekdays,
            not_before=wish.not_before,
            not_after=wish.not_after,
        ),
    )
