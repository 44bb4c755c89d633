"""The lives of a case and of its steps, and the only moves between their states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yilu.pathways.errors import StepMoveRefused


class CaseState(TextChoices):
    OPEN = "open", _("Under way")
    CLOSED = "closed", _("Completed")
    ABANDONED = "abandoned", _("Broken off")


class StepState(TextChoices):
    WAITING = "waiting", _("Still to come")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Done")
    SKIPPED = "skipped", _("Not needed")


S = StepState

MOVES: dict[StepState, frozenset[StepState]] = {
    S.WAITING: frozenset({S.OPEN, S.SKIPPED, S.CLOSED}),  # Closed: done before it was its turn.
    S.OPEN: frozenset({S.CLOSED, S.SKIPPED, S.WAITING}),  # Waiting: what opened it was undone.
    S.CLOSED: frozenset({S.OPEN, S.WAITING}),
    S.SKIPPED: frozenset({S.OPEN, S.WAITING, S.CLOSED}),
}

FINISHED = frozenset({S.CLOSED, S.SKIPPED})


def check_move(current: str, target: StepState) -> None:
    """Refuse any move that `MOVES` does not list."""
    state = StepState(current)
    if target not in MOVES[state]:
        raise StepMoveRefused(current=state.label, target=target.label)
