"""What aesthetics refuses, in words a doctor or nurse may read."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, Stale


class ConsultationChanged(Stale):
    """Somebody else wrote a consultation of the same patient since this window read it."""

    code = "consultation_changed"
    message = _(
        "A colleague has just written a consultation of this patient: “%(kept)s”. Look at it"
        " first; what you have typed stays here."
    )


class ProfileChanged(Stale):
    """Somebody else wrote the care profile of the same patient since this window read it."""

    code = "profile_changed"
    message = _(
        "A colleague has just kept a care profile of this patient: “%(kept)s”. Look at it"
        " first; what you have typed stays here."
    )


class AdviceChanged(Stale):
    """Somebody else worded the same advice since this window read it."""

    code = "advice_changed"
    message = _(
        "A colleague has just worded this advice: “%(kept)s”. Look at it first; what you have"
        " typed stays here."
    )


class NotUnderstood(Invalid):
    code = "not_understood"
    message = _("Something in this form is not right. Nothing was saved.")


class Contraindicated(Conflict):
    """Something forbids the treatment; no reason lifts it."""

    code = "contraindicated"
    message = _("This treatment must not begin: %(why)s")


class ReasonsMissing(Invalid):
    code = "reasons_missing"
    message = _("Say why it may begin all the same, or ask again: %(what)s")


class ConsentMissing(Conflict):
    code = "consent_missing"
    message = _("A signed consent is missing: %(which)s")


class StepsMissing(Conflict):
    """The steps of risk that go with an injection have not begun."""

    code = "steps_missing"
    message = _("First begin the procedure “%(which)s” with its talk and checks.")


class SessionOver(Conflict):
    code = "session_over"
    message = _("This session is over already.")


class NothingDone(Conflict):
    code = "nothing_done"
    message = _("Nothing has been entered yet. Enter what was done, or stop the session.")


class OneAtATime(Conflict):
    code = "session_running"
    message = _("Another session of this patient is still running. End it first.")


class WithdrawnAlready(Conflict):
    code = "withdrawn_already"
    message = _("This has been withdrawn already.")


class WhyMissing(Invalid):
    code = "why_missing"
    message = _("Please give a reason.")


class UseNotGiven(Conflict):
    code = "use_not_given"
    message = _("The patient has not signed this use of photographs.")


class EyesMissing(Conflict):
    code = "eyes_missing"
    message = _("First set the two points on the eyes: they are covered in what is given out.")


class CannotCompare(Conflict):
    code = "cannot_compare"
    message = _("Choose two photographs of the same patient.")


class NotSigned(Invalid):
    code = "not_signed"
    message = _("The signature is missing.")


class DesignSigned(Conflict):
    code = "design_signed"
    message = _("This design is signed and stays as it is. Draw a new one.")


class PatientFirst(Conflict):
    code = "patient_first"
    message = _("The patient signs first.")


class PackageGone(Conflict):
    code = "package_gone"
    message = _("This package is not offered any more, or has no price today.")


class CourseEnded(Conflict):
    code = "course_ended"
    message = _("This course has ended already.")


class NotGivenBack(Conflict):
    code = "not_given_back"
    message = _("This session runs, or was given back already.")


class SessionRuns(Conflict):
    code = "session_runs"
    message = _("The session is not done yet.")


class GivenAlready(Conflict):
    code = "given_already"
    message = _("This has been handed over already.")
