"""The refusals that reception can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, NotSignedIn


class WrongArrivalCode(Invalid):
    code = "wrong_arrival_code"
    message = _("This is not the code shown at the clinic now. Please read it again.")


class NotToday(Conflict):
    code = "not_today"
    message = _("This booking is for another day. The desk will help you.")


class NotRemote(Conflict):
    code = "not_remote"
    message = _("This booking takes place at the clinic, not by telephone or video.")


class NotReadyYet(Conflict):
    code = "not_ready_yet"
    message = _("It is too early to say so: please come back half an hour before your time.")


class NobodyOnDuty(Conflict):
    code = "nobody_on_duty"
    message = _("Nobody who does this is on duty today. Please choose another service.")


class NotHere(Conflict):
    code = "not_here"
    message = _("This patient is not with us at the moment.")


class BuiltUpon(Conflict):
    code = "built_upon"
    message = _("It cannot be undone any more: the patient was called, examined or charged since.")


class IncidentOver(Conflict):
    code = "incident_over"
    message = _("This incident is over. Open it again first.")


class AlreadyNoted(Conflict):
    code = "already_noted"
    message = _("A colleague has just written that down.")


class NothingNoted(Invalid):
    code = "nothing_noted"
    message = _("Say what was done.")


class TimeCannotBe(Invalid):
    code = "time_cannot_be"
    message = _("It cannot have been done then: not in the future, nor an hour before it began.")


class OutcomeDoesNotFit(Invalid):
    code = "outcome_does_not_fit"
    message = _("An incident of this kind does not end like that.")


class NotAThing(Invalid):
    code = "not_a_thing"
    message = _("Choose a room, a chair or a device of this site.")


class FaultOver(Invalid):
    code = "fault_over"
    message = _("Say until when it cannot be used: a time to come, within sixty days.")


class PatientsAsked(Conflict):
    code = "patients_asked"
    message = _(
        "Patients have been asked about other times because of this fault. Close the incident "
        "with an outcome instead."
    )


class CallTaken(Conflict):
    code = "call_taken"
    message = _("A colleague has picked this call up.")


class CallOver(Conflict):
    code = "call_over"
    message = _("This call is over.")


class TwoIdentifiers(Invalid):
    code = "two_identifiers"
    message = _("Two identifiers are needed before anything is said about a patient.")


class NoSuchNumber(Invalid):
    code = "no_such_number"
    message = _("This is not a telephone number. Abroad, begin with + and the country.")


class CallBackIsOver(Conflict):
    code = "call_back_over"
    message = _("This call has been returned, or is not needed any more.")


class CallBackTooLate(Invalid):
    code = "call_back_too_late"
    message = _("Say when to call back: a time to come, within thirty days.")


class TelephoneKeyUnknown(NotSignedIn):
    code = "telephone_key_unknown"
    message = _("No telephone system of this name is let in.")
