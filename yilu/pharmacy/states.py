"""The road of one prescription through the pharmacy, and the only moves along it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yilu.pharmacy.errors import MoveRefused


class DispenseState(TextChoices):
    WAITING_PAYMENT = "waiting_payment", _("To pay")
    WAITING = "waiting", _("To review")
    REVIEWED = "reviewed", _("To pick")
    PICKED = "picked", _("To check")
    CHECKED = "checked", _("To hand over")
    HANDED_OVER = "handed_over", _("Handed over")
    REJECTED = "rejected", _("Sent back to the doctor")
    CANCELLED = "cancelled", _("Cancelled")


S = DispenseState

MOVES: dict[DispenseState, frozenset[DispenseState]] = {
    S.WAITING_PAYMENT: frozenset({S.WAITING, S.REJECTED, S.CANCELLED}),
    S.WAITING: frozenset({S.REVIEWED, S.REJECTED, S.CANCELLED}),
    S.REVIEWED: frozenset({S.PICKED, S.REJECTED, S.CANCELLED, S.WAITING}),
    S.PICKED: frozenset({S.CHECKED, S.REJECTED, S.CANCELLED, S.REVIEWED}),
    S.CHECKED: frozenset({S.HANDED_OVER, S.CANCELLED, S.PICKED}),
    S.HANDED_OVER: frozenset({S.CHECKED, S.REVIEWED}),
    S.REJECTED: frozenset({S.WAITING, S.WAITING_PAYMENT, S.CANCELLED}),
    S.CANCELLED: frozenset(),
}

# What somebody in the pharmacy still has to do, in the order of the road.
OPEN = (S.WAITING, S.REVIEWED, S.PICKED, S.CHECKED)
# What a patient waits for, although it may be the doctor's turn.
OWED = (*OPEN, S.REJECTED)
# Where each undo leads back to.
BACK = {S.REVIEWED: S.WAITING, S.PICKED: S.REVIEWED, S.CHECKED: S.PICKED, S.HANDED_OVER: S.CHECKED}


def check_move(current: str, target: DispenseState) -> None:
    """Refuse any move that `MOVES` does not list."""
    state = DispenseState(current)
    if target not in MOVES[state]:
        raise MoveRefused(current=state.label)
