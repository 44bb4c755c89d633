"""The refusals that pathways can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid, NotAllowed, NotFound


class UnknownPathway(NotFound):
    code = "unknown_pathway"
    message = _("No pathway with the key “%(key)s” has been published.")


class NotAPathway(Invalid):
    """`errors` says where in the definition, and what is wrong there."""

    code = "not_a_pathway"
    message = _("This is not a pathway that can be run.")


class NothingNew(Conflict):
    code = "nothing_new"
    message = _("This is the version that is already in use.")


class StepMoveRefused(Conflict):
    code = "step_move_refused"
    message = _("A step that is “%(current)s” cannot become “%(target)s”.")


class NotYourStep(NotAllowed):
    code = "not_your_step"
    message = _("This step belongs to another post.")


class AlreadyTaken(Conflict):
    code = "already_taken"
    message = _("Somebody else has taken this step.")


class CannotTakeOver(Conflict):
    code = "cannot_take_over"
    message = _("Who takes over must hold a post here today.")


class TooLateToUndo(Conflict):
    code = "too_late_to_undo"
    message = _("This can no longer be undone.")


class BuiltUpon(Conflict):
    code = "built_upon"
    message = _("This can no longer be undone: the next step has been done already.")
