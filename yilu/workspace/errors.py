"""The refusals that workspace can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict


class AlreadySetUp(Conflict):
    code = "already_set_up"
    message = _("This clinic is set up already. Please sign in.")


class AmendmentNotSigned(Conflict):
    code = "amendment_not_signed"
    message = _("The signed note was changed. Sign the amendment first, or put the text back.")


class NoLongerHere(Conflict):
    code = "no_longer_here"
    message = _("The patient is no longer in this room. The note can still be signed.")


class PrescriptionNotSigned(Conflict):
    code = "prescription_not_signed"
    message = _("The prescription is not signed yet. Sign it with F10, or take its medicines out.")
