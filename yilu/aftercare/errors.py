"""The refusals that aftercare can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class AlreadyEnded(Conflict):
    code = "already_ended"
    message = _("Somebody has ended this follow-up already.")


class BuiltUpon(Conflict):
    code = "built_upon"
    message = _("This follow-up has gone on since; it can no longer be taken back.")


class OutcomeMissing(Invalid):
    code = "outcome_missing"
    message = _("Please say how the patient is.")
