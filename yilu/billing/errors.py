"""The refusals that billing can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, DomainError, Invalid


class MoveRefused(Conflict):
    code = "move_refused"
    message = _("What is “%(current)s” cannot become “%(target)s”.")


class NoPrice(Invalid):
    code = "no_price"
    message = _("There is no price for this on that day. Please enter one in the price list.")


class BillNotOpen(Conflict):
    code = "bill_not_open"
    message = _("This bill is no longer open.")


class BillInUse(Conflict):
    code = "bill_in_use"
    message = _("This bill has been paid, or is being paid: it stands.")


class NothingToPay(Conflict):
    code = "nothing_to_pay"
    message = _("Nothing is left to pay on this bill.")


class TooLittle(Invalid):
    code = "too_little"
    message = _("%(tendered)s is less than the %(due)s that is due. Nothing was taken.")


class TooMuch(Invalid):
    code = "too_much_tendered"
    message = _("%(tendered)s for %(due)s? Nothing was taken. Please check the sum.")


class NoPart(Invalid):
    code = "no_part"
    message = _("A part is less than the %(due)s that is due. Nothing was taken.")


class RefundTooLarge(Invalid):
    code = "refund_too_large"
    message = _("At most %(left)s of this payment can be refunded.")


class OwnRefund(Conflict):
    code = "own_refund"
    message = _("Who took the payment cannot approve its refund above %(limit)s.")


class AlreadyBilled(Conflict):
    code = "already_billed"
    message = _("This charge is on a bill that has been paid. Refund it instead.")


class BillChanged(Conflict):
    code = "bill_changed"
    message = _("The bill has changed. Please read the new sum to the patient first.")


class MedicineHandedOver(Conflict):
    code = "medicine_handed_over"
    message = _("Medicine that was handed over is not taken back.")


class GatewayDown(DomainError):
    code, status = "gateway_down", 503
    message = _("WeChat Pay does not answer. Nothing was taken; try again or take cash.")
    retry_after = 5


class NoGateway(Conflict):
    code = "no_gateway"
    message = _("WeChat Pay is not set up at this site.")


class NoticeRefused(DomainError):
    code, status = "notice_refused", 401
    message = _("This notice is not from the gateway.")
