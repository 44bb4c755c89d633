"""How a deed changes a row about a visit, and the trace it leaves. For the modules beside it."""

from typing import Any

from yilu.clinical.selectors.context import record_topics, work_topic
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.visits.rows import OfVisit


def change(row: OfVisit, **facts: object) -> None:
    """Keep what is changed of a row; its version rises by one. One query."""
    for name, value in facts.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=["version", *facts])


def record(actor: Actor, row: OfVisit, action: str, **details: object) -> None:
    """One line in the record of deeds, under `clinical.` and the action."""
    audit.record(
        actor, f"clinical.{action}", row,
        site_id=row.site_id, patient_id=row.patient_id, **details,
    )  # fmt: skip


def tell(actor: Actor, row: OfVisit, event: Any) -> None:
    """Say to others what happened, and to the pages about the visit and the patient."""
    _publish(actor, row, event, record_topics(row.visit_id, row.patient_id))


def tell_work(actor: Actor, row: OfVisit, event: Any) -> None:
    """The same, and to the pages of what waits for the practitioners of the site."""
    topics = record_topics(row.visit_id, row.patient_id)
    _publish(actor, row, event, [*topics, work_topic(row.site_id)])


def _publish(actor: Actor, row: OfVisit, event: Any, topics: list[str]) -> None:
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
