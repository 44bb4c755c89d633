"""The account of a clinic day: whether everybody's way came to its end, and the money is right.

It reads the tables themselves and believes no app's own answer: an auditor of the whole product.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform import clock
from yilu.platform.db import rows

GRACE = timedelta(minutes=15)
"""How late, by the clinic's clock, a timer may be while the worker is busy."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: how often, and the first few by number."""

    what: str
    count: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        """It in the reader's language."""
        shown = ", ".join(self.examples)
        return f"{_(self.what)}: {self.count}" + (f" ({shown})" if shown else "")


@dataclass(frozen=True, slots=True)
class Account:
    """One clinic day in figures, and what is wrong with it."""

    day: date
    booked: int
    came: int
    walked_in: int
    cancelled: int
    missed: int
    left: int
    prescriptions: int
    bills: int
    taken: Decimal
    given_back: Decimal
    receipts: int
    events: int
    wrong: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


_FIGURES = """
SELECT
  (SELECT count(*) FROM scheduling_booking WHERE clinic_day = %(day)s) AS booked,
  (SELECT count(*) FROM visits_visit
    WHERE clinic_day = %(day)s AND state <> 'withdrawn') AS came,
  (SELECT count(*) FROM visits_visit
    WHERE clinic_day = %(day)s AND kind = 'walk_in' AND state <> 'withdrawn') AS walked_in,
  (SELECT count(*) FROM scheduling_booking
    WHERE clinic_day = %(day)s AND state = 'cancelled') AS cancelled,
  (SELECT count(*) FROM scheduling_booking
    WHERE clinic_day = %(day)s AND state = 'no_show') AS missed,
  (SELECT count(*) FROM visits_visit WHERE clinic_day = %(day)s AND state = 'left') AS left,
  (SELECT count(*) FROM clinical_prescription
    WHERE clinic_day = %(day)s AND signed_at IS NOT NULL) AS prescriptions,
  (SELECT count(*) FROM billing_bill
    WHERE clinic_day = %(day)s AND state = 'settled') AS bills,
  (SELECT coalesce(sum(amount), 0) FROM billing_payment
    WHERE clinic_day = %(day)s AND state = 'paid') AS taken,
  (SELECT coalesce(sum(amount), 0) FROM billing_refund
    WHERE clinic_day = %(day)s AND state = 'done') AS given_back,
  (SELECT count(*) FROM billing_receipt r JOIN billing_bill b ON b.id = r.bill_id
    WHERE b.clinic_day = %(day)s) AS receipts,
  (SELECT count(*) FROM platform_event
    WHERE at >= %(since)s AND at < %(until)s) AS events
"""

_LONGEST_CALLED = """
SELECT min(called_at) AS since FROM queueing_ticket
WHERE clinic_day = %(day)s AND state = 'called'
"""

_TO_THE_DOOR = """
SELECT percentile_cont(0.8) WITHIN GROUP (ORDER BY started_at - called_at) AS took
FROM (
    SELECT called_at, started_at FROM queueing_ticket
    WHERE clinic_day = %(day)s AND started_at > called_at
    ORDER BY started_at DESC LIMIT 15
) AS latest
"""

# Each finds rows that should not be, with a number by which a person finds them.
CHECKS: dict[str, str] = {
    gettext_noop("patients who came and have not left"): """
SELECT number AS said FROM visits_visit
WHERE clinic_day = %(day)s AND state NOT IN ('left', 'abandoned', 'withdrawn')""",
    gettext_noop("bookings whose patient came and that are not finished"): """
SELECT number AS said FROM scheduling_booking
WHERE clinic_day = %(day)s AND state IN ('arrived', 'in_consultation')""",
    gettext_noop("bookings that were neither kept, called off nor missed"): """
SELECT number AS said FROM scheduling_booking
WHERE clinic_day = %(day)s AND state IN ('requested', 'confirmed') AND ends_at < %(late)s""",
    gettext_noop("numbers still in a queue"): """
SELECT t.number AS said FROM queueing_ticket t
WHERE t.clinic_day = %(day)s AND t.state NOT IN ('finished', 'left')""",
    gettext_noop("patients who left and have not paid"): """
SELECT v.number AS said FROM visits_visit v
WHERE v.clinic_day = %(day)s AND v.state = 'left' AND (
  EXISTS (SELECT FROM billing_bill b WHERE b.visit_id = v.id AND b.state = 'open')
  OR EXISTS (SELECT FROM billing_charge c WHERE c.visit_id = v.id AND c.state = 'open'))""",
    gettext_noop("consultations without a signed note"): """
SELECT v.number AS said FROM visits_visit v
JOIN queueing_ticket t ON t.visit_id = v.id AND t.state = 'finished'
JOIN queueing_queue q ON q.id = t.queue_id AND q.kind = 'consultation'
WHERE v.clinic_day = %(day)s AND NOT EXISTS (
  SELECT FROM clinical_note n WHERE n.visit_id = v.id AND n.state = 'signed')""",
    gettext_noop("signed prescriptions whose medicines nobody has"): """
SELECT p.number AS said FROM clinical_prescription p
WHERE p.clinic_day = %(day)s AND p.state IN ('signed', 'returned', 'dispensed') AND NOT EXISTS (
  SELECT FROM pharmacy_dispense d
  WHERE d.prescription_id = p.id AND d.state = 'handed_over')""",
    gettext_noop("bills that are paid with another sum than they ask for"): """
SELECT b.number AS said FROM billing_bill b
WHERE b.clinic_day = %(day)s AND b.state = 'settled' AND (
  b.total <> b.paid
  OR b.paid - b.refunded <> (SELECT coalesce(sum(p.amount), 0) FROM billing_payment p
                             WHERE p.bill_id = b.id AND p.state = 'paid')
                          - (SELECT coalesce(sum(r.amount), 0) FROM billing_refund r
                             WHERE r.bill_id = b.id AND r.state = 'done')
  OR b.total <> (SELECT coalesce(sum(c.amount), 0) FROM billing_charge c
                 WHERE c.bill_id = b.id AND c.state = 'billed')
                + (SELECT coalesce(sum(d.amount), 0) FROM billing_deposit d
                   WHERE d.bill_id = b.id))""",
    gettext_noop("payments that belong to no settled bill"): """
SELECT p.reference AS said FROM billing_payment p JOIN billing_bill b ON b.id = p.bill_id
WHERE p.clinic_day = %(day)s AND p.state = 'paid' AND b.state <> 'settled'
  AND b.paid <> b.refunded""",
    gettext_noop("receipt numbers that are missing or twice"): """
SELECT site_id::text AS said FROM billing_receipt GROUP BY site_id
HAVING min(number) <> 1 OR max(number) <> count(*) OR count(DISTINCT number) <> count(*)""",
    gettext_noop("settled bills without a receipt"): """
SELECT b.number AS said FROM billing_bill b
WHERE b.clinic_day = %(day)s AND b.state = 'settled' AND b.total > 0
  AND NOT EXISTS (SELECT FROM billing_receipt r WHERE r.bill_id = b.id)""",
    gettext_noop("open steps of visits that are over"): """
SELECT v.number || ' ' || s.key AS said FROM pathways_step s
JOIN pathways_case c ON c.id = s.case_id AND c.subject_type = 'visits.visit'
JOIN visits_visit v ON v.id = c.subject_id AND v.state IN ('left', 'abandoned', 'withdrawn')
WHERE v.clinic_day = %(day)s AND c.key = 'outpatient_visit'
  AND (s.state IN ('waiting', 'open') OR c.state = 'open')""",
    gettext_noop("events that nobody was told of"): """
SELECT name AS said FROM platform_event
WHERE seq > (SELECT coalesce(max(seq), 0) FROM platform_position WHERE name = 'dispatch')""",
    gettext_noop("deliveries that are still owed"): """
SELECT subscriber AS said FROM platform_delivery WHERE state = 'waiting'""",
    gettext_noop("deliveries that were given up"): """
SELECT subscriber AS said FROM platform_delivery WHERE state = 'dead'""",
    gettext_noop("timers that should have gone off"): """
SELECT handler AS said FROM platform_timer WHERE state = 'waiting' AND due_at < %(late)s""",
    gettext_noop("timers that were given up"): """
SELECT handler AS said FROM platform_timer WHERE state = 'dead'""",
}


def account_of(day: date, bounds: tuple[datetime, datetime]) -> Account:
    """The account of a clinic day; `bounds` are the instants at which it begins and ends.

    One query for the figures and one for each check.
    """
    since, until = bounds
    asked = {"day": day, "since": since, "until": until, "late": clock.now() - GRACE}
    figures = rows(_FIGURES, asked)[0]
    return Account(day=day, wrong=tuple(_findings(asked)), **figures)


def _findings(asked: dict[str, Any]) -> Iterable[Finding]:
    for what, sql in CHECKS.items():
        found = [str(row["said"]) for row in rows(sql, asked)]
        if found:
            yield Finding(what, len(found), tuple(found[:SHOWN]))


def longest_called(day: date) -> timedelta:
    """How long somebody has been called and has not come to the door. One query.

    Played patients take two minutes; where it is much more, the players cannot keep up.
    """
    found = rows(_LONGEST_CALLED, {"day": day})[0]["since"]
    return clock.now() - found if found else timedelta(0)


def time_to_the_door(day: date) -> timedelta:
    """How long four in five of those called last took to the door at most. One query.

    Played patients take a minute and a half; what is more is the players' own delay.
    """
    return rows(_TO_THE_DOOR, {"day": day})[0]["took"] or timedelta(0)
