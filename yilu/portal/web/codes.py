"""The code by which a bill is paid: asked for, drawn, and where it can be paid without a camera."""

from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from yilu.billing.errors import GatewayDown
from yilu.billing.operations.payments import ask_payment, fetch_qr
from yilu.billing.rules import EXCESS
from yilu.billing.selectors.bills import BillDetail
from yilu.billing.states import AWAITED, PaymentMethod, PaymentState
from yilu.platform import clinic_clock
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError, NotFound


class LastCode(StrEnum):
    """What may be said of a code whose time is over.

    Only the gateway knows that nothing was taken by it, so it is asked before that is said.
    """

    ASKED_ABOUT = "asked about"
    UNPAID = "unpaid"


def ask_for_code(actor: Actor, bill: BillDetail) -> DomainError | None:
    """Have the gateway give a code for all that is due; what stands in the way, if anything.

    Asking again gives the same code, so a second press does no harm.
    """
    try:
        payment_id = ask_payment(actor=actor, bill_id=bill.bill_id, due=bill.due)
        fetch_qr(actor=actor, payment_id=payment_id)
    except DomainError as refused:
        return refused
    return None


def said(refused: DomainError | None) -> str:
    """A refusal in words for somebody who holds a phone and not a till."""
    if isinstance(refused, GatewayDown):
        return _("WeChat Pay does not answer just now. Nothing was taken. Please try again.")
    return str(refused) if refused else ""


def last_code(bill: BillDetail | None) -> LastCode | None:
    """What became of the last code, when its time is over and it was not paid."""
    asked = [one for one in bill.payments if one.method == PaymentMethod.WECHAT] if bill else []
    last = asked[-1] if asked else None
    if last is not None and last.state == PaymentState.CLOSED:
        return LastCode.UNPAID
    if last is not None and last.state in AWAITED and last.is_over:
        return LastCode.ASKED_ABOUT
    return None


def returned(bill: BillDetail | None) -> Decimal:
    """What was paid beyond the bill, by two phones or a phone and cash, and goes back."""
    twice = [one.amount for one in bill.refunds if one.reason == EXCESS] if bill else []
    return sum(twice, Decimal(0))


def drawn(bill: BillDetail | None) -> HttpResponse:
    """The code as a picture; once it is over, a picture that says so. Raises: NotFound."""
    code = bill.code_picture if bill else None
    if code is None:
        raise NotFound
    return HttpResponse(code, content_type="image/svg+xml")


def wallet_url(bill: BillDetail | None, back: str) -> str:
    """Where a demonstration plays the payer's phone; nothing in a real clinic."""
    if bill is None or bill.scannable is None or not clinic_clock.is_demonstration():
        return ""
    return f"{settings.WALLET_LINK}?{urlencode({'code': bill.scannable.qr, 'back': back})}"
