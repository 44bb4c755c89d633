"""Promising a wait, keeping the promise in mind, and telling patients what they need to know."""

from datetime import timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.messaging.operations.messages import send_message
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.queueing.models import Forecast, Queue, Ticket
from yilu.queueing.rules.lengths import Wait
from yilu.queueing.rules.telling import is_delay_news, is_next_news
from yilu.queueing.selectors.sheet import Sheet, sheet
from yilu.queueing.states import QueueKind

# Where a patient may have gone for a walk; at a window everybody sees how it goes.
TOLD_IN = (QueueKind.CONSULTATION, QueueKind.EXAMINATION)


@operation
def tell_who_waits(*, actor: Actor, queue_id: UUID) -> None:
    """Note the wait each newcomer was promised; say who is next; say what takes longer.

    Bears being run twice: what was told is noted on the ticket. Eight queries, and those of
    each message.

    Raises:
        NotFound: there is no such queue.
    """
    queue = Queue.objects.filter(pk=queue_id).first()
    if queue is None:
        raise NotFound
    seen = sheet(queue.site_id, queue_ids=[queue_id])
    changed, promised = [], []
    for ahead, ticket, wait in seen.places(queue_id):
        if ticket.told_until is None:
            promised.append(_promise(seen, ticket, ahead, wait))
            changed.append(ticket)
        elif queue.kind in TOLD_IN and _tell(seen, ticket, ahead, wait, actor):
            changed.append(ticket)
    Forecast.objects.bulk_create(promised)
    if changed:
        Ticket.objects.bulk_update(changed, ["told_until", "told_next_at"])


def _promise(seen: Sheet, ticket: Ticket, ahead: int, wait: Wait) -> Forecast:
    low = seen.now + timedelta(minutes=wait.low)
    high = seen.now + timedelta(minutes=wait.high)
    ticket.told_until = high
    return Forecast(
        ticket=ticket,
        queue_id=ticket.queue_id,
        site_id=ticket.site_id,
        clinic_day=ticket.clinic_day,
        made_at=seen.now,
        ahead=ahead,
        low_at=low,
        high_at=high,
    )


def _tell(seen: Sheet, ticket: Ticket, ahead: int, wait: Wait, actor: Actor) -> bool:
    """Send what is news to this patient. Whether something was."""
    high = seen.now + timedelta(minutes=wait.high)
    if is_next_news(
        ahead=ahead, issued_at=ticket.issued_at, told_next_at=ticket.told_next_at, now=seen.now
    ):
        ticket.told_next_at = seen.now
        key = f"next:{ticket.pk}"
        _send(seen, ticket, wait, actor=actor, template="next_in_line", key=key)
        return True
    if ahead and is_delay_news(told_until=ticket.told_until, high_at=high):
        ticket.told_until = high
        key = f"longer:{ticket.pk}:{high:%H%M}"
        _send(seen, ticket, wait, actor=actor, template="wait_longer", key=key)
        return True
    return False


def _send(
    seen: Sheet, ticket: Ticket, wait: Wait, *, actor: Actor, template: str, key: str
) -> None:
    zone = site_zone(ticket.site_id)
    stations = seen.stations_of(ticket.queue_id)
    queue = seen.queues[ticket.queue_id]
    send_message(
        actor=actor,
        key=key,
        template=template,
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
