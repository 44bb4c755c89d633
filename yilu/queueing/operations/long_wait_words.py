"""How a deed on a long wait is written down and told. Only operations use it."""

from typing import Any

from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.queueing.models import LongWait
from yilu.queueing.selectors.topics import long_waits_topic


def record_and_tell(
    actor: Actor, one: LongWait, deed: str, event: type[Any] | None, **details: object
) -> None:
    """Write one audit line about a long wait, and publish what happened. Two queries.

    What moves no step of a pathway has no event, and only its line.
    """
    audit.record(
        actor,
        f"queueing.long_wait.{deed}",
        one,
        site_id=one.site_id,
        patient_id=one.patient_id,
        after=one.state,
        trigger=one.trigger,
        reason=one.reason,
        **details,
    )
    if event is None:
        return
    outbox.publish(
        event(one.pk, one.visit_id, one.patient_id, one.trigger),
        actor=actor,
        site_id=one.site_id,
        subject=one,
        topics=[long_waits_topic(one.site_id)],
    )
