"""What a booking says of its visit: read and changed."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from pydantic import Field

from yilu.patients.rules.words import Need
from yilu.platform import api
from yilu.scheduling.api.router import router
from yilu.scheduling.operations.describing import describe_booking
from yilu.scheduling.rules import LONGEST_MEDICATION
from yilu.scheduling.selectors.bookings import booking_detail


class Details(api.Shape):
    """What is said of a visit. What is not sent stays as it is; null takes away what was said."""

    reason_for_visit: Annotated[api.Note, Field(max_length=500)] | None = None
    special_needs: Annotated[list[Need], Field(max_length=len(Need))] = []
    companion: Annotated[api.Line, Field(max_length=80)] | None = None
    medication: Annotated[api.Line, Field(max_length=LONGEST_MEDICATION)] | None = None
    note: Annotated[api.Note, Field(max_length=500)] | None = None
    is_first_visit: api.Flag = False


class DetailsOut(api.Shape):
    id: UUID
    version: int
    reason_for_visit: str
    special_needs: list[str]
    companion: str
    medication: str
    note: str
    is_first_visit: bool


@router.get("/bookings/{booking_id}/details", response=DetailsOut)
def details(request: api.ApiRequest, booking_id: UUID) -> HttpResponse:
    """What a booking says of its visit."""
    found = booking_detail(request.actor, booking_id)
    line = found.line
    shown = {
        "id": line.id,
        "version": line.version,
        "reason_for_visit": line.reason_for_visit,
        "special_needs": list(line.special_needs),
        "companion": line.companion,
        "medication": found.medication,
        "note": line.note,
        "is_first_visit": line.is_first_visit,
    }
    return api.answer(shown, version=line.version)


@router.post("/bookings/{booking_id}/details", response=DetailsOut)
@api.idempotent
def describe(
    request: api.ApiRequest, booking_id: UUID, said: Details, version: api.IfMatch = None
) -> HttpResponse:
    """Change what a booking says of its visit until the patient comes; what is not sent stays.
    Refused with 409 `already_come` after that."""
    given = said.model_dump(exclude_unset=True)
    describe_booking(
        actor=request.actor,
        booking_id=booking_id,
        details={name: "" if value is None else value for name, value in given.items()},
        version=version,
    )
    return details(request, booking_id)
