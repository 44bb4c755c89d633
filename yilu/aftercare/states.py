"""The life of a follow-up, and the words for what comes of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.aftercare.errors import AlreadyEnded


class FollowUpState(TextChoices):
    DUE = "due", _("To be called")
    DONE = "done", pgettext_lazy("follow-up", "Reached")
    NO_ANSWER = "no_answer", _("Not reached")
    CANCELLED = "cancelled", pgettext_lazy("follow-up", "Called off")


S = FollowUpState
MOVES: dict[FollowUpState, frozenset[FollowUpState]] = {
    S.DUE: frozenset({S.DONE, S.NO_ANSWER, S.CANCELLED}),
    S.DONE: frozenset(),
    S.NO_ANSWER: frozenset(),
    S.CANCELLED: frozenset(),
}


class FollowUpKind(TextChoices):
    VISIT = "visit", _("After a visit")


class Recovery(TextChoices):
    WELL = "well", pgettext_lazy("recovery", "Well again")
    BETTER = "better", pgettext_lazy("recovery", "Better")
    SAME = "same", pgettext_lazy("recovery", "Unchanged")
    WORSE = "worse", pgettext_lazy("recovery", "Worse")


class Medication(TextChoices):
    AS_TOLD = "as_told", pgettext_lazy("medication", "Takes it as told")
    DIFFERENT = "different", pgettext_lazy("medication", "Takes it otherwise")
    STOPPED = "stopped", pgettext_lazy("medication", "Stopped")
    NONE = "none", pgettext_lazy("medication", "Has none")


def check_move(current: str, target: FollowUpState) -> None:
    """Refuse any move that `MOVES` does not list."""
    if target not in MOVES[FollowUpState(current)]:
        raise AlreadyEnded
