"""The refusals that intake can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class AnsweredAlready(Conflict):
    code = "questions_answered"
    message = _("These questions are answered already. Tell us at the desk what has changed.")


class TooLateToAnswer(Conflict):
    code = "questions_too_late"
    message = _("The visit has begun or was cancelled; these questions are closed.")


class ConsentMissing(Invalid):
    code = "questions_consent"
    message = _("Please agree that the clinic keeps your answers with your record.")


class AnswersIncomplete(Invalid):
    code = "questions_incomplete"
    message = _("Please answer every question that is marked.")


class NothingToTake(Conflict):
    code = "nothing_to_take"
    message = _("This answer holds nothing to take over, or was taken over already.")


class NothingSaid(Invalid):
    code = "pretriage_nothing_said"
    message = _("Please say what troubles you, in words or by choosing.")


class UnknownFinding(Invalid):
    code = "pretriage_unknown_finding"
    message = _("Please choose one of those offered.")


class OtherNeedsReason(Invalid):
    code = "pretriage_other_needs_reason"
    message = _("Please say why another department is better.")


class NotWithUs(Conflict):
    code = "worse_not_here"
    message = _("This visit is over. Call 120 in an emergency, or tell the front desk.")


class SeenAlready(Conflict):
    code = "worse_seen_already"
    message = _("A nurse has seen this patient already.")


class LevelNeedsReason(Invalid):
    code = "worse_needs_reason"
    message = _("Please say what you found: the level is kept with the reason.")
