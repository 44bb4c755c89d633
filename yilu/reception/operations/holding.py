"""What the deeds about incidents share: holding one, writing it down, telling the pages."""

from typing import Any
from uuid import UUID

from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.reception import permissions
from yilu.reception.errors import IncidentOver
from yilu.reception.models import Incident
from yilu.reception.selectors.topics import incident_topic, incidents_topic
from yilu.reception.states import IncidentState


def held(actor: Actor, incident_id: UUID, permission: str = permissions.REPORT) -> Incident:
    """An incident, locked, if the actor may act in it. One query. Raises: NotFound, NotAllowed."""
    incident = Incident.objects.select_for_update(no_key=True).filter(pk=incident_id).first()
    if incident is None:
        raise NotFound
    actor.require_to_see(permissions.REPORT, incident.site_id)
    actor.require(permission, incident.site_id)
    return incident


def check_open(incident: Incident) -> None:
    """Raises: IncidentOver."""
    if incident.state != IncidentState.OPEN:
        raise IncidentOver


def save(incident: Incident, *changed: str) -> None:
    """Write what was changed, as a new version. One query."""
    incident.version += 1
    incident.save(update_fields=[*changed, "version"])


def record(actor: Actor, incident: Incident, what: str, **details: Any) -> None:
    """One audit line. One query."""
    audit.record(
        actor,
        f"reception.incident.{what}",
        incident,
        site_id=incident.site_id,
        patient_id=incident.patient_id,
        kind=incident.kind,
        **details,
    )


def tell(actor: Actor, incident: Incident, event: Any) -> None:
    """Publish an event to every page that shows the incident. One query."""
    outbox.publish(
        event,
        actor=actor,
        site_id=incident.site_id,
        subject=incident,
        topics=[incidents_topic(incident.site_id), incident_topic(incident.pk)],
    )
