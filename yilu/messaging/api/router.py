"""What providers call back: receipts. They carry no token of ours, but a secret in the address."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from yilu.messaging.adapters.sms import receipt_states
from yilu.messaging.operations.sending import take_receipt
from yilu.platform import api
from yilu.platform.actors import Actor
from yilu.platform.errors import BadRequest, NotFound

router = Router(tags=["messages"])


class ReceiptAnswer(api.Shape):
    """What the provider wants to hear."""

    result: int
    errmsg: str


@router.post("/messages/receipts/sms/{secret}", response=ReceiptAnswer, auth=None)
def sms_receipts(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the SMS provider's reports: which messages arrived. Once more changes nothing."""
    known = settings.SMS["receipt_secret"]
    if not known or not hmac.compare_digest(secret.encode(), known.encode()):
        raise NotFound
    try:
        reports = receipt_states(request.body)
    except ValueError as error:
        raise BadRequest from error
    actor = Actor.system("messaging.receipts")
    for reference, has_arrived, reason in reports:
        take_receipt(actor=actor, reference=reference, has_arrived=has_arrived, reason=reason)
    return api.answer(ReceiptAnswer(result=0, errmsg="OK"))
