"""Places for all sittings of a treatment at once: what the finder would book, and what else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.platform.names import PersonName
from yilu.scheduling.allocation import NO_WISHES, Judge, Place, Wishes
from yilu.scheduling.rules import LONGEST
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.free_time import free_rows
from yilu.scheduling.selectors.placing import loads
from yilu.scheduling.selectors.published import published_until
from yilu.scheduling.sittings import (
    KEEPS,
    Anchor,
    Option,
    Step,
    Window,
    choose,
    options_of,
    windows_after,
)
from yilu.workforce.selectors.practitioners import practitioner_names

FIRST_WITHIN = 14
MOST_OTHERS = 40


@dataclass(frozen=True, slots=True)
class SittingsAsk:
    """What is to be placed, for whom, from which day on.

    `fixed` are places chosen by hand, by position; `kept` those that sittings hold already: they
    count as free, and stay if they can. `anchor` is the sitting before the first.
    """

    site_id: UUID
    patient_id: UUID | None
    steps: tuple[Step, ...]
    first: date
    same_doctor: bool = True
    practitioner_id: UUID | None = None
    wishes: Wishes = NO_WISHES
    channel: str = ""
    fixed: Mapping[int, tuple[datetime, UUID]] | None = None
    kept: Mapping[int, Place] | None = None
    anchor: Anchor | None = None
    but_for: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class SittingPlace:
    """A time for one sitting on the wall clock of the site. `value` is what a form sends back."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID
    practitioner: PersonName

    @property
    def value(self) -> str:
        return f"{self.starts_at.isoformat()}|{self.practitioner_id}"


@dataclass(frozen=True, slots=True)
class ProposedSitting:
    """One sitting with the place proposed for it, and others that its gap allows."""

    position: int
    service_id: UUID
    place: SittingPlace
    others: tuple[SittingPlace, ...]
    days_after: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """All sittings placed; or those before `stuck`, with the days on which it would have to be.

    `planned` are the days of those at the end for which sessions are not published yet.
    """

    sittings: tuple[ProposedSitting, ...]
    stuck: int | None = None
    stuck_from: date | None = None
    stuck_until: date | None = None
    planned: tuple[Window, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.stuck is None


def propose(ask: SittingsAsk) -> Proposal:
    """The best places for all sittings that keep every gap, or which sitting has none and why.

    Sittings whose days are not all published yet are left planned, with their days.
    Three queries for each different service of the plan (one of them the free time of all who
    could do it on all the days), one for the patient's own times, one for names; one more when
    not all can be placed.

    Raises: UnknownService, UnknownPractitioner.
    """
    zone = site_zone(ask.site_id)
    options = _options(ask)
    chosen = choose(ask.steps, options, same_doctor=ask.same_doctor, anchor=ask.anchor)
    days = [place.starts_at.astimezone(zone).date() for place in chosen.places]
    before = [ask.anchor.day if ask.anchor else None, *days]
    shown = [
        _others(found, step, prior, place, same_doctor=ask.same_doctor)
        for found, step, prior, place in zip(
            options, ask.steps, before, chosen.places, strict=False
        )
    ]
    names = practitioner_names(
        one.practitioner_id for many in (*shown, chosen.places) for one in many
    )

    def seen(place: Place) -> SittingPlace:
        who = place.practitioner_id
        start, end = place.starts_at.astimezone(zone), place.ends_at.astimezone(zone)
        return SittingPlace(start, end, who, names[who])

    sittings = tuple(
        ProposedSitting(
            n,
            ask.steps[n].service_id,
            seen(place),
            tuple(map(seen, shown[n])),
            (days[n] - prior).days if prior else None,
        )
        for n, (place, prior) in enumerate(zip(chosen.places, before, strict=False))
    )
    if chosen.stuck is None:
        return Proposal(sittings)
    window = _window(ask, chosen.stuck, before[-1])
    if _is_published(ask, chosen.stuck, window):
        return Proposal(sittings, chosen.stuck, *window)
    planned = (window, *windows_after(window, ask.steps[chosen.stuck + 1 :], ask.first))
    return Proposal(sittings, planned=planned)


def _options(ask: SittingsAsk) -> list[list[Option]]:
    """For each sitting, the places it could have. One statement of free time for each service."""
    zone = site_zone(ask.site_id)
    spans = _spans(ask)
    scored: dict[UUID, list[tuple[int, Place]]] = {}
    busy = _busy(ask, spans)
    for service_id in dict.fromkeys(step.service_id for step in ask.steps):
        mine = [span for span, step in zip(spans, ask.steps, strict=True)
                if step.service_id == service_id]  # fmt: skip
        scored[service_id] = _scored(
            ask, service_id, min(a for a, _ in mine), max(b for _, b in mine), busy
        )
    found = []
    for n, (step, (first, last)) in enumerate(zip(ask.steps, spans, strict=True)):
        here = _only(ask, n, scored[step.service_id])
        wanted = options_of(here, zone, same_doctor=ask.same_doctor)
        found.append([one for one in wanted if first <= one.day <= last])
    return found


def _only(ask: SittingsAsk, n: int, scored: list[tuple[int, Place]]) -> list[tuple[int, Place]]:
    """What is possible for one sitting: the place chosen by hand only, or also the one it has."""
    fixed = (ask.fixed or {}).get(n)
    if fixed:
        return [one for one in scored if (one[1].starts_at, one[1].practitioner_id) == fixed]
    kept = (ask.kept or {}).get(n)
    return [*scored, (KEEPS, kept)] if kept else scored


def _scored(
    ask: SittingsAsk,
    service_id: UUID,
    first: date,
    last: date,
    busy: Sequence[tuple[datetime, datetime]],
) -> list[tuple[int, Place]]:
    zone = site_zone(ask.site_id)
    facts = service_facts(service_id, ask.practitioner_id).far_ahead()
    starts_from, _ = clock.day_bounds(first, zone)
    _, until = clock.day_bounds(last, zone)
    rows = free_rows(facts, ask.site_id, starts_from, until, ask.channel)
    if not rows:
        return []
    held = loads(facts, ask.site_id, starts_from, until)
    judge = Judge(ask.wishes, held, starts_from, zone, {row[2] for row in rows})
    places = [
        Place(*row)
        for row in rows
        if not any(row[0] < end and start < row[1] for start, end in busy)
    ]
    return [(judge.weigh(place).score, place) for place in places]


def _spans(ask: SittingsAsk) -> list[tuple[date, date]]:
    """The days on which each sitting could be at all."""
    spans: list[tuple[date, date]] = []
    for n, step in enumerate(ask.steps):
        if n:
            low, high = spans[-1]
        elif ask.anchor:
            low = high = ask.anchor.day
        else:
            spans.append((ask.first, ask.first + timedelta(days=FIRST_WITHIN)))
            continue
        low, high = low + timedelta(days=step.min_days), high + timedelta(days=step.max_days)
        spans.append((max(low, ask.first), max(high, ask.first)))
    return spans


def _window(ask: SittingsAsk, n: int, before: date | None) -> Window:
    """The days on which a sitting would have to be, after the one before it."""
    if before is None:
        return Window(*_spans(ask)[n])
    return windows_after(Window(before, before), [ask.steps[n]], ask.first)[0]


def _is_published(ask: SittingsAsk, n: int, window: Window) -> bool:
    """Whether all days of a sitting can be booked; the first of a treatment is never waited for."""
    if n == 0 and ask.anchor is None:
        return True
    until = published_until(ask.site_id)
    return until is None or window.last <= until


def _others(
    options: Sequence[Option],
    step: Step,
    before: date | None,
    chosen: Place,
    *,
    same_doctor: bool,
) -> list[Place]:
    """Further places that the gap to the sitting before allows, in order of time; with the same
    doctor when one does all."""
    fit = [
        one.place
        for one in options
        if one.place != chosen
        and (before is None or step.allows((one.day - before).days))
        and (not same_doctor or one.place.practitioner_id == chosen.practitioner_id)
    ]
    return sorted(fit)[:MOST_OTHERS]


def _busy(ask: SittingsAsk, spans: Sequence[tuple[date, date]]) -> list[tuple[datetime, datetime]]:
    if ask.patient_id is None:
        return []
    zone = site_zone(ask.site_id)
    scan_from = clock.day_bounds(spans[0][0], zone)[0] - LONGEST
    until = clock.day_bounds(spans[-1][1], zone)[1]
    params = {"patient": ask.patient_id, "from": scan_from, "until": until}
    held = prepared(_BUSY, params | {"but_for": list(ask.but_for)})
    return [(row[0], row[1]) for row in held]


_BUSY = """
SELECT starts_at, ends_at FROM scheduling_booking
WHERE patient_id = %(patient)s AND starts_at >= %(from)s AND starts_at < %(until)s
  AND state IN ('requested', 'confirmed', 'arrived', 'in_consultation')
  AND id <> ALL (%(but_for)s::uuid[])
"""
