"""The one place where it is computed how much a patient may book without the desk.

Limits and the rule on missed visits (爽约). Binds patients and partners on every channel of
theirs; never staff, and never a service that is marked as urgent. Nothing is predicted here:
only visits that were missed count.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yilu.catalogue.selectors.services import service_infos
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import prepared
from yilu.scheduling.errors import (
    OneAtATime,
    OnlineBlocked,
    TooManyInDepartment,
    TooManyOpen,
    TooManyThatDay,
    TooManyWithDoctor,
)
from yilu.scheduling.models import Forgiveness
from yilu.scheduling.states import COMING, GROUP_OF, BookingState, ChannelGroup, Consequence

MONTH = timedelta(days=30)
BOUND = (ChannelGroup.ONLINE, ChannelGroup.PARTNER)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of the group. These are the defaults, until a manager sets others."""

    per_day: int = 4
    per_department: int = 3
    per_doctor: int = 2
    open_most: int = 10
    misses: int = 3
    months: int = 6
    consequence: str = Consequence.ASK
    days: int = 30
    urgent_ids: tuple[UUID, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """What follows from missed visits, until when, and from how many."""

    missed: int
    months: int
    until: datetime
    consequence: str


@dataclass(frozen=True, slots=True)
class Booked:
    """One booking of a patient, as far as the rules ask."""

    service_id: UUID
    practitioner_id: UUID
    clinic_day: date
    starts_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a patient would book."""

    patient_id: UUID
    service_id: UUID
    practitioner_id: UUID
    clinic_day: date


def binds(actor: Actor, channel: str) -> bool:
    """Whether the rules bind who books: patients and partners, not staff. No query."""
    return actor.kind != "staff" and GROUP_OF[channel] in BOUND


def bar_of(
    book: RuleBook, missed: Iterable[datetime], forgiven_at: datetime | None, now: datetime
) -> Bar | None:
    """What follows from visits missed at these times, if anything does now. Pure.

    It ends by itself: some days after the last one, or as soon as so few are left within the
    months that count.
    """
    since = max(now - book.months * MONTH, forgiven_at or now - book.months * MONTH)
    counted = sorted(at for at in missed if since < at <= now)
    if book.consequence == Consequence.NONE or len(counted) < book.misses:
        return None
    ages_out = counted[-book.misses] + book.months * MONTH
    until = min(counted[-1] + timedelta(days=book.days), ages_out)
    return Bar(len(counted), book.months, until, book.consequence) if until > now else None


def judge(book: RuleBook, wanted: Wanted) -> Bar | None:
    """Refuse what is too much; gives back what follows from missed visits short of refusing.

    One query; one more at a department's limit, and one once so many visits were missed.

    Raises:
        TooManyThatDay, TooManyInDepartment, TooManyWithDoctor, TooManyOpen, OnlineBlocked.
    """
    if wanted.service_id in book.urgent_ids:
        return None
    now = clock.now()
    known = _bookings(wanted.patient_id, now - book.months * MONTH)
    _check_limits(book, wanted, known)
    bar = _bar(book, wanted.patient_id, known, now)
    if bar and bar.consequence == Consequence.BLOCK:
        raise OnlineBlocked(count=bar.missed, months=bar.months, until=f"{bar.until:%Y-%m-%d}")
    return bar


def rule_book() -> RuleBook:
    """The rules in force. One query."""
    ((rules,),) = prepared(_RULES, {})
    return read_book(rules)


def bar_on(patient_id: UUID, book: RuleBook) -> Bar | None:
    """What follows now from what a patient missed. Two queries at most."""
    now = clock.now()
    return _bar(book, patient_id, _bookings(patient_id, now - book.months * MONTH), now)


def locked_book(patient_id: UUID, service_id: UUID) -> tuple[RuleBook, dict[str, Any] | None]:
    """The rules and a service's terms, with the patient's bookings counted one at a time.

    Two at once would each see room for one more. Nobody waits for the other: whoever holds the
    lock may wait for the day's numbers, which the other has. One query.

    Raises: OneAtATime.
    """
    asked = {"patient": str(patient_id), "service": service_id}
    ((is_alone, rules, terms),) = prepared(_LOCKED, asked)
    if not is_alone:
        raise OneAtATime
    return read_book(rules), _read(terms)


def read_book(row: Any) -> RuleBook:
    """A row of rules as JSON, or the defaults."""
    known = _read(row)
    if known is None:
        return RuleBook()
    known["urgent_ids"] = tuple(UUID(one) for one in known["urgent_ids"])
    return RuleBook(**{one.name: known[one.name] for one in fields(RuleBook)})


def _read(row: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(row) if isinstance(row, str) else row
    return found


def _check_limits(book: RuleBook, wanted: Wanted, known: Sequence[Booked]) -> None:
    if sum(one.state in COMING for one in known) >= book.open_most:
        raise TooManyOpen(limit=book.open_most)
    gone = (BookingState.CANCELLED,)
    same_day = [o for o in known if o.clinic_day == wanted.clinic_day and o.state not in gone]
    if len(same_day) >= book.per_day:
        raise TooManyThatDay(limit=book.per_day)
    doctor = [one for one in same_day if one.practitioner_id == wanted.practitioner_id]
    if len(doctor) >= book.per_doctor:
        raise TooManyWithDoctor(limit=book.per_doctor)
    if len(same_day) >= book.per_department and _in_department(wanted, same_day) >= (
        book.per_department
    ):
        raise TooManyInDepartment(limit=book.per_department)


def _in_department(wanted: Wanted, same_day: Sequence[Booked]) -> int:
    infos = service_infos([wanted.service_id, *(one.service_id for one in same_day)])
    department = infos[wanted.service_id].department_key
    return sum(infos[one.service_id].department_key == department for one in same_day)


def _bar(book: RuleBook, patient_id: UUID, known: Sequence[Booked], now: datetime) -> Bar | None:
    missed = [one.starts_at for one in known if one.state == BookingState.NO_SHOW]
    if len(missed) < book.misses:
        return None
    lifted = Forgiveness.objects.filter(patient_id=patient_id).order_by("-at")
    return bar_of(book, missed, lifted.values_list("at", flat=True).first(), now)


def _bookings(patient_id: UUID, since: datetime) -> list[Booked]:
    return [Booked(*row) for row in prepared(_KNOWN, {"patient": patient_id, "since": since})]


_RULES = """
SELECT row_to_json(r)::text FROM (SELECT) one LEFT JOIN scheduling_patientrules r ON true
"""

_KNOWN = f"""
SELECT {", ".join(one.name for one in fields(Booked))} FROM scheduling_booking
WHERE patient_id = %(patient)s AND starts_at >= %(since)s ORDER BY starts_at
"""  # noqa: S608 (only names of our own)

_LOCKED = """
SELECT pg_try_advisory_xact_lock(hashtextextended('patient:' || %(patient)s, 13)),
       row_to_json(r)::text, row_to_json(t)::text
FROM (SELECT) one
LEFT JOIN scheduling_patientrules r ON true
LEFT JOIN scheduling_paymentterms t ON t.service_id = %(service)s::uuid
"""
