"""The refusals that workforce can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class StaffNumberTaken(Conflict):
    code = "staff_number_taken"
    message = _("Somebody else already signs in with this staff number.")


class UnknownPost(Invalid):
    code = "unknown_post"
    message = _("There is no such post.")


class UnknownStaff(Invalid):
    code = "unknown_staff"
    message = _("Nobody by that name works here.")


class UnknownDepartment(Invalid):
    code = "unknown_department"
    message = _("There is no such department.")


class AlreadyHoldsPost(Conflict):
    code = "already_holds_post"
    message = _("This person already holds this post here at that time.")


class EndsBeforeStart(Invalid):
    code = "ends_before_start"
    message = _("The last day must not lie before the first.")


class AlreadyEnded(Conflict):
    code = "already_ended"
    message = _("This has already ended.")


class PasswordTooWeak(Invalid):
    code = "password_too_weak"
    message = _("This password is too short or too common. Use at least 12 characters.")


class LastAdministrator(Conflict):
    code = "last_administrator"
    message = _("This is the last administrator. Give the post to somebody else first.")


class IsPractitioner(Conflict):
    code = "is_practitioner"
    message = _("This person already sees patients.")
