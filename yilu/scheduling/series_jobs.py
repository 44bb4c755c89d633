"""What the worker does for treatments in series: books what was planned only, and tells of it."""

from contextlib import suppress
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.platform import timers
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due
from yilu.scheduling import permissions
from yilu.scheduling.errors import SittingTaken
from yilu.scheduling.operations.planned import PLACE, look_for_due, place_next
from yilu.scheduling.operations.telling import tell_of_sitting

MOST_TRIES = 3
ACTOR = Actor.system("scheduling.series", permissions.SEE, permissions.BOOK, permissions.CHANGE)


@subscriber("scheduling.continue_series", "SessionsPublished")
def look(told: Told) -> None:
    """What is planned may have its place now."""
    if told.site_id is not None and told.body["opened"]:
        look_for_due(actor=ACTOR, site_id=told.site_id)


@timers.handler(PLACE, slow=True, says=_("Book planned sittings"))
def place(due: Due) -> None:
    """Book what is due of one treatment, each sitting in a deed of its own."""
    for _try in range(MOST_TRIES):
        with suppress(SittingTaken):
            while place_next(actor=ACTOR, series_id=due.subject_id):
                pass
            return


@subscriber("scheduling.tell_of_sitting", "SittingBooked")
def tell(told: Told) -> None:
    """Tell the patient that the next sitting has a time now, and how to change it."""
    tell_of_sitting(
        actor=Actor.system("scheduling.tell_of_sitting"),
        booking_id=UUID(told.body["booking_id"]),
        number=told.body["number"],
        of=told.body["of"],
    )
