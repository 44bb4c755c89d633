"""How many bookings, by what, and what became of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.scheduling import permissions
from yilu.scheduling.selectors.counting import COUNTED_AFRESH, DAYS, FILTERED, Scope
from yilu.scheduling.selectors.tallies import (
    BECAME,
    CHANNEL,
    GROUPING,
    HOUR,
    LEAD,
    PRACTITIONER,
    REASON,
    SERVICE,
    SHOWN,
    parts_of,
)

MOST_REASONS = 12
# What a stored row is shown as: nothing of it in the period before, but how many.
_SHOWS = {part: f"d.is_now AND p.shown = {part}" for part in SHOWN}
UNITS = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Counts:
    """Bookings and what became of them. Shares are of one, None where there is nothing to share.

    `to_come` counts what has not ended: requested and booked.
    """

    booked: int = 0
    seen: int = 0
    cancelled: int = 0
    missed: int = 0
    to_come: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.booked + other.booked,
            self.seen + other.seen,
            self.cancelled + other.cancelled,
            self.missed + other.missed,
            self.to_come + other.to_come,
        )

    @property
    def over(self) -> int:
        """Those of which it is known how they ended."""
        return self.booked - self.to_come

    @property
    def seen_share(self) -> float | None:
        """Conversion: of what is over, how much was seen."""
        return share(self.seen, self.over)

    @property
    def cancelled_share(self) -> float | None:
        """Of what is over, how much was cancelled."""
        return share(self.cancelled, self.over)

    @property
    def missed_share(self) -> float | None:
        """Of those who were expected and had not cancelled, how many never came."""
        return share(self.missed, self.seen + self.missed)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why bookings were cancelled, and by whom; both are empty for all the rarer ones."""

    kind: str
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A period of bookings from every side, and the totals of the period before."""

    total: Counts = field(default_factory=Counts)
    before: Counts = field(default_factory=Counts)
    by_time: dict[tuple[date, str], Counts] = field(default_factory=dict)
    by_channel: dict[str, Counts] = field(default_factory=dict)
    by_service: dict[UUID, Counts] = field(default_factory=dict)
    by_practitioner: dict[UUID, Counts] = field(default_factory=dict)
    by_hour: dict[tuple[int, int], Counts] = field(default_factory=dict)
    by_lead: dict[int, Counts] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


def share(part: int, whole: int) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole if whole else None


_FIGURES = f"""
WITH {DAYS}, b AS MATERIALIZED ({COUNTED_AFRESH}), cells AS (
    SELECT true AS is_now, {GROUPING} AS part, bucket, channel, service_id, practitioner_id,
           weekday, hour, lead, cancelled_by_kind, cancel_reason, {BECAME}
    FROM (SELECT *, date_trunc(%(unit)s, clinic_day)::date AS bucket FROM b WHERE is_now) AS b
    GROUP BY GROUPING SETS (
        (bucket, channel), (service_id), (practitioner_id), (weekday, hour), (lead),
        (cancelled_by_kind, cancel_reason)
    )
  UNION ALL
    SELECT false, {CHANNEL}, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, {BECAME}
    FROM b WHERE NOT is_now
  UNION ALL
    SELECT d.is_now, p.shown,
           CASE WHEN {_SHOWS[CHANNEL]} THEN date_trunc(%(unit)s, d.clinic_day)::date END,
           CASE WHEN {_SHOWS[CHANNEL]} THEN b.channel END,
           CASE WHEN {_SHOWS[SERVICE]} THEN b.service_id END,
           CASE WHEN {_SHOWS[PRACTITIONER]} THEN b.practitioner_id END,
           CASE WHEN {_SHOWS[HOUR]} THEN extract(isodow FROM d.clinic_day)::int - 1 END,
           CASE WHEN {_SHOWS[HOUR]} THEN b.hour END,
           CASE WHEN {_SHOWS[LEAD]} THEN b.lead END,
           CASE WHEN {_SHOWS[REASON]} THEN b.cancelled_by_kind END,
           CASE WHEN {_SHOWS[REASON]} THEN b.cancel_reason END,
           b.booked, b.seen, b.cancelled, b.missed, b.to_come
    FROM counted d
    CROSS JOIN LATERAL (
        SELECT * FROM scheduling_bookingtally t
        WHERE t.day_id = d.id
          AND t.part = ANY (CASE WHEN d.is_now THEN %(stored)s::int[] ELSE %(whole)s END)
        OFFSET 0
    ) b
    JOIN unnest(%(stored)s::int[], %(shown)s::int[]) AS p (stored, shown) ON p.stored = b.part
    WHERE (d.is_now OR p.shown = {CHANNEL}) AND {FILTERED}
), summed AS (
    SELECT is_now, part, bucket, channel, service_id, practitioner_id, weekday, hour, lead,
           cancelled_by_kind, cancel_reason, sum(booked) AS booked, sum(seen) AS seen,
           sum(cancelled) AS cancelled, sum(missed) AS missed, sum(to_come) AS to_come
    FROM cells GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
)
SELECT * FROM (
    SELECT *, row_number() OVER (
        PARTITION BY part ORDER BY cancelled DESC, cancelled_by_kind, cancel_reason
    ) AS place
    FROM summed
) AS placed
WHERE part <> {REASON} OR (cancelled > 0 AND place <= %(most)s)
"""  # noqa: S608 (its parts are ours)


def booking_figures(actor: Actor, scope: Scope, unit: str) -> Figures:
    """The bookings of a period by `unit` of time, channel, service, practitioner, hour and lead.

    One query. Raises: NotAllowed.
    """
    scope.require(actor, permissions.SEE)
    asked = parts_of(scope)
    more = {"unit": unit, "most": MOST_REASONS, "whole": asked["stored"][:1]}
    before, parts = Counts(), defaultdict(list)
    for row in rows(_FIGURES, scope.params() | asked | more):
        if row["is_now"]:
            parts[row["part"]].append(row)
        else:
            before += _counts(row)
    by_time = {(row["bucket"], row["channel"]): _counts(row) for row in parts[CHANNEL]}
    by_channel = _by_channel(by_time)
    total = sum(by_channel.values(), Counts())
    return Figures(
        total=total,
        before=before,
        by_time=by_time,
        by_channel=by_channel,
        by_service=_by("service_id", parts[SERVICE]),
        by_practitioner=_by("practitioner_id", parts[PRACTITIONER]),
        by_hour={(row["weekday"], row["hour"]): _counts(row) for row in parts[HOUR]},
        by_lead=_by("lead", parts[LEAD]),
        reasons=_reasons(parts[REASON], total.cancelled),
    )


def _counts(row: dict[str, Any]) -> Counts:
    names = ("booked", "seen", "cancelled", "missed", "to_come")
    return Counts(*(int(row[name]) for name in names))


def _by(name: str, found: Iterable[dict[str, Any]]) -> dict[Any, Counts]:
    return {row[name]: _counts(row) for row in found}


def _by_channel(by_time: dict[tuple[date, str], Counts]) -> dict[str, Counts]:
    summed: dict[str, Counts] = {}
    for (_bucket, channel), counts in by_time.items():
        summed[channel] = summed.get(channel, Counts()) + counts
    return summed


def _reasons(found: Iterable[dict[str, Any]], cancelled: int) -> tuple[Reason, ...]:
    """The commonest, and all others together. What people wrote is not read here."""
    kept = [
        Reason(row["cancelled_by_kind"], row["cancel_reason"], int(row["cancelled"]))
        for row in found
    ]
    kept.sort(key=lambda one: -one.count)
    rest = cancelled - sum(one.count for one in kept)
    return (*kept, Reason("", "", rest)) if rest else tuple(kept)


def cancelled_by(reasons: Iterable[Reason]) -> Counter[str]:
    """How many were cancelled by whom."""
    counted: Counter[str] = Counter()
    for one in reasons:
        counted[one.kind] += one.count
    return counted
