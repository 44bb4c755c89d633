"""Reading a bill and paying it."""

import json
from uuid import UUID

from django.http import HttpResponse

from yilu.billing.api.schemas import BillOut, PaymentIn, PaymentOut, bill_out
from yilu.billing.operations.cash import Taken, pay_cash
from yilu.billing.operations.payments import ask_payment, fetch_qr
from yilu.billing.selectors.bills import bill_detail
from yilu.billing.states import BillState, PaymentMethod, PaymentState
from yilu.platform import api

router = api.Router(tags=["bills"])


@router.get("/bills/{bill_id}", response=BillOut)
def bill(request: api.ApiRequest, bill_id: UUID) -> HttpResponse:
    """One bill with its charges and payments."""
    found = bill_detail(actor=request.actor, bill_id=bill_id)
    return api.answer(bill_out(found), version=found.version)


def _with_qr(request: api.ApiRequest, response: HttpResponse) -> HttpResponse:
    """Add the code to the answer about a payment that is scanned, once the payment is kept."""
    said = json.loads(response.content)
    if said["method"] != PaymentMethod.WECHAT:
        return response
    qr = fetch_qr(actor=request.actor, payment_id=UUID(said["id"]))
    again = api.answer(said | {"state": qr.state, "qr": qr.qr}, status=response.status_code)
    if "Idempotency-Replayed" in response.headers:
        again["Idempotency-Replayed"] = "true"
    return again


@router.post("/bills/{bill_id}/payments", response={201: PaymentOut})
@api.idempotent_then(_with_qr)
def pay(
    request: api.ApiRequest, bill_id: UUID, data: PaymentIn, version: api.IfMatch = None
) -> HttpResponse:
    """Pay what is due: by cash, or by a code that the payer scans."""
    if data.method == PaymentMethod.CASH:
        taken = pay_cash(
            actor=request.actor, bill_id=bill_id, tendered=data.amount, version=version
        )
        return api.answer(_taken(taken), status=201)
    payment_id = ask_payment(actor=request.actor, bill_id=bill_id, due=data.amount, version=version)
    asked = PaymentOut(
        id=payment_id,
        bill=bill_id,
        method=data.method,
        state=PaymentState.PENDING,
        amount=api.money(data.amount),
        change=None,
        qr=None,
        bill_state=BillState.OPEN,
    )
    return api.answer(asked, status=201)


def _taken(taken: Taken) -> PaymentOut:
    return PaymentOut(
        id=taken.payment_id,
        bill=taken.bill_id,
        method=PaymentMethod.CASH,
        state=PaymentState.PAID,
        amount=api.money(taken.amount),
        change=api.money(taken.change),
        qr=None,
        bill_state=BillState.SETTLED if taken.is_settled else BillState.OPEN,
    )
