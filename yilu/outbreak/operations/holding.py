"""What the deeds of outbreak mode share: holding a row, writing down, telling the pages."""

from typing import Any
from uuid import UUID

from yilu.outbreak import permissions
from yilu.outbreak.models import CaseReport, Outbreak, Screening, SitePlan
from yilu.outbreak.selectors.topics import outbreak_topic
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.visits.selectors.visits import visit_topic

Row = SitePlan | Outbreak | Screening | CaseReport


def held_screening(actor: Actor, screening_id: UUID, permission: str) -> Screening:
    """A screening, locked, if the actor may act on it. One query. Raises: NotFound, NotAllowed."""
    row = Screening.objects.select_for_update(no_key=True).filter(pk=screening_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permission, row.site_id)
    return row


def save(row: Row, *changed: str) -> None:
    """Write what was changed, as a new version. One query."""
    row.version += 1
    row.save(update_fields=[*changed, "version"])


def record(actor: Actor, row: Row, action: str, **details: Any) -> None:
    """One audit line: never an answer. One query."""
    patient_id = getattr(row, "patient_id", None)
    audit.record(
        actor, f"outbreak.{action}", row, site_id=row.site_id, patient_id=patient_id, **details
    )


def tell(actor: Actor, row: Row, event: Any) -> None:
    """Publish an event to every page of the site, and to those of the visit. One query."""
    visit_id = getattr(row, "visit_id", None)
    topics = [outbreak_topic(row.site_id), *([visit_topic(visit_id)] if visit_id else [])]
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
