"""A made-up past of incidents, written by COPY: nobody is called to what is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform.copying import copy_rows
from yilu.platform.crypto import seal


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident that is over: how it ended and when, or that it was opened by mistake."""

    id: UUID
    number: str
    site_id: UUID
    clinic_day: date
    kind: str
    state: str
    place: str
    what: str
    opened_at: datetime
    opened_by_id: UUID
    closed_at: datetime | None
    closed_by_id: UUID | None
    outcome: str
    outcome_note: str


@dataclass(frozen=True, slots=True)
class PastEntry:
    """One line of a timeline: what was done when, by whom, and when it was written down."""

    id: UUID
    incident_id: UUID
    site_id: UUID
    clinic_day: date
    deed: str
    text: str
    at: datetime
    recorded_at: datetime
    by_id: UUID


@dataclass(frozen=True, slots=True)
class _Incident:
    id: UUID
    number: str
    site_id: UUID
    clinic_day: date
    kind: str
    state: str
    place: str
    what: bytes
    opened_at: datetime
    opened_by_id: UUID
    closed_at: datetime | None
    closed_by_id: UUID | None
    outcome: str
    outcome_note: bytes


@dataclass(frozen=True, slots=True)
class _Entry:
    id: UUID
    incident_id: UUID
    site_id: UUID
    clinic_day: date
    deed: str
    text: bytes
    at: datetime
    recorded_at: datetime
    by_id: UUID


def write_incidents(incidents: Iterable[PastIncident], entries: Iterable[PastEntry]) -> None:
    """Write incidents with their timelines, words about people encrypted. Two statements."""
    copy_rows(
        "reception_incident",
        map(_incident, incidents),
        _Incident,
        patient_id=None,
        resource_id=None,
        block_ids=[],
        plan_id=None,
        version=2,
    )
    copy_rows("reception_incidententry", map(_entry, entries), _Entry, struck_at=None, version=1)


def _incident(one: PastIncident) -> _Incident:
    return _Incident(
        id=one.id,
        number=one.number,
        site_id=one.site_id,
        clinic_day=one.clinic_day,
        kind=one.kind,
        state=one.state,
        place=one.place,
        what=seal(one.what, "reception.incident"),
        opened_at=one.opened_at,
        opened_by_id=one.opened_by_id,
        closed_at=one.closed_at,
        closed_by_id=one.closed_by_id,
        outcome=one.outcome,
        outcome_note=seal(one.outcome_note, "reception.incident_outcome"),
    )


def _entry(one: PastEntry) -> _Entry:
    return _Entry(
        id=one.id,
        incident_id=one.incident_id,
        site_id=one.site_id,
        clinic_day=one.clinic_day,
        deed=one.deed,
        text=seal(one.text, "reception.incident_entry"),
        at=one.at,
        recorded_at=one.recorded_at,
        by_id=one.by_id,
    )
