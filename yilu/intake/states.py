"""How far the questions before a visit have come, and what became of a call for the nurse."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from yilu.intake.errors import AnsweredAlready, SeenAlready


class SheetState(TextChoices):
    ASKED = "asked", pgettext_lazy("questions", "Asked")
    DRAFT = "draft", pgettext_lazy("questions", "Begun")
    ANSWERED = "answered", pgettext_lazy("questions", "Answered")


S = SheetState
MOVES: dict[SheetState, frozenset[SheetState]] = {
    S.ASKED: frozenset({S.DRAFT, S.ANSWERED}),
    S.DRAFT: frozenset({S.DRAFT, S.ANSWERED}),
    # What was answered is changed by staff at the visit alone: `answer_at_visit`.
    S.ANSWERED: frozenset(),
}


def check_move(current: str, target: SheetState) -> None:
    """Refuse any move that `MOVES` does not list."""
    if target not in MOVES[SheetState(current)]:
        raise AnsweredAlready


# How soon a nurse looks at somebody who feels worse.
PROMISED = 5


class WorseState(TextChoices):
    OPEN = "open", pgettext_lazy("feels worse", "A nurse is coming")
    ANSWERED = "answered", pgettext_lazy("feels worse", "Seen by a nurse")


WORSE_MOVES: dict[WorseState, frozenset[WorseState]] = {
    WorseState.OPEN: frozenset({WorseState.ANSWERED}),
    WorseState.ANSWERED: frozenset(),
}


def check_worse_move(current: str, target: WorseState) -> None:
    """Refuse any move that `WORSE_MOVES` does not list."""
    if target not in WORSE_MOVES[WorseState(current)]:
        raise SeenAlready
