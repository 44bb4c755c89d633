"""The refusals that reception can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class WrongArrivalCode(Invalid):
    code = "wrong_arrival_code"
    message = _("This is not the code shown at the clinic now. Please read it again.")


class NotToday(Conflict):
    code = "not_today"
    message = _("This booking is for another day. The desk will help you.")


class NobodyOnDuty(Conflict):
    code = "nobody_on_duty"
    message = _("Nobody who does this is on duty today. Please choose another service.")


class NotHere(Conflict):
    code = "not_here"
    message = _("This patient is not with us at the moment.")


class BuiltUpon(Conflict):
    code = "built_upon"
    message = _("It cannot be undone any more: the patient was called, examined or charged since.")
