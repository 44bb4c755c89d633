"""The refusals that guiding can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class TaskMoveRefused(Conflict):
    code = "task_move_refused"
    message = _("This cannot be done now: the task is “%(current)s”.")


class NotHere(Conflict):
    code = "guiding_not_here"
    message = _("This patient is not with us at the moment.")


class AlreadyAsked(Conflict):
    code = "help_already_asked"
    message = _("Help has been asked for already, and is on the list.")


class AlreadyTaken(Conflict):
    code = "task_already_taken"
    message = _("A colleague has just taken this task.")


class NotYourTask(Conflict):
    code = "not_your_task"
    message = _("This task is with somebody else now.")


class OwnArrival(Conflict):
    code = "own_arrival"
    message = _("Who brought the patient cannot also confirm that they arrived.")


class NotOnDuty(Conflict):
    code = "guide_not_on_duty"
    message = _("This person is not on duty as a guide.")


class PlaceMissing(Invalid):
    code = "place_missing"
    message = _("Say where the patient is to be brought.")


class NotForPatients(Invalid):
    code = "help_not_for_patients"
    message = _("Please ask a member of staff for this.")


class NothingOut(Conflict):
    code = "nothing_out"
    message = _("This is back already.")
