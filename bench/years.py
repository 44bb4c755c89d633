"""Years of past bookings, written by the database itself: two million in some minutes.

Keys and indexes are taken off before and put back after, as for any large load; every
constraint is checked again when it comes back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg
from psycopg import sql

from bench.clinic import Loaded

TABLES = ("scheduling_booking", "scheduling_allocation", "scheduling_session")
A_DAY = 32
"""Quarters of an hour from eight to twelve and from one to five."""

_WITH = """
CREATE TEMP TABLE who AS
    SELECT practitioner_id, row_number() OVER (ORDER BY practitioner_id) - 1 AS n
    FROM (SELECT DISTINCT practitioner_id FROM scheduling_booking) AS d;
CREATE TEMP TABLE holds AS
    SELECT DISTINCT b.practitioner_id, a.resource_id
    FROM scheduling_booking b JOIN scheduling_allocation a ON a.booking_id = b.id
    WHERE b.service_id = %(service)s;
CREATE TEMP TABLE person AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM patients_patient;
CREATE TEMP TABLE quarter AS
    SELECT n, time '08:00' + (n + CASE WHEN n >= 16 THEN 4 ELSE 0 END) * interval '15 min' AS at
    FROM generate_series(0, %(a_day)s - 1) AS n;
ANALYZE who, holds, person, quarter;
"""
# Of a hundred, 84 were seen, ten cancelled and six missed; each fifth cancels on the day before.
_BOOKINGS = """
INSERT INTO scheduling_booking
    (id, number, site_id, service_id, practitioner_id, patient_id, starts_at, ends_at, clinic_day,
     state, channel, mode, lane, note, reason_for_visit, is_first_visit, companion, special_needs,
     answers, overrule_reason, cancel_reason, cancel_words, cancelled_by_kind, version,
     created_at, changed_at)
SELECT uuidv7(starts_at - now()), to_char(day, 'YYYYMMDD') || '-' || lpad(nth::text, 4, '0'),
       %(site)s, %(service)s, practitioner_id, p.id, starts_at, starts_at + interval '15 min', day,
       CASE WHEN part < 84 THEN 'finished' WHEN part < 94 THEN 'cancelled' ELSE 'no_show' END,
       (ARRAY['desk', 'phone', 'web', 'my', 'wechat', 'app'])[1 + part %% 6], 'in_person', 0,
       '', '', part %% 10 = 0, '', '{}', '{}', '',
       CASE WHEN part BETWEEN 84 AND 93
            THEN (ARRAY['came_up', 'time', 'ill', 'better', 'other'])[1 + part %% 5] ELSE '' END,
       '', CASE WHEN part BETWEEN 84 AND 93 THEN 'patient' ELSE '' END, 3,
       starts_at - make_interval(days => (part %% 14 + 1)::int), starts_at
FROM (
    SELECT day, practitioner_id, (day + at) AT TIME ZONE %(zone)s AS starts_at,
           w.n * %(a_day)s + q.n + 1 AS nth,
           abs(hashint8((day - date '2000-01-01')::bigint * 1000003 + w.n * 1009 + q.n)::bigint)
               %% 100 AS part,
           ((day - date '2000-01-01')::bigint * 640 + w.n * 32 + q.n) * 7919
               %% (SELECT count(*) FROM person) AS person_n
    FROM (SELECT d::date AS day
          FROM generate_series(%(first)s::date, %(last)s::date, '1 day') AS d) AS days
    CROSS JOIN quarter q CROSS JOIN who w
) AS made JOIN person p ON p.n = made.person_n
ORDER BY starts_at
"""
_ALLOCATIONS = """
INSERT INTO scheduling_allocation (id, resource_id, lane, during, active, booking_id)
SELECT uuidv7(b.starts_at - now()), h.resource_id, 0, tstzrange(b.starts_at, b.ends_at), true, b.id
FROM scheduling_booking b JOIN holds h USING (practitioner_id)
WHERE b.clinic_day BETWEEN %(first)s AND %(last)s AND b.state <> 'cancelled'
ORDER BY b.starts_at
"""
_SESSIONS = """
INSERT INTO scheduling_session
    (id, resource_id, site_id, during, clinic_day, is_one_off, active, version, created_at)
SELECT gen_random_uuid(), r.resource_id, %(site)s,
       tstzrange((day + opens) AT TIME ZONE %(zone)s, (day + closes) AT TIME ZONE %(zone)s),
       day, false, true, 1, (day - 30)::timestamptz
FROM (SELECT d::date AS day
      FROM generate_series(%(first)s::date, %(last)s::date, '1 day') AS d) AS days
CROSS JOIN (SELECT DISTINCT resource_id FROM holds) AS r
CROSS JOIN (VALUES (time '08:00', time '12:00'), (time '13:00', time '17:00')) AS h (opens, closes)
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was added, over which days."""

    bookings: int
    allocations: int
    first: date
    last: date


def fill(url: str, loaded: Loaded, total: int) -> Filled:
    """Add past bookings until there are about `total`, each day full, before all that is there."""
    with psycopg.connect(url) as connection:
        connection.execute("SET maintenance_work_mem = '384MB'; SET synchronous_commit = off")
        # Triggers keep what is derived; here nothing is derived yet.
        connection.execute("SET session_replication_role = replica")
        row = connection.execute(
            "SELECT count(*), min(clinic_day), count(DISTINCT practitioner_id)"
            " FROM scheduling_booking"
        )
        known, earliest, doctors = row.fetchone() or (0, loaded.today, 1)
        a_day = A_DAY * doctors
        last = earliest - timedelta(days=1)
        first = last - timedelta(days=max(0, (total - known) // a_day))
        asked = {
            "site": loaded.site_id,
            "service": loaded.service_id,
            "zone": str(loaded.zone),
            "first": first,
            "last": last,
            "a_day": A_DAY,
        }
        client = psycopg.ClientCursor(connection)
        client.execute(_WITH, asked)
        with _bare(connection):
            bookings = client.execute(_BOOKINGS, asked).rowcount
            allocations = client.execute(_ALLOCATIONS, asked).rowcount
            client.execute(_SESSIONS, asked)
    return Filled(bookings, allocations, first, last)


@contextmanager
def _bare(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[None]:
    """The tables without indexes, keys and constraints of indexes, for one block."""
    constraints = connection.execute(
        """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('u', 'x', 'f')
        ORDER BY contype DESC, conname
        """,
        [list(TABLES)],
    ).fetchall()
    indexes = connection.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        FROM pg_index i
        WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisprimary
          AND NOT EXISTS (SELECT 1 FROM pg_constraint c
                          WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'x'))
        """,
        [list(TABLES)],
    ).fetchall()
    for table, name, _ in constraints:
        _run(connection, "ALTER TABLE {} DROP CONSTRAINT {}", str(table), str(name))
    for name, _ in indexes:
        _run(connection, "DROP INDEX {}", str(name))
    yield
    for _, definition in indexes:
        connection.execute(sql.SQL(str(definition)))
    for table, name, definition in constraints:
        said = sql.SQL(str(definition))
        _run(connection, "ALTER TABLE {} ADD CONSTRAINT {} ", str(table), str(name), more=said)


def _run(
    connection: "psycopg.Connection[tuple[object, ...]]",
    words: str,
    *names: str,
    more: sql.SQL | None = None,
) -> None:
    said = sql.SQL(words).format(*map(sql.Identifier, names))
    connection.execute(said + more if more else said)
