"""The refusals that prediction can give."""

from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import Conflict, Invalid


class AlreadyAnswered(Conflict):
    code = "already_answered"
    message = _("Somebody has written down an answer already.")


class AnswerMissing(Invalid):
    code = "answer_missing"
    message = _("Please say what the patient answered.")


class BookingOver(Conflict):
    code = "booking_over"
    message = _("This booking is no longer to come.")


class ModelUnreadable(Conflict):
    code = "model_unreadable"
    message = _("The stored model is damaged and is not used.")


class OvertakenTraining(Conflict):
    code = "overtaken_training"
    message = _("Another training has ended meanwhile; this one is dropped.")


class PlaceNotAdvised(Conflict):
    code = "place_not_advised"
    message = _("No extra place is advised there any more.")


class PlaceTaken(Conflict):
    code = "place_taken"
    message = _("Somebody else has opened or used this extra place already.")
