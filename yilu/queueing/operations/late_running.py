"""Telling a late doctor's patients to come later, by themselves, where a site wants that."""

from datetime import datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_info
from yilu.messaging.selectors.wordings import wording
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.queueing import permissions
from yilu.queueing.models import Queue
from yilu.queueing.operations.budget import has_phone
from yilu.queueing.rules.late_running import Coming, NewTime, whom_to_tell
from yilu.queueing.rules.lengths import Guess
from yilu.queueing.selectors.limits import wait_rule
from yilu.queueing.selectors.sheet import Sheet, sheet
from yilu.queueing.states import QueueKind
from yilu.scheduling.fit import asking_from
from yilu.scheduling.operations.later import COME_LATER, Promise, promise_later_time
from yilu.scheduling.selectors.ahead import Expected
from yilu.scheduling.selectors.later import Tellable, tellable

LOOK = "queueing.late_running"
# How often a queue is looked at while somebody waits in it or is inside.
EVERY = timedelta(minutes=3)
# Whoever is here so long before a session ends is still seen in it.
BEFORE_CLOSING = timedelta(minutes=15)


@operation
def watch_for_delay(*, actor: Actor, queue_id: UUID) -> None:
    """See to it that a practitioner's queue in which something happens is looked at every few
    minutes, where the site tells patients by itself. Three queries, four to begin.
    """
    queue = _watched(queue_id)
    if queue is None:
        return
    actor.require(permissions.SEE, queue.site_id)
    if wait_rule(queue.site_id).tells_later and not timers.is_waiting(LOOK, queue_id):
        _look_again(queue, clock.now())


@operation
def tell_later_times(*, actor: Actor, queue_id: UUID) -> int:
    """Tell those who gain by it and are still at home to come later; how many were told.

    Worked out from the queue as it stands; each booking is held and looked at again before its
    patient is told, so that it can be run twice, by two at once, and while patients come or
    cancel. In the quiet hours of the site nobody is told. It is done again in a few minutes as
    long as anybody waits or is inside. Sixteen queries, and those of whom a message may reach and
    of each message.
    """
    queue = _watched(queue_id)
    if queue is None:
        return 0
    actor.require(permissions.SEE, queue.site_id)
    rule = wait_rule(queue.site_id)
    if not rule.tells_later:
        return 0
    seen = sheet(queue.site_id, queue_ids=[queue_id])
    if seen.waiting or seen.at_station:
        _look_again(queue, seen.now + EVERY)
    if not wording(COME_LATER).is_active:
        return 0  # Nobody is bound by what they are not told.
    if asking_from(seen.now, site_info(queue.site_id)) > seen.now:
        return 0
    turns = {one.booking_id: (one, guess) for one, guess in seen.turns(queue_id)}
    people = tellable(one for one in turns if one)
    day = {one: _coming(seen, queue_id, people[one], *turns[one]) for one in people}
    return sum(
        promise_later_time(actor=actor, promise=_promise(day[one.booking_id], one))
        for one in whom_to_tell(day.values(), rule.late, seen.now)
        if has_phone(people[one.booking_id].patient_id)
    )


def _watched(queue_id: UUID) -> Queue | None:
    """The queue, if it is of one practitioner's own patients."""
    return Queue.objects.filter(
        pk=queue_id, kind=QueueKind.CONSULTATION, practitioner__isnull=False
    ).first()


def _look_again(queue: Queue, due_at: datetime) -> None:
    timers.schedule(LOOK, due_at=due_at, subject_id=queue.pk, site_id=queue.site_id)


def _coming(
    seen: Sheet, queue_id: UUID, patient: Tellable, booking: Expected, guess: Guess
) -> Coming:
    shape = seen.shape(queue_id, guess)
    closes_at = seen.closes_at(queue_id, booking.starts_at) or booking.ends_at

    def turn(spreads: float) -> datetime:
        return seen.now + timedelta(minutes=guess.at(spreads))

    return Coming(
        booking_id=patient.booking_id,
        booked_at=patient.starts_at,
        promised_at=patient.come_at,
        told=patient.told,
        low_at=turn(shape.low),
        middle_at=turn(shape.middle),
        high_at=turn(shape.high),
        latest_at=closes_at - BEFORE_CLOSING,
        is_set=patient.is_set,
    )


def _promise(one: Coming, told: NewTime) -> Promise:
    return Promise(
        booking_id=one.booking_id,
        instead_of=told.instead_of,
        come_at=told.come_at,
        low_at=one.low_at,
        middle_at=one.middle_at,
        high_at=one.high_at,
    )
