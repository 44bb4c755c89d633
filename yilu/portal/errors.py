"""The refusals that portal can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, NotFound


class NotOnline(NotFound):
    code = "not_online"
    message = _("This service cannot be booked online. Please call the clinic.")


class NothingChosen(Conflict):
    code = "nothing_chosen"
    message = _("No time is kept for you. Please choose a time first.")


class IdentityDiffers(Conflict):
    code = "identity_differs"
    message = _(
        "This identity number is registered here with another name or birth date."
        " Please check both, or book without the number and bring your paper."
    )


class CardKnown(Conflict):
    code = "card_known"
    message = _(
        "This card belongs to a record here. Please give the identity number too, so that we find"
        " it, or book without the card."
    )


class BindingOver(Conflict):
    code = "binding_over"
    message = _("Signing in took too long. Please begin again.")


class ConsentMissing(Invalid):
    code = "consent_missing"
    message = _("Please agree to the use of your data; without it we may not keep a booking.")


class WrongBirthDate(Invalid):
    code = "wrong_birth_date"
    message = _("That is not the birth date in the record. After five tries this page stays shut.")


class BirthDateUnknown(Conflict):
    code = "birth_date_unknown"
    message = _("The record has no birth date to ask for. The desk shows you your papers.")
