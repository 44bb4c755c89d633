"""What a person in the clinic could see, read from the tables in a few statements.

The players decide by this and act over HTTP. It names the tables itself rather than asking each
app: they look every half second, and every look must cost next to nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.demo.selectors.errands import Errand, errands
from yilu.demo.selectors.presence import AWAY_AFTER
from yilu.platform import clock
from yilu.platform.db import rows

_TICKETS = """
SELECT t.id, q.kind, t.queue_id, t.visit_id, t.state, t.station_id, t.issued_at, t.called_at,
       t.started_at, t.skips, t.version, coalesce(s.minutes, 10) AS minutes, t.practitioner_id
FROM queueing_ticket t JOIN queueing_queue q ON q.id = t.queue_id
LEFT JOIN catalogue_service s ON s.id = t.service_id
WHERE t.site_id = %(site)s AND t.clinic_day >= %(since)s
  AND t.state IN ('waiting', 'called', 'in_room', 'skipped')
ORDER BY t.issued_at, t.id
"""
_STATIONS = """
SELECT s.id, s.practitioner_id, v.queue_id, q.kind,
       (SELECT max(t.ended_at) FROM queueing_ticket t
        WHERE t.station_id = s.id AND t.clinic_day >= %(since)s) AS last_ended
FROM queueing_station s JOIN queueing_serving v ON v.station_id = s.id
JOIN queueing_queue q ON q.id = v.queue_id AND q.is_active
WHERE s.site_id = %(site)s AND s.is_active
ORDER BY s.position, s.key, q.position
"""
_BOOKINGS = """
SELECT id, starts_at, version FROM scheduling_booking
WHERE site_id = %(site)s AND clinic_day = %(day)s AND state IN ('requested', 'confirmed')
ORDER BY starts_at, id
"""
_BILLS = """
SELECT b.id, b.visit_id, b.opened_at, b.total - b.paid AS due, b.version,
       (SELECT p.qr FROM billing_payment p
        WHERE p.bill_id = b.id AND p.state = 'pending' LIMIT 1) AS qr,
       EXISTS (SELECT FROM patients_account a JOIN demo_presence h ON h.user_id = a.user_id
               WHERE a.patient_id = b.patient_id AND a.ended_at IS NULL
                 AND h.seen_at >= %(lately)s) AS is_theirs
FROM billing_bill b
WHERE b.site_id = %(site)s AND b.clinic_day >= %(since)s AND b.state = 'open'
"""
_DISPENSES = """
SELECT d.id, d.visit_id, d.state, d.moved_at, d.released_at, d.picked_by_id
FROM pharmacy_dispense d
WHERE d.site_id = %(site)s AND d.clinic_day >= %(since)s
  AND d.state IN ('waiting', 'reviewed', 'picked', 'checked')
ORDER BY d.released_at, d.id
"""
_TUBES = """
SELECT s.id, s.visit_id, s.state, r.id AS report_id,
       coalesce(r.entered_at, s.received_at, s.collected_at) AS since
FROM diagnostics_specimen s
LEFT JOIN diagnostics_labreport r ON r.specimen_id = s.id AND r.state = 'entered'
WHERE s.site_id = %(site)s AND s.clinic_day >= %(since)s
  AND s.state IN ('collected', 'received', 'entered')
ORDER BY s.due_at, s.id
"""
_FOLLOW_UPS = """
SELECT id, visit_id, planned_at, tries FROM aftercare_followup
WHERE site_id = %(site)s AND state = 'due' AND clinic_day >= %(since)s
ORDER BY due_at, id
"""
_WAYS = """
SELECT id, visit_id, state, destination, guide_id, asked_at, taken_at, delivered_at, version
FROM guiding_guidetask
WHERE site_id = %(site)s AND clinic_day >= %(since)s
  AND state IN ('open', 'given', 'taken', 'delivered')
ORDER BY asked_at, id
"""
_ON_DUTY = "SELECT user_id FROM guiding_guideshift WHERE site_id = %(site)s AND ended_at IS NULL"
_HOURS = """
SELECT r.practitioner_id, lower(s.during) AS begins, upper(s.during) AS ends
FROM scheduling_session s JOIN scheduling_resource r ON r.id = s.resource_id
WHERE s.site_id = %(site)s AND s.clinic_day = %(day)s AND s.active
  AND r.practitioner_id IS NOT NULL
ORDER BY 2
"""
_VISIT = """
SELECT v.id, v.site_id, v.patient_id, d.key AS department, p.born_on, p.name, p.record_no,
       coalesce(b.reason_for_visit, '') AS reason, coalesce(b.is_first_visit, true) AS is_first,
       EXISTS (SELECT FROM clinical_vitalsigns m
               WHERE m.visit_id = v.id AND m.withdrawn_at IS NULL) AS is_measured,
       EXISTS (SELECT FROM clinical_allergystatement a
               WHERE a.patient_id = v.patient_id AND a.ended_at IS NULL) AS knows_allergies,
       EXISTS (SELECT FROM clinical_prescription r
               WHERE r.visit_id = v.id AND r.signed_at IS NOT NULL) AS has_prescription,
       EXISTS (SELECT FROM diagnostics_laborder o WHERE o.visit_id = v.id) AS has_tests,
       EXISTS (SELECT FROM queueing_queue q
               WHERE q.site_id = v.site_id AND q.key = 'laboratory') AS has_laboratory
FROM visits_visit v
JOIN patients_patient p ON p.id = v.patient_id
LEFT JOIN facility_department d ON d.id = v.department_id
LEFT JOIN scheduling_booking b ON b.id = v.booking_id
WHERE v.id = %(visit)s
"""
_SOMEBODY = """
SELECT r.patient_id FROM patients_registration r
JOIN patients_patient p ON p.id = r.patient_id AND p.merged_into_id IS NULL
WHERE r.site_id = %(site)s AND (p.born_on > %(adult_since)s) = %(child)s
  AND NOT EXISTS (SELECT FROM visits_visit v
                  WHERE v.patient_id = p.id AND v.clinic_day = %(day)s)
  AND NOT EXISTS (SELECT FROM scheduling_booking b
                  WHERE b.patient_id = p.id AND b.clinic_day >= %(day)s
                    AND b.state IN ('requested', 'confirmed'))
ORDER BY p.record_no OFFSET %(skip)s LIMIT 1
"""
_COMING_SOON = """
SELECT patient_id FROM scheduling_booking
WHERE site_id = %(site)s AND state = 'confirmed' AND starts_at > %(now)s
ORDER BY starts_at, id OFFSET %(skip)s LIMIT 1
"""
ADULT_AGE = 14
Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number that is waiting, called, in the room, or missed."""

    id: UUID
    kind: str
    queue_id: UUID
    visit_id: UUID
    state: str
    station_id: UUID | None
    issued_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    skips: int
    version: int
    minutes: int
    practitioner_id: UUID | None


@dataclass(frozen=True, slots=True)
class Station:
    """A place that calls from a queue, and when somebody last left it."""

    id: UUID
    practitioner_id: UUID | None
    queue_id: UUID
    kind: str
    last_ended: datetime | None


@dataclass(frozen=True, slots=True)
class Coming:
    """A booking of today whose patient is not here."""

    id: UUID
    starts_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill that is not paid; `qr` is the code that waits to be scanned.

    `is_theirs` when the patient is a person who looks at their phone just now.
    """

    id: UUID
    visit_id: UUID
    opened_at: datetime
    due: Decimal
    version: int
    qr: str | None
    is_theirs: bool = False


@dataclass(frozen=True, slots=True)
class Dispense:
    """A prescription on its way through the pharmacy."""

    id: UUID
    visit_id: UUID
    state: str
    moved_at: datetime
    released_at: datetime | None
    picked_by_id: UUID | None


@dataclass(frozen=True, slots=True)
class Tube:
    """A tube on its way through the laboratory; `since` is its last step."""

    id: UUID
    visit_id: UUID
    state: str
    report_id: UUID | None
    since: datetime


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Somebody to be asked how they are; `tries` is how often nobody answered."""

    id: UUID
    visit_id: UUID
    planned_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody to be brought by a guide."""

    id: UUID
    visit_id: UUID
    state: str
    destination: str
    guide_id: UUID | None
    asked_at: datetime
    taken_at: datetime | None
    delivered_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One site at one moment; `hours` are when each practitioner sees patients today."""

    site_id: UUID
    tickets: tuple[Ticket, ...]
    stations: tuple[Station, ...]
    bookings: tuple[Coming, ...]
    bills: tuple[Bill, ...]
    dispenses: tuple[Dispense, ...]
    follow_ups: tuple[FollowUp, ...] = ()
    errands: tuple[Errand, ...] = ()
    hours: Mapping[UUID, list[Period]] = field(default_factory=dict)
    ways: tuple[Way, ...] = ()
    guides: frozenset[UUID] = frozenset()
    tubes: tuple[Tube, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Who a visit is about, and what for: what the person in front of one would say."""

    id: UUID
    site_id: UUID
    patient_id: UUID
    department: str | None
    born_on: date | None
    name: str
    record_no: str
    reason: str
    is_first: bool
    is_measured: bool
    knows_allergies: bool
    has_prescription: bool
    has_tests: bool
    has_laboratory: bool


def look(site_id: UUID, day: date) -> Seen:
    """What goes on at a site, those of yesterday who are still here included. Eleven queries."""
    here: dict[str, Any] = {"site": site_id, "day": day, "since": day - timedelta(days=1)}
    here["lately"] = clock.machine_now() - AWAY_AFTER
    return Seen(
        site_id=site_id,
        tickets=tuple(Ticket(**row) for row in rows(_TICKETS, here)),
        stations=tuple(Station(**row) for row in rows(_STATIONS, here)),
        bookings=tuple(Coming(**row) for row in rows(_BOOKINGS, here)),
        bills=tuple(Bill(**row) for row in rows(_BILLS, here)),
        dispenses=tuple(Dispense(**row) for row in rows(_DISPENSES, here)),
        follow_ups=tuple(FollowUp(**row) for row in rows(_FOLLOW_UPS, here)),
        errands=errands(here),
        hours=_hours(here),
        ways=tuple(Way(**row) for row in rows(_WAYS, here)),
        guides=frozenset(row["user_id"] for row in rows(_ON_DUTY, here)),
        tubes=tuple(Tube(**row) for row in rows(_TUBES, here)),
    )


def _hours(here: dict[str, Any]) -> dict[UUID, list[Period]]:
    found: dict[UUID, list[Period]] = {}
    for row in rows(_HOURS, here):
        found.setdefault(row["practitioner_id"], []).append((row["begins"], row["ends"]))
    return found


def person_of(visit_id: UUID) -> Person:
    """Who came with a visit. One query. Raises: LookupError."""
    for row in rows(_VISIT, {"visit": visit_id}):
        return Person(**row)
    raise LookupError(str(visit_id))


def somebody(site_id: UUID, day: date, *, child: bool, skip: int) -> UUID | None:
    """Somebody known to a site who is not expected there, after `skip` others. One query."""
    adult_since = day.replace(year=day.year - ADULT_AGE, day=min(day.day, 28))
    asked: dict[str, Any] = {"site": site_id, "day": day, "child": child}
    asked |= {"adult_since": adult_since, "skip": skip}
    found = rows(_SOMEBODY, asked)
    return found[0]["patient_id"] if found else None


def somebody_coming(site_id: UUID, *, skip: int) -> UUID | None:
    """Somebody who is expected at a site, after `skip` bookings of others. One query."""
    found = rows(_COMING_SOON, {"site": site_id, "now": clock.now(), "skip": skip})
    return found[0]["patient_id"] if found else None
