"""The refusals that outbreak mode can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class ScreeningMissing(Conflict):
    code = "screening_missing"
    message = _(
        "Outbreak mode is on: answer the entry questions first, then the patient can be checked in."
    )


class AnswersMissing(Invalid):
    code = "answers_missing"
    message = _("Please answer every entry question.")


class ScreenedAlready(Conflict):
    code = "screened_already"
    message = _("These questions are answered already. If something changed, tell us at the desk.")


class NothingAsked(Conflict):
    code = "nothing_asked_at_the_door"
    message = _("There are no entry questions at the moment.")


class NoPlan(Conflict):
    code = "no_outbreak_plan"
    message = _("Set the isolation route and room of this site first.")


class AlreadyOn(Conflict):
    code = "outbreak_already_on"
    message = _("A colleague has switched it on already.")


class AlreadyOff(Conflict):
    code = "outbreak_already_off"
    message = _("It is switched off already.")


class ReasonMissing(Invalid):
    code = "outbreak_reason_missing"
    message = _("Say why. The reason is kept.")


class AskedMeanwhile(Conflict):
    code = "asked_meanwhile"
    message = _("Patients were asked since. Switch it off instead; what was answered stays.")


class AlreadySuspected(Conflict):
    code = "already_suspected"
    message = _("This patient is being kept apart already.")


class AlreadyMet(Conflict):
    code = "already_met"
    message = _("A colleague looks after this patient already.")


class NotSuspected(Conflict):
    code = "not_suspected"
    message = _("There is no suspicion about this patient any more.")


class CaseThere(Conflict):
    code = "case_there"
    message = _("A report of this case is there already.")


class CaseOver(Conflict):
    code = "case_over"
    message = _("This report was sent or withdrawn already.")


class CaseNotSent(Conflict):
    code = "case_not_sent"
    message = _("Send the report first; then its outcome can be noted.")


class SentCannotBe(Invalid):
    code = "sent_cannot_be"
    message = _("It cannot have been sent then: not in the future, nor before the suspicion.")
