"""Hearing what the gateway tells us."""

from collections.abc import Mapping
from uuid import UUID

from yilu.billing import gateway
from yilu.billing.models import Notice
from yilu.billing.operations.payments import take_gateway_payment
from yilu.platform.actors import Actor
from yilu.platform.db import operation


def hear_notice(*, actor: Actor, site_id: UUID, headers: Mapping[str, str], body: bytes) -> bool:
    """Check a gateway's notice and book what it tells. Heard again, it is booked once.

    Returns whether it was about a payment.

    Raises:
        NotFound: it tells of no payment of ours.
        NoticeRefused: not from the gateway, too old, or for another merchant.
    """
    notice = gateway.read_notice(gateway.account_for(site_id), headers, body)
    if notice is None:
        return False
    _book(actor=actor, notice=notice)
    return True


@operation
def _book(*, actor: Actor, notice: gateway.PaidNotice) -> None:
    payment_id = take_gateway_payment(actor=actor, order=notice.order)
    Notice.objects.bulk_create(
        [
            Notice(
                provider=gateway.PROVIDER,
                event_id=notice.event_id,
                nonce=notice.nonce,
                payment_id=payment_id,
            )
        ],
        ignore_conflicts=True,
    )
