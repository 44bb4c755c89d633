"""What the pharmacy refuses, in words."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, NotAllowed


class MoveRefused(Conflict):
    code = "move_refused"
    message = _("This is not possible while it is “%(current)s”.")


class SamePerson(NotAllowed):
    code = "same_person"
    message = _("The check must be done by someone else than the person who picked.")


class PrescriberMayNotDispense(NotAllowed):
    code = "prescriber_may_not_dispense"
    message = _("Who wrote the prescription may not review, pick or check it.")


class ReviewIncomplete(Invalid):
    code = "review_incomplete"
    message = _("Go through all ten verifications before you pass the prescription.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    message = _("Please give a reason.")


class BatchesIncomplete(Invalid):
    code = "batches_incomplete"
    message = _("Enter batch, expiry and quantity for every medicine.")


class Expired(Invalid):
    code = "expired"
    message = _("A batch runs out before the course ends. Take another one.")


class IdentityNotChecked(Invalid):
    code = "identity_not_checked"
    message = _("The two identifiers do not match this patient. Do not hand over.")


class CounsellingMissing(Invalid):
    code = "counselling_missing"
    message = _("Record what you explained to the patient.")


class NoLongerValid(Conflict):
    code = "no_longer_valid"
    message = _("The prescription was valid until %(until)s. Ask the doctor to renew it.")


class TooMuchTakenBack(Invalid):
    code = "too_much_taken_back"
    message = _("More would be taken back than was handed over.")


class PrescriptionChanged(Conflict):
    code = "prescription_changed"
    message = _("The prescription is no longer valid. Please look again.")


class TooLateToUndo(Conflict):
    code = "too_late_to_undo"
    message = _("This can no longer be undone.")


class BuiltUpon(Conflict):
    code = "built_upon"
    message = _("Something was done after this step: now it is “%(current)s”. Look at it first.")
