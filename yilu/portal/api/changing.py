"""What a patient's account may change of its own bookings: another time or service, or none."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from pydantic import Field

from yilu.platform import api
from yilu.portal.api.mine import MyBookingOut, own, read
from yilu.portal.api.router import router
from yilu.portal.selectors.mine import my_bookings
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.selectors.prepaying import prepaid
from yilu.scheduling.states import CancelReason


class MyMove(api.Shape):
    """Another time. Without a practitioner anyone, without a service the same."""

    starts_at: api.Instant
    practitioner: UUID | None = None
    service: UUID | None = None


class MyCancellation(api.Shape):
    """Why, if the patient says so."""

    reason: CancelReason = CancelReason.UNSAID
    words: Annotated[api.Note, Field(max_length=200)] | None = None


@router.post("/my/bookings/{booking_id}/reschedule", response=MyBookingOut)
@api.idempotent
def my_reschedule(
    request: api.ApiRequest, booking_id: UUID, move: MyMove, version: api.IfMatch = None
) -> HttpResponse:
    """Move one of the account's bookings, while the service allows it. It keeps its number; where
    the new time cannot be had, it keeps its old one, and the refusal is that of booking. With
    another service its length, needs and fee are those of that service."""
    own(request)
    reschedule_booking(
        actor=request.actor,
        booking_id=booking_id,
        starts_at=move.starts_at,
        practitioner_id=move.practitioner,
        service_id=move.service,
        version=version,
    )
    line = next(one for one in my_bookings(request.actor).coming if one.id == booking_id)
    return api.answer(read(line, prepaid(booking_id)), version=line.version)


@router.post("/my/bookings/{booking_id}/cancel", response={204: None})
@api.idempotent
def my_cancel(
    request: api.ApiRequest, booking_id: UUID, given: MyCancellation | None = None
) -> HttpResponse:
    """Cancel one of the account's bookings, while the service allows it."""
    own(request)
    said = given or MyCancellation()
    cancel_booking(
        actor=request.actor, booking_id=booking_id, reason=said.reason, words=said.words or ""
    )
    return api.nothing()
