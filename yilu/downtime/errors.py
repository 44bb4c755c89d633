"""The refusals of paper that contradicts itself, or what is known."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, NotFound


class KitGone(NotFound):
    code = "kit_gone"
    message = _("This kit is no longer kept. Please take a newer one.")


class OutageOpen(Conflict):
    code = "outage_open"
    message = _("Paper of an earlier outage is still being entered here. Close that one first.")


class OutageClosed(Conflict):
    code = "outage_closed"
    message = _("This outage has been closed; its numbers stay as they are.")


class BadPeriod(Invalid):
    code = "outage_bad_period"
    message = _("The outage must end after it began, and not in the future.")


class FormSettled(Conflict):
    code = "form_settled"
    message = _("This form has been accounted for already.")


class TimesContradict(Invalid):
    code = "paper_times_contradict"
    message = _(
        "These times contradict each other: arrival, call and end come in this order, payment not"
        " before the arrival, and none lies in the future."
    )


class OutsideOutage(Invalid):
    code = "paper_outside_outage"
    message = _("The arrival lies outside the outage. Whoever came before or after is known here.")


class BookingContradicts(Conflict):
    code = "paper_booking_contradicts"
    message = _(
        "The booking says otherwise: it is another patient's, of another day, or no longer"
        " expected. Look it up, or enter the visit without a booking."
    )


class EnteredAlready(Conflict):
    code = "paper_entered_already"
    message = _("This patient has a visit at that time already. Is it the same one?")


class PaidOtherwise(Invalid):
    code = "paper_paid_otherwise"
    message = _("By the price list of that day it was %(due)s, not %(paid)s. Please look again.")


class StillOpen(Conflict):
    code = "forms_still_open"
    message = _(
        "%(many)s forms are not accounted for. Enter them, or say that they are missing, first."
    )
