"""The refusals that visits can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class UnknownPatient(Invalid):
    code = "unknown_patient"
    message = _("There is no such patient.")


class AlreadyHere(Conflict):
    code = "already_here"
    message = _("This booking has already been checked in.")


class VisitMoveRefused(Conflict):
    code = "visit_move_refused"
    message = _("A visit that is “%(current)s” cannot become “%(target)s”.")


class TooLateToReopen(Conflict):
    code = "too_late_to_reopen"
    message = _("A visit can be reopened on its own day only.")


class NotStaffHere(Invalid):
    code = "not_staff_here"
    message = _("Who takes over must hold a post here today.")
