"""What the record does when a time comes."""

from django.utils.translation import gettext_lazy as _

from yilu.clinical.operations.procedures import OVERDUE, mark_overdue
from yilu.platform.actors import Actor
from yilu.platform.timers import Due, handler

WATCHER = Actor.system("clinical.observations")


@handler(OVERDUE, says=_("Tells that nobody has looked at a patient after a procedure"))
def overdue(due: Due) -> None:
    """Nobody has looked in time: the pathway tells a nurse, then the manager."""
    mark_overdue(actor=WATCHER, observation_id=due.subject_id)
