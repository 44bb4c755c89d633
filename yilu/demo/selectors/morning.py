"""Whom the morning of the demonstration can be told of: who was there lately, and who comes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.platform.db import rows

_SEEN = """
SELECT DISTINCT ON (v.left_at, v.id) v.id, v.patient_id
FROM visits_visit v JOIN catalogue_service s ON s.id = v.service_id
JOIN patients_patient p ON p.id = v.patient_id
WHERE v.site_id = %(site)s AND v.left_at BETWEEN %(since)s AND %(before)s
  AND s.key = 'general_first' AND p.born_on < %(grown)s AND p.merged_into_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM scheduling_booking b WHERE b.patient_id = p.id
                  AND b.starts_at > %(before)s)
ORDER BY v.left_at DESC, v.id LIMIT %(most)s
"""
_COMING = """
SELECT b.id FROM scheduling_booking b JOIN catalogue_service s ON s.id = b.service_id
WHERE b.site_id = %(site)s AND b.state = 'confirmed' AND b.starts_at > %(after)s
  AND s.key = ANY(%(services)s)
ORDER BY b.starts_at, b.id LIMIT %(most)s
"""
_CALLERS = """
SELECT DISTINCT ON (b.starts_at, p.id) b.id, p.id AS patient_id
FROM scheduling_booking b JOIN patients_patient p ON p.id = b.patient_id
WHERE b.site_id = %(site)s AND b.state = 'confirmed' AND b.starts_at > %(after)s
  AND p.born_on < %(grown)s AND p.merged_into_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM scheduling_booking o WHERE o.patient_id = p.id
                  AND o.starts_at > %(now)s AND o.id <> b.id)
ORDER BY b.starts_at, p.id LIMIT %(most)s
"""
_WAITING = """
SELECT t.visit_id AS id, t.patient_id FROM queueing_ticket t
JOIN queueing_queue q ON q.id = t.queue_id AND q.kind = 'consultation'
JOIN patients_patient p ON p.id = t.patient_id
WHERE t.site_id = %(site)s AND (%(all)s OR p.born_on < %(grown)s)
  AND t.state = 'waiting' AND t.issued_at > %(since)s
ORDER BY t.issued_at, t.id
"""
_LATEST = """
SELECT max(clinic_day) AS day FROM visits_visit
WHERE site_id = %(site)s AND clinic_day < %(today)s
"""
GROWN_UP = timedelta(days=18 * 366)
LATELY = timedelta(days=6)
TOMORROW, TODAY = timedelta(days=1), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit, and its patient."""

    visit_id: UUID
    patient_id: UUID


def seen_lately(site_id: UUID, before: datetime, most: int) -> list[Seen]:
    """Grown-ups who left before an instant and come for nothing else yet, the latest first. One
    query."""
    asked = {"site": site_id, "before": before, "since": before - LATELY, "most": most}
    found = rows(_SEEN, asked | {"grown": (before - GROWN_UP).date()})
    return [Seen(row["id"], row["patient_id"]) for row in found]


def coming_for(site_id: UUID, services: list[str], after: datetime, most: int) -> list[UUID]:
    """Bookings for some services, by key, that are still to come, the soonest first. One query."""
    asked = {"site": site_id, "services": services, "after": after, "most": most}
    return [row["id"] for row in rows(_COMING, asked)]


@dataclass(frozen=True, slots=True)
class Caller:
    """A grown-up who comes for one booking only, and so may call about it."""

    booking_id: UUID
    patient_id: UUID


def callers(site_id: UUID, now: datetime, most: int) -> list[Caller]:
    """Who may call a site: those who come from tomorrow on, the soonest first. One query."""
    asked = {"site": site_id, "now": now, "after": now + TOMORROW, "most": most}
    found = rows(_CALLERS, asked | {"grown": (now - GROWN_UP).date()})
    return [Caller(row["id"], row["patient_id"]) for row in found]


def who_waits(site_id: UUID, now: datetime, *, grown_up: bool = False) -> list[Seen]:
    """Those who wait to see a doctor, or grown-ups alone, the longest first. One query."""
    asked = {"site": site_id, "since": now - TODAY, "all": not grown_up}
    found = rows(_WAITING, asked | {"grown": (now - GROWN_UP).date()})
    return [Seen(row["id"], row["patient_id"]) for row in found]


def latest_day(site_id: UUID, today: date) -> date | None:
    """The last day before today on which anybody came to a site; None without one. One query."""
    found: date | None = rows(_LATEST, {"site": site_id, "today": today})[0]["day"]
    return found
