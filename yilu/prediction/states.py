"""What becomes of a trained model, of an extra confirmation and of an extra place."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.prediction.errors import AlreadyAnswered


class ModelState(TextChoices):
    IN_USE = "in_use", pgettext_lazy("prediction", "In use")
    REPLACED = "replaced", pgettext_lazy("prediction", "Replaced")
    REFUSED = "refused", pgettext_lazy("prediction", "Refused")


class Refusal(TextChoices):
    """Why a training gave no model that is used."""

    NONE = "", ""
    TOO_FEW = "too_few", _("There are too few past bookings to learn from.")
    TOO_FEW_MISSED = "too_few_missed", _("Too few bookings were missed to learn from.")
    NO_BETTER = "no_better", _("It predicts no better than the plain average.")
    WORSE = "worse", _("It predicts worse than the one in use, which stays.")
    FAILED = "failed", _("The training broke off.")


class Tier(TextChoices):
    LOW = "low", pgettext_lazy("no-show", "Low")
    MIDDLE = "middle", pgettext_lazy("no-show", "Middle")
    HIGH = "high", pgettext_lazy("no-show", "High")


class Arm(TextChoices):
    """Who is asked once more, and who is left alone so that the difference can be measured."""

    ASKED = "asked", pgettext_lazy("no-show", "Asked once more")
    LEFT_ALONE = "left_alone", pgettext_lazy("no-show", "Left alone, to compare")


class AskState(TextChoices):
    CALL = "call", pgettext_lazy("no-show", "To be called")
    WRITTEN = "written", pgettext_lazy("no-show", "Written to")
    LEFT_ALONE = "left_alone", pgettext_lazy("no-show", "Left alone")
    COMES = "comes", pgettext_lazy("no-show", "Will come")
    CANNOT = "cannot", pgettext_lazy("no-show", "Cannot come")
    NOT_REACHED = "not_reached", pgettext_lazy("no-show", "Not reached")
    OVER = "over", pgettext_lazy("no-show", "No longer needed")


A = AskState
ASK_MOVES: dict[AskState, frozenset[AskState]] = {
    A.CALL: frozenset({A.COMES, A.CANNOT, A.NOT_REACHED, A.OVER}),
    A.WRITTEN: frozenset({A.OVER}),
    A.LEFT_ALONE: frozenset(),
    A.COMES: frozenset(),
    A.CANNOT: frozenset(),
    A.NOT_REACHED: frozenset(),
    A.OVER: frozenset(),
}
ANSWERS = (AskState.COMES, AskState.CANNOT)


class PlaceState(TextChoices):
    OPEN = "open", pgettext_lazy("extra place", "Open")
    FILLED = "filled", pgettext_lazy("extra place", "Booked")
    WITHDRAWN = "withdrawn", pgettext_lazy("extra place", "Withdrawn")


def check_ask_move(current: str, target: AskState) -> None:
    """Refuse any move that `ASK_MOVES` does not list."""
    if target not in ASK_MOVES[AskState(current)]:
        raise AlreadyAnswered
