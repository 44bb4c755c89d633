"""What the record refuses, in words a clinician may read."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, NotAllowed, Stale


class WrongPatient(Conflict):
    code = "wrong_patient"
    message = _(
        "This form belongs to another patient or visit. Nothing was saved;"
        " open the right patient and try again."
    )


class DraftChanged(Stale):
    """A draft was saved from another window since this one read it. Both texts are kept."""

    code = "draft_changed"
    message = _("This note was changed in another window. Nothing is lost: compare both texts.")


class Implausible(Invalid):
    code = "implausible_value"
    message = _("A value is outside what can be measured. Please check it.")


class NothingMeasured(Invalid):
    code = "nothing_measured"
    message = _("Enter at least one value.")


class NoteIncomplete(Invalid):
    code = "note_incomplete"
    message = _("The note cannot be signed yet.")


class NothingToSign(Conflict):
    code = "nothing_to_sign"
    message = _("There is no note to sign.")


class AlreadySigned(Conflict):
    code = "already_signed"
    message = _("This has been signed already. Changes are made as an amendment.")


class NotSigned(Conflict):
    code = "not_signed"
    message = _("This note has not been signed yet.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    message = _("Please give a reason.")


class NothingChanged(Conflict):
    code = "nothing_changed"
    message = _("Nothing has changed since it was signed.")


class AllergiesOnRecord(Conflict):
    code = "allergies_on_record"
    message = _("Allergies are on record. Refute them first, each with a reason.")


class AlreadyRecorded(Conflict):
    code = "already_recorded"
    message = _("This is on record already.")


class NotAPractitioner(NotAllowed):
    code = "not_a_practitioner"
    message = _("Only a practitioner may do this.")


class MayNotPrescribe(NotAllowed):
    code = "may_not_prescribe"
    message = _("You have no right to prescribe.")


class NotThePrescriber(NotAllowed):
    code = "not_the_prescriber"
    message = _("Only the doctor who wrote this prescription may do this.")


class TooManyDrugs(Invalid):
    code = "too_many_drugs"
    message = _("A prescription holds at most 5 drugs. Please write a second one.")


class UnknownDrug(Invalid):
    code = "unknown_drug"
    message = _("This drug is not in the catalogue, or no longer used.")


class UnknownDiagnosis(Invalid):
    code = "unknown_diagnosis"
    message = _("This diagnosis code is not in the catalogue.")


class PrescriptionIncomplete(Invalid):
    code = "prescription_incomplete"
    message = _("The prescription cannot be signed yet.")


class AlertsOpen(Conflict):
    """Checks found something that stops the signature, or asks for a reason first."""

    code = "alerts_open"
    message = _("The checks found something. Change the prescription, or give the reasons asked.")


class MoveRefused(Conflict):
    code = "move_refused"
    message = _("This is not possible while it is “%(current)s”.")


class VisitOver(Conflict):
    code = "visit_over"
    message = _("Nobody was seen at this visit; nothing can be added to it.")


class NotScored(Invalid):
    code = "not_scored"
    message = _("The score cannot be computed yet. Nothing was saved.")


class ConsentOver(Conflict):
    code = "consent_over"
    message = _("This has been decided already. Please look at it again.")


class SignedAlready(Conflict):
    code = "signed_already"
    message = _("This has been signed already.")


class NotSignedByHand(Invalid):
    code = "not_signed_by_hand"
    message = _("Please sign in the field with finger, pen or mouse.")


class SameSigner(Conflict):
    code = "same_signer"
    message = _("The second signature is somebody else's: they sign in themselves.")


class ConsentChanged(Stale):
    code = "consent_changed"
    message = _("This text is no longer the one you read. Please read it again before signing.")


class PaperAltered(Conflict):
    code = "paper_altered"
    message = _("This paper is no longer what was signed. Nobody is shown it; tell the manager.")


class NotExamined(Conflict):
    code = "not_examined"
    message = _("First the examination, then the treatment. Still missing: %(missing)s.")


class NotReady(Conflict):
    code = "not_ready"
    message = _("This cannot begin yet. Still missing: %(missing)s.")


class NotUnderWay(Conflict):
    code = "not_under_way"
    message = _("Nothing more is written to this procedure.")


class NotAsked(NotAllowed):
    code = "not_asked"
    message = _("This question is for somebody else.")


class NotPresent(NotAllowed):
    code = "not_present"
    message = _("Only those who were present sign the minutes.")


class MinutesSigned(Conflict):
    code = "minutes_signed"
    message = _("Somebody has signed these minutes; they are not changed any more.")


class PlanOver(Conflict):
    code = "plan_over"
    message = _("This plan has been decided or replaced. Please look at it again.")


class OrderHeld(Conflict):
    """What is ordered belongs to a plan that nobody has accepted, or not this part of it."""

    code = "order_held"
    message = _(
        "The patient has not accepted a plan with this in it: %(what)s."
        " It can be ordered once they have, or when the plan goes ahead in an emergency."
    )


class PlanOpen(Conflict):
    code = "plan_open"
    message = _("The patient has not accepted the plan yet. What belongs to it waits until then.")
