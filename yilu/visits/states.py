"""The life of a visit: its states, and the only moves between them."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yilu.visits.errors import VisitMoveRefused


class VisitKind(TextChoices):
    BOOKED = "booked", _("Booked")
    WALK_IN = "walk_in", _("Walk-in")


class VisitState(TextChoices):
    ARRIVED = "arrived", _("Arrived")
    IN_CARE = "in_care", _("In care")
    LEFT = "left", _("Has left")
    ABANDONED = "abandoned", _("Left without being seen")
    WITHDRAWN = "withdrawn", _("Check-in taken back")


S = VisitState

MOVES: dict[VisitState, frozenset[VisitState]] = {
    S.ARRIVED: frozenset({S.IN_CARE, S.LEFT, S.ABANDONED, S.WITHDRAWN}),
    S.IN_CARE: frozenset({S.LEFT, S.ABANDONED, S.ARRIVED}),  # Arrived: the call was undone.
    S.LEFT: frozenset({S.ARRIVED, S.IN_CARE}),
    S.ABANDONED: frozenset({S.ARRIVED, S.IN_CARE}),
    S.WITHDRAWN: frozenset(),  # It never was: who comes after all is checked in anew.
}

HERE = (S.ARRIVED, S.IN_CARE)
# Midnight sends nobody home: so long after they came, who came the evening before is still here.
NIGHT = timedelta(hours=12)
# Nobody was seen and nobody will be: nothing is written to such a visit.
UNSEEN = (S.ABANDONED, S.WITHDRAWN)


def check_move(current: str, target: VisitState) -> None:
    """Refuse any move that `MOVES` does not list."""
    state = VisitState(current)
    if target not in MOVES[state]:
        raise VisitMoveRefused(current=state.label, target=target.label)
