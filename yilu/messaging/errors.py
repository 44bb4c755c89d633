"""The refusals that messaging can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, DomainError, NotFound


class UnknownMessage(NotFound):
    code = "unknown_message"
    message = _("There is no such message.")


class UnknownTemplate(LookupError):
    """No template has this key: a bug of the caller, found by its tests."""


class CannotResend(Conflict):
    code = "cannot_resend"
    message = _("This message is still on its way, or has no one to go to.")


class UnknownPlaceholder(Conflict):
    code = "unknown_placeholder"
    message = _("These words ask for something that is not known there: %(names)s.")


class BadSubscription(DomainError):
    code, status = "bad_subscription", 422
    message = _("This browser's push service is not one that we can reach.")
