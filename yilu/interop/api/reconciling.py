"""The lists of the nights: which there are, each as a file, and a partner's own list beside it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from pydantic import Field, StringConstraints

from yilu.interop.api.router import router
from yilu.interop.api.signed import PartnerRequest
from yilu.interop.operations.reconciling import compare
from yilu.interop.rules.lists import MOST_ROWS, Claim
from yilu.interop.selectors.reconciliations import list_content, reconciliations
from yilu.platform import api
from yilu.scheduling.states import BookingState


class ReconciliationOut(api.Shape):
    id: UUID
    day: date
    bookings: int
    sha256: str


class ClaimIn(api.Shape):
    """What the partner believes of one booking. Without a fee, fees are not compared."""

    reference: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    state: BookingState
    fee: api.Amount | None = None


class ClaimsIn(api.Shape):
    bookings: Annotated[list[ClaimIn], Field(max_length=MOST_ROWS)]


class DifferenceOut(api.Shape):
    reference: str
    ours: str
    theirs: str
    our_fee: str
    their_fee: str


class ComparisonOut(api.Shape):
    """How both lists differ; an empty state says that this side has no such booking."""

    day: date
    ours: int
    theirs: int
    equal: int
    differences: list[DifferenceOut]


@router.get("/partner/reconciliations", response=api.Listed[ReconciliationOut])
def partner_reconciliations(
    request: PartnerRequest, cursor: api.Cursor = None, limit: api.Limit = 31
) -> HttpResponse:
    """The days whose lists are written, the newest first."""
    after = api.position(cursor, date)
    found = reconciliations(request.partner_id, before=after[0] if after else None, limit=limit + 1)

    def show(one: object) -> dict[str, object]:
        return {name: getattr(one, name) for name in ReconciliationOut.model_fields}

    return api.answer(api.listed(found, limit, show=show, key=lambda one: (one.day,)))


@router.get("/partner/reconciliations/{day}", response={200: None})
def partner_reconciliation(request: PartnerRequest, day: date) -> HttpResponse:
    """The list of a day: CSV with one line for each booking, its final state and its fee."""
    found = list_content(request.partner_id, day)
    response = HttpResponse(found.content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response["Content-Digest"] = found.digest
    return response


@router.post("/partner/reconciliations/{day}/compare", response=ComparisonOut)
@api.idempotent
def partner_compare(request: PartnerRequest, day: date, claims: ClaimsIn) -> HttpResponse:
    """Lay the partner's own list of a day beside ours; how they differ is kept for both sides."""
    said = [
        Claim(one.reference, one.state.value, "" if one.fee is None else str(one.fee))
        for one in claims.bookings
    ]
    made = compare(actor=request.actor, partner_id=request.partner_id, day=day, claims=said)
    return api.answer(
        {
            "day": day,
            "ours": made.ours,
            "theirs": made.theirs,
            "equal": made.equal,
            "differences": made.rows,
        }
    )
