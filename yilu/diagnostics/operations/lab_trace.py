"""The one way in which deeds of the laboratory and of imaging are written down and told."""

from typing import Any

from yilu.diagnostics.models import (
    CriticalValue,
    LabOrder,
    LabReport,
    Specimen,
    Study,
    StudyReport,
)
from yilu.diagnostics.selectors.topics import (
    criticals_topic,
    imaging_topic,
    lab_topic,
    visit_exams_topic,
    visit_lab_topic,
)
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation

Row = CriticalValue | LabOrder | LabReport | Specimen | Study | StudyReport


@operation
def trace(
    *, actor: Actor, row: Row, action: str, event: object, details: dict[str, Any] | None = None
) -> None:
    """Record a deed about a row of either, and tell others and the pages that show it."""
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
        topics=_topics(row),
    )


def _topics(row: Row) -> list[str]:
    if isinstance(row, Study | StudyReport):
        return [imaging_topic(row.site_id), visit_exams_topic(row.visit_id)]
    topics = [lab_topic(row.site_id), visit_lab_topic(row.visit_id)]
    if isinstance(row, CriticalValue):
        topics += [criticals_topic(row.site_id), imaging_topic(row.site_id)]
        topics.append(visit_exams_topic(row.visit_id))
    else:
        topics.append(criticals_topic(row.site_id))
    return topics
