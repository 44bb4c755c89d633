"""Waits that are too long: noticed once a visit, explained by staff, over by themselves.

No calling of a patient waits for any of this: a subscriber looks after each ticket's event, and a
timer rings when a limit is reached.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.queueing import permissions
from yilu.queueing.events import LongWaitOver, LongWaitRaised, LongWaitResumed
from yilu.queueing.models import Forecast, LongWait, Ticket
from yilu.queueing.operations.long_wait_words import record_and_tell
from yilu.queueing.selectors.limits import wait_rule
from yilu.queueing.selectors.standing import wait_of
from yilu.queueing.states import (
    WAITED_FOR,
    LongWaitState,
    WaitTrigger,
    check_wait_move,
)
from yilu.queueing.visit_wait import End, Stand
from yilu.visits.selectors.visits import VisitInfo, visit_info

TOO_LONG = "queueing.wait_too_long"
PROMISE_PAST = "queueing.promise_past"


@operation
def follow_wait(*, actor: Actor, visit_id: UUID) -> None:
    """See what has become of a visit's wait: ring when it is too long, end what is over.

    Bears being run twice. Four queries, and three for each long wait that changed.
    """
    visit = visit_info(visit_id)
    actor.require(permissions.EXPLAIN, visit.site_id)
    known = list(LongWait.objects.select_for_update().filter(visit_id=visit_id))
    wait = wait_of(visit)
    for one in known:
        is_promise = one.trigger == WaitTrigger.PROMISE
        _settle(actor, one, wait.end_of(one.ticket_id) if is_promise else wait.end)
    if wait.waiting is not None and not any(one.trigger == WaitTrigger.LONG for one in known):
        due = wait.counted_from + wait_rule(visit.site_id).limits.longest
        timers.schedule(TOO_LONG, due_at=due, subject_id=visit_id, site_id=visit.site_id)


@operation
def notice_long_wait(*, actor: Actor, visit_id: UUID) -> None:
    """Have staff explain why a visit waits beyond the limit. Once a visit; five queries or fewer.

    Nothing happens while somebody attends to the patient: whatever follows that looks again.
    """
    visit = visit_info(visit_id)
    actor.require(permissions.EXPLAIN, visit.site_id)
    if LongWait.objects.filter(visit_id=visit_id, trigger=WaitTrigger.LONG).exists():
        return
    wait = wait_of(visit)
    if wait.waiting is None:
        return
    limit = wait.counted_from + wait_rule(visit.site_id).limits.longest
    if clock.now() < limit:  # The rule has been set otherwise meanwhile.
        timers.schedule(TOO_LONG, due_at=limit, subject_id=visit_id, site_id=visit.site_id)
        return
    _raise(actor, visit, wait.waiting, WaitTrigger.LONG, (wait.counted_from, limit))


@operation
def notice_broken_promise(*, actor: Actor, ticket_id: UUID) -> None:
    """Have staff explain why the time is past that a patient was promised. Once a visit."""
    ticket = Ticket.objects.filter(pk=ticket_id).select_related("queue").first()
    forecast = Forecast.objects.filter(ticket_id=ticket_id).order_by("made_at").first()
    if ticket is None or forecast is None or ticket.queue.kind not in WAITED_FOR:
        return
    actor.require(permissions.EXPLAIN, ticket.site_id)
    known = LongWait.objects.filter(visit_id=ticket.visit_id, trigger=WaitTrigger.PROMISE)
    visit = visit_info(ticket.visit_id)
    stand = next(one for one in wait_of(visit).stands if one.ticket_id == ticket_id)
    if not stand.waits or known.exists():
        return
    limit = forecast.high_at + wait_rule(visit.site_id).limits.grace
    if clock.now() < limit:
        timers.schedule(PROMISE_PAST, due_at=limit, subject_id=ticket_id, site_id=visit.site_id)
        return
    _raise(actor, visit, stand, WaitTrigger.PROMISE, (forecast.made_at, limit))


def _raise(
    actor: Actor,
    visit: VisitInfo,
    stand: Stand,
    trigger: WaitTrigger,
    since: tuple[datetime, datetime],
) -> None:
    one = LongWait(
        site_id=visit.site_id,
        clinic_day=visit.clinic_day,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        practitioner_id=stand.practitioner_id or visit.practitioner_id,
        trigger=trigger,
        ticket_id=stand.ticket_id,
        number=stand.number,
        counted_from=since[0],
        limit_at=since[1],
    )
    one.save(force_insert=True)
    record_and_tell(actor, one, "raised", LongWaitRaised)


def _settle(actor: Actor, one: LongWait, end: End | None) -> None:
    """Write down that a wait is over, or that it goes on after all.

    The version stays: it guards what people write, and of that nothing is touched here. Somebody
    may be typing why; the row is held by both deeds, and each finds its state anew.
    """
    if end is not None and one.ended_at is None:
        one.ended_at, one.end = end.at, end.how
        event: type[Any] = LongWaitOver
        target = LongWaitState.OVER if one.state == LongWaitState.OPEN else None
    elif end is None and one.ended_at is not None:
        one.ended_at, one.end = None, ""
        event = LongWaitResumed
        target = LongWaitState.OPEN if one.state == LongWaitState.OVER else None
    else:
        return
    if target is not None:
        check_wait_move(one.state, target)
        one.state = target
    one.save(update_fields=["state", "ended_at", "end"])
    deed = "over" if event is LongWaitOver else "resumed"
    record_and_tell(actor, one, deed, event if target is not None else None)
