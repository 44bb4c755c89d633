"""Telling patients what becomes of money that they paid in advance."""

from uuid import UUID

from yilu.billing.models import Refund
from yilu.billing.rules import WHY
from yilu.messaging.operations.messages import send_message
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized

TWO_WAYS = ("sms", "wechat", "email")
OTHERWISE = Localized({"zh-Hans": "门诊退还", "en": "the clinic gives it back"})


@operation
def tell_returned(*, actor: Actor, refund_id: UUID) -> None:
    """Tell a patient that part or all of a deposit is on its way back, and why. Once."""
    refund = Refund.objects.select_related("bill").get(pk=refund_id)
    send_message(
        actor=actor,
        key=f"deposit-returned:{refund_id}",
        template="deposit_returned",
        site_id=refund.site_id,
        patient_id=refund.bill.patient_id,
        channels=TWO_WAYS,
        data={
            "amount": refund.amount,
            "why": WHY.get(refund.reason, OTHERWISE),
            "number": refund.bill.number,
        },
    )
