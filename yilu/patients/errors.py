"""The refusals that patients can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, NotFound, TooMany


class AlreadyRegistered(Conflict):
    """`params["patient_id"]` is the person found, for staff; None for everybody else."""

    code = "already_registered"
    message = _("A patient with this identity paper is already registered.")


class UnknownPatient(NotFound):
    code = "unknown_patient"
    message = _("There is no such patient.")


class NoMatch(NotFound):
    """Says nothing about which of the answers was wrong."""

    code = "no_match"
    message = _("No record matches these answers. The desk can link it for you.")


class TooManyGuesses(TooMany):
    code = "too_many_guesses"
    message = _("Too many attempts. The desk can link your record for you.")
    retry_after = 3600


class SharingNotAgreed(Conflict):
    code = "sharing_not_agreed"
    message = _("Ask the patient first: their record is kept at another clinic of the group.")


class RelatedToSelf(Conflict):
    code = "related_to_self"
    message = _("A patient cannot be their own relative.")


class NotGiven(Conflict):
    code = "consent_not_given"
    message = _("This consent has not been given.")
