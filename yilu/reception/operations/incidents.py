"""Incidents: opened with one press, described, closed with an outcome, and each taken back.

What is done in between is written into the timeline: `timeline.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import patient_exists
from yilu.platform import clock, numbers, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.reception import permissions
from yilu.reception.errors import BuiltUpon, FaultOver, NotAThing, OutcomeDoesNotFit
from yilu.reception.events import (
    IncidentChanged,
    IncidentClosed,
    IncidentOpened,
    IncidentReopened,
    IncidentWithdrawn,
)
from yilu.reception.models import Incident
from yilu.reception.operations import faults
from yilu.reception.operations.holding import check_open, held, record, save, tell
from yilu.reception.scripts import BACK_IN_USE, COMPLAINTS, script_of
from yilu.reception.states import IncidentKind, IncidentState
from yilu.scheduling.selectors.resources import resource_info

OPENED = "reception.incident.opened"
CLOSED = "reception.incident.closed"
LONGEST_FAULT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Report:
    """What is known when an incident is opened. Of a sudden illness nothing need be known.

    `resource_id` is the room, chair or device that failed; it cannot be used until `until`.
    """

    site_id: UUID
    kind: str
    place: str = ""
    what: str = ""
    patient_id: UUID | None = None
    resource_id: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """An incident that was opened, the bookings that need another place, and the way back."""

    id: UUID
    number: str
    bookings: int
    plan_id: UUID | None
    undo_id: UUID


@operation
def open_incident(*, actor: Actor, report: Report) -> OpenedIncident:
    """Open an incident: everybody who must act sees it at once, its pathway begins.

    What failed is blocked in the same deed, and the bookings that hold it go into a plan. Five
    queries; some twenty more for a fault.

    Raises:
        NotFound, NotAllowed.
        NotAThing: what failed is a person, or nothing of this site.
        FaultOver: the end of the fault is past, or too far away.
    """
    actor.require_to_see(permissions.REPORT, report.site_id)
    now = clock.now()
    _check(report, now)
    day = now.astimezone(site_zone(report.site_id)).date()
    incident = Incident(
        site_id=report.site_id,
        clinic_day=day,
        kind=IncidentKind(report.kind),
        place=report.place.strip(),
        what=report.what.strip(),
        outcome_note="",
        patient_id=report.patient_id,
        resource_id=report.resource_id,
        opened_at=now,
        opened_by_id=actor.user_id,
    )
    bookings = 0
    if report.resource_id is not None and report.until is not None:
        bookings = faults.block(actor, incident, report.until)
    series = numbers.take(f"incident:{report.site_id}:{day:%Y%m%d}")
    incident.number = f"S{day:%Y%m%d}-{series:02d}-{str(incident.pk)[-4:]}"
    incident.save(force_insert=True)
    record(actor, incident, "opened", resource=incident.resource_id, bookings=bookings)
    opened = IncidentOpened(incident.pk, incident.kind, incident.patient_id, incident.resource_id)
    tell(actor, incident, opened)
    offer = undo.offer(actor, OPENED, incident, site_id=incident.site_id)
    return OpenedIncident(incident.pk, incident.number, bookings, incident.plan_id, offer)


@operation
def describe_incident(
    *,
    actor: Actor,
    incident_id: UUID,
    place: str,
    what: str,
    patient_id: UUID | None,
    version: int | None = None,
) -> None:
    """Say where it is, what happened and to whom, as it becomes known.

    Raises: NotFound, NotAllowed, Stale, IncidentOver.
    """
    incident = held(actor, incident_id)
    check_version(incident, version)
    check_open(incident)
    if patient_id is not None and not patient_exists(patient_id):
        raise NotFound
    incident.place, incident.what = place.strip(), what.strip()
    incident.patient_id = patient_id
    save(incident, "place", "what", "patient_id")
    record(actor, incident, "described")
    tell(actor, incident, IncidentChanged(incident.pk, incident.kind, incident.patient_id))


@operation
def close_incident(
    *, actor: Actor, incident_id: UUID, outcome: str, note: str = "", version: int | None = None
) -> UUID:
    """End an incident with its outcome; gives back the way back. What works again can be booked.

    Raises:
        NotFound, NotAllowed, Stale, IncidentOver.
        OutcomeDoesNotFit: an incident of this kind does not end like that.
    """
    incident = held(actor, incident_id, permissions.SETTLE)
    check_version(incident, version)
    check_open(incident)
    script = script_of(incident.kind)
    ended = next((one for one in script.outcomes if one == outcome), None)
    if ended is None:
        raise OutcomeDoesNotFit
    lifted = faults.lift(actor, incident) if ended in BACK_IN_USE else None
    incident.state, incident.outcome = IncidentState.CLOSED, ended
    incident.outcome_note = note.strip()
    incident.closed_at, incident.closed_by_id = clock.now(), actor.user_id
    save(incident, "state", "outcome", "outcome_note", "closed_at", "closed_by")
    record(actor, incident, "closed", outcome=ended)
    told = IncidentClosed(
        incident.pk,
        incident.kind,
        ended,
        incident.patient_id,
        script.reviewed,
        ended in COMPLAINTS,
    )
    tell(actor, incident, told)
    return undo.offer(actor, CLOSED, incident, site_id=incident.site_id, lifted=lifted)


@operation
def undo_close_incident(*, actor: Actor, undo_id: UUID) -> None:
    """Take back that an incident is over; what was in use again is blocked again.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon.
    """
    offered = undo.take_back(actor, undo_id, CLOSED)
    incident = held(actor, offered.subject_id, permissions.SETTLE)
    offered.check(incident)
    if offered.body["lifted"]:
        faults.block_again(actor, UUID(offered.body["lifted"]))
    incident.state, incident.outcome = IncidentState.OPEN, ""
    incident.outcome_note, incident.closed_at, incident.closed_by_id = "", None, None
    save(incident, "state", "outcome", "outcome_note", "closed_at", "closed_by")
    record(actor, incident, "reopened")
    tell(actor, incident, IncidentReopened(incident.pk, incident.kind))


@operation
def undo_open_incident(*, actor: Actor, undo_id: UUID) -> None:
    """Take back an alarm that was none. It stays in the list and says that it was a mistake.

    Raises:
        NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack.
        BuiltUpon: something was done about it already.
        PatientsAsked: patients were asked about other times.
    """
    offered = undo.take_back(actor, undo_id, OPENED)
    incident = held(actor, offered.subject_id)
    if incident.state != IncidentState.OPEN or incident.entries.filter(struck_at=None).exists():
        raise BuiltUpon
    faults.take_back(actor, incident)
    incident.state = IncidentState.WITHDRAWN
    save(incident, "state")
    record(actor, incident, "withdrawn")
    tell(actor, incident, IncidentWithdrawn(incident.pk, incident.kind))


def _check(report: Report, now: datetime) -> None:
    if report.patient_id is not None and not patient_exists(report.patient_id):
        raise NotFound
    if report.resource_id is None:
        return
    thing = resource_info(report.resource_id)
    if thing.site_id != report.site_id or thing.is_person:
        raise NotAThing
    if report.until is None or not now < report.until <= now + LONGEST_FAULT:
        raise FaultOver
