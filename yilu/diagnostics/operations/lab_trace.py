"""The one way in which deeds of the laboratory are written down and told."""

from typing import Any
from uuid import UUID

from yilu.diagnostics.models import CriticalValue, LabOrder, LabReport, Specimen
from yilu.diagnostics.selectors.topics import criticals_topic, lab_topic, visit_lab_topic
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation

Row = CriticalValue | LabOrder | LabReport | Specimen


@operation
def trace(
    *, actor: Actor, row: Row, action: str, event: object, details: dict[str, Any] | None = None
) -> None:
    """Record a deed about a row of the laboratory, and tell others and the pages that show it."""
    audit.record(
        actor,
        f"diagnostics.{action}",
        row,
        site_id=row.site_id,
        patient_id=row.patient_id,
        **(details or {}),
    )
    outbox.publish(
        event,
        actor=actor,
        site_id=row.site_id,
        subject=row,
        topics=_topics(row.site_id, row.visit_id),
    )


def _topics(site_id: UUID, visit_id: UUID) -> list[str]:
    return [lab_topic(site_id), visit_lab_topic(visit_id), criticals_topic(site_id)]
