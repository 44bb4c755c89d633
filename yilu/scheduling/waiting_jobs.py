"""What the worker does for the waiting list: asks, tells, and lets time run out."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.platform import timers
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due
from yilu.scheduling import permissions
from yilu.scheduling.operations.offers import (
    ASK,
    END,
    end_offers_of,
    end_opening,
    end_outdone_offers,
    offer_freed_time,
)
from yilu.scheduling.operations.telling import tell_of_offer
from yilu.scheduling.operations.waiting_list import END as END_WAITING
from yilu.scheduling.operations.waiting_list import end_entry, note_booking
from yilu.scheduling.selectors.waiters import Freed, freed_by


@subscriber(
    "scheduling.note_on_waiting_list",
    "BookingMade",
    "BookingMoved",
    "BookingCancelled",
    "BookingMissed",
    "BookingDeedUndone",
)
def keep_waiting_list(told: Told) -> None:
    """Who waits and books meanwhile waits on for something earlier."""
    note_booking(
        actor=Actor.system("scheduling.note_on_waiting_list"),
        booking_id=told.subject_id,
        is_moved=told.name in {"BookingMoved", "BookingDeedUndone"},
    )


@subscriber("scheduling.offer_freed", "BookingCancelled", "BookingMoved", "BookingResized")
def offer(told: Told) -> None:
    """What one patient gives up is offered to those who wait."""
    freed = freed_by(told)
    if freed is not None:
        offer_freed_time(actor=Actor.system("scheduling.offer_freed"), freed=freed)


@subscriber("scheduling.tell_of_offer", "TimeOffered")
def tell_offer(told: Told) -> None:
    """Ask whoever waits, with a link to answer."""
    tell_of_offer(actor=Actor.system("scheduling.tell_of_offer"), offer_id=told.subject_id)


@subscriber("scheduling.end_offers", "WaitingListLeft")
def stop_asking(told: Told) -> None:
    """Who has left the list is asked no longer."""
    actor = Actor.system("scheduling.end_offers", permissions.BOOK)
    end_offers_of(actor=actor, entry_id=told.subject_id)


@subscriber("scheduling.end_outdone_offers", "WaitingBookingNoted")
def stop_asking_for_later(told: Told) -> None:
    """Who has something earlier by now is not asked about a later time."""
    actor = Actor.system("scheduling.end_offers", permissions.BOOK)
    end_outdone_offers(actor=actor, entry_id=told.subject_id)


@timers.handler(END, says=_("End an offer of a free time"))
def end_thinking(due: Due) -> None:
    """Nobody has taken an opening in time."""
    end_opening(actor=Actor.system("scheduling.end_opening"), opening_id=due.subject_id)


@timers.handler(ASK, says=_("Offer a free time to who waits"))
def ask_next(due: Due) -> None:
    """Offer a freed time (again): the next wave, or the morning after."""
    given_up_by = due.body.get("given_up_by")
    freed = Freed(
        id=due.subject_id,
        site_id=UUID(due.body["site"]),
        practitioner_id=UUID(due.body["practitioner"]),
        starts_at=datetime.fromisoformat(due.body["starts_at"]),
        ends_at=datetime.fromisoformat(due.body["ends_at"]),
        given_up_by=UUID(given_up_by) if given_up_by else None,
    )
    offer_freed_time(actor=Actor.system("scheduling.ask_waiting"), freed=freed)


@timers.handler(END_WAITING, says=_("End an entry of the waiting list"))
def end_days(due: Due) -> None:
    """The last day that would have done is over."""
    end_entry(actor=Actor.system("scheduling.end_waiting"), entry_id=due.subject_id)
