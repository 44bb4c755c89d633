"""Promising a wait, keeping the promise in mind, and telling patients what they need to know."""

from datetime import timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.messaging.operations.messages import send_message
from yilu.platform import timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.queueing.models import Forecast, Queue, Ticket
from yilu.queueing.operations.budget import count_message, has_phone, may_send
from yilu.queueing.operations.forecasting import Forecasting
from yilu.queueing.operations.long_waits import PROMISE_PAST
from yilu.queueing.rules.lengths import Guess, Wait
from yilu.queueing.rules.telling import is_delay_news, is_next_news
from yilu.queueing.selectors.limits import wait_rule
from yilu.queueing.selectors.sheet import Sheet, sheet
from yilu.queueing.states import WAITED_FOR, NoticeKind

# Where a patient may have gone for a walk; at a window everybody sees how it goes.
TOLD_IN = WAITED_FOR
TEMPLATES = {NoticeKind.NEXT: "next_in_line", NoticeKind.LONGER: "wait_longer"}


@operation
def tell_who_waits(*, actor: Actor, queue_id: UUID) -> None:
    """Note the wait each newcomer was promised; say who is next; say what takes longer.

    Bears being run twice, and by two at once: what was told is noted on the ticket. Eight
    queries, three more and those of each message where something is said, and one for each
    newcomer: a timer rings when the promised time is past. A visit is never sent more messages
    than the site's limit.

    Raises:
        NotFound: there is no such queue.
    """
    # Of two who are to tell one queue, the second waits and finds everything told. Who checks in
    # only refers to the queue, and does not wait.
    queue = Queue.objects.select_for_update(no_key=True).filter(pk=queue_id).first()
    if queue is None:
        raise NotFound
    seen = sheet(queue.site_id, queue_ids=[queue_id])
    changed, promised = [], []
    for ahead, ticket, guess in seen.guesses(queue_id):
        wait = seen.told(queue, guess)
        if ticket.told_until is None:
            promised.append(_promise(seen, ticket, ahead, guess))
            changed.append(ticket)
            _ring_when_past(queue, promised[-1])
        elif (
            queue.kind in TOLD_IN
            and not ticket.is_remote
            and _tell(seen, ticket, ahead, wait, actor)
        ):
            changed.append(ticket)
    Forecast.objects.bulk_create(promised)
    if changed:
        Ticket.objects.bulk_update(changed, ["told_until", "told_next_at"])


def _ring_when_past(queue: Queue, promise: Forecast) -> None:
    if queue.kind in WAITED_FOR and not promise.ticket.is_remote:
        timers.schedule(
            PROMISE_PAST,
            due_at=promise.high_at,
            subject_id=promise.ticket_id,
            site_id=promise.site_id,
        )


def _promise(seen: Sheet, ticket: Ticket, ahead: int, guess: Guess) -> Forecast:
    promise = Forecasting.of(seen, ticket, ahead, guess)
    promise.ticket, ticket.told_until = ticket, promise.high_at
    return promise


def _tell(seen: Sheet, ticket: Ticket, ahead: int, wait: Wait, actor: Actor) -> bool:
    """Send what is news to this patient. Whether something was."""
    high = seen.now + timedelta(minutes=wait.high)
    if is_next_news(
        ahead=ahead, issued_at=ticket.issued_at, told_next_at=ticket.told_next_at, now=seen.now
    ):
        ticket.told_next_at = seen.now
        _send(seen, ticket, wait, actor=actor, kind=NoticeKind.NEXT, key=f"next:{ticket.pk}")
        return True
    if ahead and is_delay_news(told_until=ticket.told_until, high_at=high):
        ticket.told_until = high
        key = f"longer:{ticket.pk}:{high:%H%M}"
        _send(seen, ticket, wait, actor=actor, kind=NoticeKind.LONGER, key=key)
        return True
    return False


def _send(
    seen: Sheet, ticket: Ticket, wait: Wait, *, actor: Actor, kind: NoticeKind, key: str
) -> None:
    """Send it and count it; beyond the limit of the site only the screens say it."""
    most = wait_rule(ticket.site_id).most_messages
    if not may_send(ticket.visit_id, kind, most):
        return
    if has_phone(ticket.patient_id):
        count_message(ticket, kind, seen.now, (wait.low, wait.high))
    zone = site_zone(ticket.site_id)
    stations = seen.stations_of(ticket.queue_id)
    queue = seen.queues[ticket.queue_id]
    send_message(
        actor=actor,
        key=key,
        template=TEMPLATES[kind],
        site_id=ticket.site_id,
        patient_id=ticket.patient_id,
        data={
            "ticket": ticket.number,
            "place": stations[0].name if stations else queue.name,
            "low": str(wait.low),
            "high": str(wait.high),
            "from": f"{(seen.now + timedelta(minutes=wait.low)).astimezone(zone):%H:%M}",
            "until": f"{(seen.now + timedelta(minutes=wait.high)).astimezone(zone):%H:%M}",
        },
    )
