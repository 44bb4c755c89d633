"""The refusals that a kiosk can give: each says what to do next."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, DomainError, Invalid


class NotAKiosk(DomainError):
    code, status = "not_a_kiosk", 403
    message = _("This device is not in use as a kiosk. Please ask at the front desk.")


class KioskWithdrawn(Conflict):
    code = "kiosk_withdrawn"
    message = _("This kiosk has been withdrawn. Set up a new one.")


class VisitorGone(DomainError):
    code, status = "visitor_gone", 409
    message = _("Nobody has touched the screen for a while, so we began anew. Please start again.")


class Unreadable(Invalid):
    code = "unreadable_scan"
    message = _(
        "We could not read that. Hold the code or card still before the reader, or type your"
        " number instead."
    )


class Unknown(Invalid):
    code = "kiosk_unknown"
    message = _(
        "We find nobody with this number and birth date. Please check both, or ask at the front"
        " desk."
    )


class Several(Invalid):
    code = "kiosk_several"
    message = _("More than one person has these details. The front desk will help you.")


class NothingToCheckIn(Conflict):
    code = "nothing_to_check_in"
    message = _("There is no booking to check in for now. You can take a number instead.")


class KnownAlready(Conflict):
    code = "kiosk_known_already"
    message = _("You are known here already. Check in with your phone number and birth date.")


class HasNumber(Conflict):
    code = "kiosk_has_number"
    message = _("You have a number here already. Please wait to be called.")
