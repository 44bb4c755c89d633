"""The refusals that queueing can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class StationBusy(Conflict):
    code = "station_busy"
    message = _("There is still a patient here. Finish first, or say why another is called.")


class NotServedHere(Conflict):
    code = "not_served_here"
    message = _("This station does not serve that queue.")


class TicketMoveRefused(Conflict):
    code = "ticket_move_refused"
    message = _("A ticket that is “%(current)s” cannot become “%(target)s”.")


class AlreadyQueued(Conflict):
    code = "already_queued"
    message = _("This patient is already in this queue.")


class WouldOvertake(Conflict):
    code = "would_overtake"
    message = _("A patient of a more urgent level is never overtaken.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    message = _("Please say why. The reason is kept with the deed.")


class TooLateToUndo(Conflict):
    code = "too_late_to_undo"
    message = _("This can no longer be undone: ten minutes have passed.")


class BuiltUpon(Conflict):
    code = "built_upon"
    message = _("This can no longer be undone: something has been done since.")


class UnknownLevel(Invalid):
    code = "unknown_level"
    message = _("There is no such level of urgency.")


class UnknownWeight(Invalid):
    code = "unknown_weight"
    message = _("The rule knows no such priority: %(weight)s.")


class BadPolicy(Invalid):
    code = "bad_policy"
    message = _("This rule cannot be used.")


class ScreenWithdrawn(Conflict):
    code = "screen_withdrawn"
    message = _("This screen has been withdrawn. Ask the clinic's manager for a new link.")


class ForOneOnly(Invalid):
    code = "for_one_only"
    message = _("A screen is for one waiting area or for one doctor. Choose one of them.")


class NoLongWait(Conflict):
    code = "no_long_wait"
    message = _("This check-in was taken back: there is nothing to explain.")


class UnknownAmends(Invalid):
    code = "unknown_amends"
    message = _("The clinic does not offer this any more.")


class NameMissing(Invalid):
    code = "amends_unnamed"
    message = _("Say what is offered, in Chinese and in English.")
