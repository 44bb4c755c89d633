"""Choosing the days of all sittings of a treatment at once. Nothing here reads or writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.scheduling.allocation import Place

KEEPS = 1000
"""For the place that a sitting has already: nothing else outweighs it, so few are moved."""


@dataclass(frozen=True, slots=True)
class Step:
    """A sitting to be placed: its service, and how many days after the one before it."""

    service_id: UUID
    min_days: int
    max_days: int

    def allows(self, days: int) -> bool:
        """Whether so many days after the one before will do."""
        return self.min_days <= days <= self.max_days


LATE_BY = 14


def still_possible(step: Step, before: date, today: date) -> Step:
    """The step; when the last day that it allows is over, one that allows two weeks from now."""
    if before + timedelta(days=step.max_days) >= today:
        return step
    return replace(step, max_days=(today - before).days + LATE_BY)


class Option(NamedTuple):
    """A place that a sitting could have, its day on the wall of the site, and its weight."""

    score: int
    day: date
    place: Place


ROUGH_DAYS = 21


class Window(NamedTuple):
    """The days on which a sitting may be, both included."""

    first: date
    last: date

    @property
    def is_rough(self) -> bool:
        """Whether so little is settled before it that only a month can be said."""
        return (self.last - self.first).days > ROUGH_DAYS

    @property
    def middle(self) -> date:
        return self.first + (self.last - self.first) / 2


BOOKED_BEFORE = 28


def windows_after(before: Window, steps: Sequence[Step], today: date) -> list[Window]:
    """When the sittings after one may be, as far as can be said from the days that it may have.

    A window that is over is moved to the coming two weeks.
    """
    found = []
    for step in steps:
        first = before.first + timedelta(days=step.min_days)
        last = before.last + timedelta(days=step.max_days)
        if last < today:
            first, last = today, today + timedelta(days=LATE_BY)
        before = Window(max(first, today), last)
        found.append(before)
    return found


def is_due(window: Window, published_until: date, today: date) -> bool:
    """Whether a planned sitting is to be booked now: all of its days are published, so that the
    best of them can be had; or, four weeks before the first, whatever of them is."""
    if window.last <= published_until:
        return True
    return window.first <= min(published_until, today + timedelta(days=BOOKED_BEFORE))


def runs_of(steps: Sequence[Step]) -> list[tuple[Step, int]]:
    """Equal sittings in a row as one, with how many they are."""
    runs: list[tuple[Step, int]] = []
    for step in steps:
        if runs and runs[-1][0] == step:
            runs[-1] = (step, runs[-1][1] + 1)
        else:
            runs.append((step, 1))
    return runs


@dataclass(frozen=True, slots=True)
class Anchor:
    """The sitting before the first that is to be placed: its gap must hold, and its doctor."""

    day: date
    practitioner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The places of all sittings; or, when `stuck` is a position, of those before it.

    `stuck` is the first sitting for which nothing is free whatever those before it take.
    """

    places: tuple[Place, ...]
    stuck: int | None = None


class _State(NamedTuple):
    """The best way to have a sitting on a day (with a doctor): its weight and what led there."""

    score: int
    option: Option
    before: "tuple[date, UUID | None] | None"


_Layer = dict[tuple[date, UUID | None], _State]


def options_of(
    scored: Iterable[tuple[int, Place]], zone: ZoneInfo, *, same_doctor: bool
) -> list[Option]:
    """The best place of each day (with each doctor, when one is to do all), in order of days."""
    best: dict[tuple[date, UUID | None], Option] = {}
    for score, place in scored:
        day = place.starts_at.astimezone(zone).date()
        key = (day, place.practitioner_id if same_doctor else None)
        known = best.get(key)
        if known is None or score > known.score:
            best[key] = Option(score, day, place)
    return sorted(best.values(), key=lambda one: (one.day, one.place.practitioner_id))


def choose(
    steps: Sequence[Step],
    options: Sequence[Sequence[Option]],
    *,
    same_doctor: bool,
    anchor: Anchor | None = None,
) -> Chosen:
    """The places with the greatest weight that keep every gap; of equals, the earliest days.

    With `same_doctor` all are with one, the anchor's if it names one. The work grows with the
    options times the days that a gap leaves open, not with all ways to combine them.
    """
    layers: list[_Layer] = []
    for step, found in zip(steps, options, strict=True):
        layer = _next(layers[-1] if layers else None, step, found, same_doctor, anchor)
        if not layer:
            return Chosen(_back(layers), len(layers))
        layers.append(layer)
    return Chosen(_back(layers))


def broken(steps: Sequence[Step], days: Sequence[date]) -> Mapping[int, int]:
    """The sittings whose gap to the one before does not hold, with their days of gap."""
    gaps = {n: (days[n] - days[n - 1]).days for n in range(1, len(days))}
    return {n: gap for n, gap in gaps.items() if not steps[n].allows(gap)}


def _next(
    before: _Layer | None,
    step: Step,
    options: Sequence[Option],
    same_doctor: bool,  # noqa: FBT001 (private)
    anchor: Anchor | None,
) -> _Layer:
    layer: _Layer = {}
    for option in options:
        doctor = option.place.practitioner_id if same_doctor else None
        if before is None:
            state = _first(step, option, doctor, anchor)
        else:
            state = _after(before, step, option, doctor)
        known = layer.get((option.day, doctor))
        if state and (known is None or state.score > known.score):
            layer[option.day, doctor] = state
    return layer


def _first(step: Step, option: Option, doctor: UUID | None, anchor: Anchor | None) -> _State | None:
    if anchor and not step.allows((option.day - anchor.day).days):
        return None
    if anchor and doctor and anchor.practitioner_id not in {None, doctor}:
        return None
    return _State(option.score, option, None)


def _after(before: _Layer, step: Step, option: Option, doctor: UUID | None) -> _State | None:
    best: _State | None = None
    for gap in range(step.max_days, step.min_days - 1, -1):
        key = (date.fromordinal(option.day.toordinal() - gap), doctor)
        state = before.get(key)
        if state and (best is None or state.score + option.score > best.score):
            best = _State(state.score + option.score, option, key)
    return best


def _back(layers: Sequence[_Layer]) -> tuple[Place, ...]:
    """The places of the best way through all layers."""
    if not layers:
        return ()
    last = layers[-1]
    key = min(last, key=lambda one: (-last[one].score, one[0], str(one[1])))
    places = []
    for layer in reversed(layers):
        state = layer[key]
        places.append(state.option.place)
        if state.before is not None:
            key = state.before
    return tuple(reversed(places))
