"""The lives of charges, bills, payments and refunds, and the only moves between their states."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.billing.errors import MoveRefused


class ChargeState(TextChoices):
    OPEN = "open", _("Not yet on a bill")
    BILLED = "billed", _("On a bill")
    VOID = "void", _("Void")


class BillState(TextChoices):
    OPEN = "open", _("To pay")
    SETTLED = "settled", _("Paid")
    VOID = "void", _("Void")


class PaymentState(TextChoices):
    CREATED = "created", _("Being asked for")
    PENDING = "pending", _("Waiting for the payer")
    PAID = "paid", _("Paid")
    CLOSED = "closed", _("Closed unpaid")


class PaymentMethod(TextChoices):
    CASH = "cash", _("Cash")
    WECHAT = "wechat", _("WeChat Pay")
    DEPOSIT = "deposit", _("Deposit paid when booking")


class KeepingReason(TextChoices):
    """Why a deposit became the clinic's, or is no longer."""

    CANCELLED = "cancelled", pgettext_lazy("keeping", "Cancelled late")
    MISSED = "missed", pgettext_lazy("keeping", "Did not come")
    UNDONE = "undone", pgettext_lazy("keeping", "Taken back")
    USED = "used", pgettext_lazy("keeping", "Set off or given back")


class RefundState(TextChoices):
    ASKED = "asked", _("On its way")
    DONE = "done", _("Refunded")
    FAILED = "failed", _("Failed")


class ErrandKind(TextChoices):
    """What is asked of the gateway without anybody waiting for the answer."""

    REFUND = "refund", pgettext_lazy("gateway", "Give money back")
    CLOSE = "close", pgettext_lazy("gateway", "Close a code")


PAYMENT_MOVES: Mapping[PaymentState, frozenset[PaymentState]] = {
    PaymentState.CREATED: frozenset({PaymentState.PENDING, PaymentState.PAID, PaymentState.CLOSED}),
    PaymentState.PENDING: frozenset({PaymentState.PAID, PaymentState.CLOSED}),
    # Money that comes after we closed is real: it is taken in and given back.
    PaymentState.CLOSED: frozenset({PaymentState.PAID}),
    PaymentState.PAID: frozenset(),
}

REFUND_MOVES: Mapping[RefundState, frozenset[RefundState]] = {
    RefundState.ASKED: frozenset({RefundState.DONE, RefundState.FAILED}),
    RefundState.FAILED: frozenset({RefundState.ASKED}),
    RefundState.DONE: frozenset(),
}

# What comes in from outside; a deposit that is set off came in before.
TENDERED = (PaymentMethod.CASH, PaymentMethod.WECHAT)
AWAITED = (PaymentState.CREATED, PaymentState.PENDING)


def check_payment_move(current: str, target: PaymentState) -> None:
    """Refuse any move of a payment that is not listed."""
    if target not in PAYMENT_MOVES[PaymentState(current)]:
        raise MoveRefused(current=PaymentState(current).label, target=target.label)


def check_refund_move(current: str, target: RefundState) -> None:
    """Refuse any move of a refund that is not listed."""
    if target not in REFUND_MOVES[RefundState(current)]:
        raise MoveRefused(current=RefundState(current).label, target=target.label)
