"""Giving events to subscribers: at least once, in order for each subscriber and subject."""

import json
import logging
from typing import Any

from django.db import connection, transaction

from yilu.platform import clock, given_up, outbox
from yilu.platform.db import deed
from yilu.platform.models import Delivery, DeliveryState
from yilu.platform.outbox import Told
from yilu.platform.worker.failures import MOST_TRIES, next_try, trace

log = logging.getLogger(__name__)
# Is due and has no earlier one of the same subscriber and subject before it.
_READY = """
d.state = 'waiting' AND d.next_at <= %(now)s AND NOT EXISTS (
    SELECT FROM platform_delivery before
    WHERE before.state = 'waiting' AND before.subscriber = d.subscriber
      AND before.subject_id = d.subject_id AND before.seq < d.seq)
"""
DUE = f"EXISTS (SELECT FROM platform_delivery d WHERE {_READY})"
_CLAIM = f"""
SELECT d.id, d.subscriber, d.tries, e.id, e.seq, e.at, e.name, e.version, e.site_id,
       e.subject_type, e.subject_id, e.actor_kind, e.actor_id, e.correlation_id, e.body
FROM platform_delivery d JOIN platform_event e ON e.id = d.event_id
WHERE {_READY}
ORDER BY d.next_at, d.seq LIMIT 1
FOR UPDATE OF d SKIP LOCKED
"""  # noqa: S608 (our own words)


def deliver_next(*, raising: bool = False) -> bool:
    """Give one due event to one subscriber; False when none is due.

    What the subscriber does and the mark that it has heard are one transaction. A failure is
    undone alone and tried again later; after the last try the delivery is dead and those behind
    it go on. Two queries besides the subscriber's own. `raising` is for tests.
    """
    with deed(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": clock.machine_now()})
        row = cursor.fetchone()
        if row is None:
            return False
        delivery_id, subscriber, tries, *event = row
        try:
            with transaction.atomic():
                outbox.subscriptions[subscriber].handler(_told(event))
        except Exception as error:
            if raising:
                raise
            _failed(delivery_id, tries + 1, error)
            log.warning("delivery_failed", extra={"subscriber": subscriber, "error": trace(error)})
        else:
            Delivery.objects.filter(pk=delivery_id).update(
                state=DeliveryState.DONE, done_at=clock.machine_now()
            )
    return True


def _told(event: list[Any]) -> Told:
    event[-1] = json.loads(event[-1])
    return Told(*event)


def _failed(delivery_id: int, tries: int, error: Exception) -> None:
    delivery = Delivery.objects.get(pk=delivery_id)
    delivery.tries, delivery.error, delivery.next_at = tries, trace(error), next_try(tries)
    if tries >= MOST_TRIES:
        delivery.state, delivery.done_at = DeliveryState.DEAD, clock.machine_now()
        given_up.tell_pages()
    delivery.save()
    if delivery.state == DeliveryState.WAITING:
        # Those behind it wait as long, so that nobody looks at them in vain.
        Delivery.objects.filter(
            subscriber=delivery.subscriber,
            subject_id=delivery.subject_id,
            seq__gt=delivery.seq,
            state=DeliveryState.WAITING,
        ).update(next_at=delivery.next_at)
