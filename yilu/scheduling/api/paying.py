"""What a booking asks for in advance, as the API says it."""

from datetime import tzinfo

from yilu.platform import api
from yilu.platform.money import ZERO
from yilu.scheduling.selectors.prepaying import Prepaid
from yilu.scheduling.states import PrepayState
from yilu.scheduling.terms import ToPay


class PrepaidOut(api.Shape):
    """What the booking asks for in advance: the sum still to be paid, and until when.

    `state` is `waiting` while it can be paid, `paid`, `lapsed` (not paid in time), or `ended` with
    the booking. Where `is_must` holds, a booking that is not paid by then is let go.
    """

    state: PrepayState
    amount: api.Money
    paid: api.Money
    pay_by: api.Instant | None
    is_must: bool


def just_asked(asked: ToPay | None, zone: tzinfo) -> PrepaidOut | None:
    """What is asked for a booking that was made in this moment. No query."""
    if asked is None:
        return None
    return PrepaidOut(
        state=PrepayState.WAITING,
        amount=api.money(asked.amount),
        paid=api.money(ZERO),
        pay_by=asked.pay_by.astimezone(zone),
        is_must=asked.is_must,
    )


def prepaid_out(asked: Prepaid | None, zone: tzinfo | None) -> PrepaidOut | None:
    """What became of it by now. No query."""
    if asked is None:
        return None
    due = asked.to_pay
    return PrepaidOut(
        state=asked.state,
        amount=api.money(due.amount if due else ZERO),
        paid=api.money(asked.paid),
        pay_by=due.pay_by.astimezone(zone) if due else None,
        is_must=due is not None and due.is_must,
    )
