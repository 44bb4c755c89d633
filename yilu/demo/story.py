"""What happened on a made-up day, minute by minute. Pure: a seed and a day give one story.

Doctors see who is there, in the order of their booked times; the cashier and the pharmacy serve
one after another; people come early and late, cancel, stay away, and walk in.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from random import Random

from yilu.demo.staying_away import (
    ASKED_BEFORE_DAYS,
    Agreed,
    Behaviour,
    chance_of_staying_away,
    habit_of,
)

MINUTE = 1.0
GRID = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that a doctor gives: its length, the pause after it, how often it is asked for."""

    service: str
    minutes: int
    pause: int = 0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor as the story needs one: when they work, what they do, how fast they are."""

    key: str
    site: str
    hours: dict[int, tuple[tuple[int, int], ...]]
    offers: tuple[Offer, ...]
    pace: float = 1.0
    popularity: float = 1.0
    assesses: bool = True
    pool: str = "adult"


@dataclass(frozen=True, slots=True)
class Setting:
    """How a day goes: how full it is, how people behave, and how much longer doctors take."""

    fullness: float = 0.86
    walk_ins: float = 0.18
    cancelled: float = 0.07
    with_drugs: float = 0.55
    by_cash: float = 0.22
    slowness: float = 1.0
    come_late: float = 0.12
    behaviour: Behaviour = field(default_factory=Behaviour)


@dataclass(frozen=True, slots=True)
class Desks:
    """How many people serve beside the doctors of a site."""

    nurses: int = 2
    cashiers: int = 2


@dataclass(slots=True)
class Visit:
    """One booking or walk-in of the day. Times are minutes after the clinic day's midnight.

    None is what did not happen. `lead_days` is how long before the day the booking was made.
    """

    doctor: str
    service: str
    patient: int
    minutes: int
    starts: int | None = None
    lead_days: float = 0.0
    channel: str = "walk_in"
    is_first: bool = False
    confirmed_before_days: float | None = None
    cancelled_before_days: float | None = None
    stayed_away: bool = False
    arrived: float | None = None
    assessed: tuple[float, float] | None = None
    nurse: int = 0
    called: float | None = None
    started: float | None = None
    ended: float | None = None
    has_drugs: bool = False
    pays_cash: bool = False
    paid: float | None = None
    cashier_called: float | None = None
    cashier: int = 0
    dispensed: tuple[float, float, float] | None = None
    left: float | None = None

    @property
    def came(self) -> bool:
        """Whether the patient came through the door."""
        return self.arrived is not None


CHANNELS = (
    ("phone", 0.30),
    ("my", 0.24),
    ("web", 0.20),
    ("wechat", 0.12),
    ("desk", 0.09),
    ("room", 0.05),
)
_CHANNELS = [channel for channel, _ in CHANNELS]
_CHANNELS_UP_TO = list(accumulate(weight for _, weight in CHANNELS))


def day_story(
    *,
    seed: int,
    day: date,
    doctors: Sequence[Doctor],
    patients: Mapping[str, Sequence[date]],
    desks: Mapping[str, Desks],
    setting: Setting | None = None,
) -> list[Visit]:
    """Everything that happened on one day, at all sites, in order of planned time.

    `patients` are the birthdays of the people in each pool; regulars come more often.
    """
    how = setting or Setting()
    chance = Random(f"{seed}:{day.isoformat()}")  # noqa: S311 (a story, not a secret)
    pools = {pool: _People(len(born), chance) for pool, born in patients.items()}
    visits: list[Visit] = []
    for doctor in doctors:
        for hours in doctor.hours.get(day.weekday(), ()):
            visits += _session(doctor, hours, how=how, chance=chance, people=pools[doctor.pool])
    by_key = {doctor.key: doctor for doctor in doctors}
    for visit in visits:
        pool = by_key[visit.doctor].pool
        who = _Who(patients[pool][visit.patient], habit_of(seed, pool, visit.patient))
        _comes_or_not(visit, day, who, how, chance)
    for site in sorted({doctor.site for doctor in doctors}):
        here = [v for v in visits if by_key[v.doctor].site == site and v.came]
        _assess(here, by_key, chance, desks[site].nurses)
        _consult(here, by_key, chance, how.slowness)
        _pay(here, how, chance, desks[site].cashiers)
        _dispense(here, how, chance)
    return sorted(visits, key=lambda v: v.starts if v.starts is not None else v.arrived or 0)


class _People:
    """Who may come today. Nobody comes twice; low numbers are the regulars."""

    def __init__(self, number: int, chance: Random) -> None:
        self._number, self._chance = number, chance
        self._taken: set[int] = set()

    def somebody(self) -> int:
        """Somebody who is not here today already."""
        while True:
            who = min(self._number - 1, int(self._number * self._chance.random() ** 1.6))
            if who not in self._taken:
                self._taken.add(who)
                return who


def _session(
    doctor: Doctor, hours: tuple[int, int], *, how: Setting, chance: Random, people: _People
) -> list[Visit]:
    """The bookings of one session, back to back with gaps, and those who walk in besides."""
    visits: list[Visit] = []
    at, end = hours
    up_to = list(accumulate(offer.weight for offer in doctor.offers))
    while True:
        offer = chance.choices(doctor.offers, cum_weights=up_to)[0]
        if at + offer.minutes + offer.pause > end:
            break
        if chance.random() < how.fullness * doctor.popularity:
            visit = Visit(doctor.key, offer.service, people.somebody(), offer.minutes, at)
            visit.channel = chance.choices(_CHANNELS, cum_weights=_CHANNELS_UP_TO)[0]
            visit.lead_days = round(min(28.0, chance.expovariate(1 / 5.0) + 0.1), 3)
            visit.is_first = chance.random() < 0.3
            visits.append(visit)
            at += offer.minutes + offer.pause
        else:
            at += GRID * chance.randint(2, 4)
    for _ in range(_how_many(chance, len(visits) * how.walk_ins)):
        offer = chance.choices(doctor.offers, cum_weights=up_to)[0]
        visit = Visit(doctor.key, offer.service, people.somebody(), offer.minutes)
        visit.arrived = round(chance.uniform(hours[0], hours[1] - 45), 2)
        visit.is_first = chance.random() < 0.45
        visits.append(visit)
    return visits


def _how_many(chance: Random, expected: float) -> int:
    whole, part = divmod(expected, 1)
    return int(whole) + (chance.random() < part)


@dataclass(frozen=True, slots=True)
class _Who:
    """What of a person bears on whether they come."""

    born_on: date
    habit: float


def _comes_or_not(visit: Visit, day: date, who: _Who, how: Setting, chance: Random) -> None:
    if visit.starts is None:
        return
    if chance.random() < how.cancelled:
        visit.cancelled_before_days = round(visit.lead_days * chance.uniform(0.05, 0.9), 3)
        return
    visit.confirmed_before_days = _confirms(visit, how, chance)
    agreed = Agreed(
        lead_days=visit.lead_days,
        age=(day - who.born_on).days * 100 // 36525,
        is_first=visit.is_first,
        weekday=day.weekday(),
        minute=visit.starts,
        channel=visit.channel,
        confirmed=visit.confirmed_before_days is not None,
        habit=who.habit,
    )
    if chance.random() < chance_of_staying_away(agreed, how.behaviour):
        visit.stayed_away = True
    else:
        late = chance.random() < how.come_late
        offset = chance.uniform(4, 22) if late else -chance.gammavariate(3.0, 4.0)
        visit.arrived = round(max(visit.starts + offset, visit.starts - 50), 2)


def _confirms(visit: Visit, how: Setting, chance: Random) -> float | None:
    """How many days before they said that they come, or None. Booking late says it too."""
    if visit.lead_days < 2 * ASKED_BEFORE_DAYS:
        return visit.lead_days
    if chance.random() >= how.behaviour.confirms:
        return None
    return round(ASKED_BEFORE_DAYS * chance.uniform(0.3, 0.99), 3)


@dataclass(slots=True)
class _Server:
    """Somebody who serves one patient after another, at a place of their own."""

    place: int = 0
    free_at: float = 0.0

    def serve(self, ready: float, lasts: float) -> tuple[float, float]:
        begins = max(ready, self.free_at)
        self.free_at = begins + lasts
        return begins, self.free_at


def _assess(here: list[Visit], doctors: dict[str, Doctor], chance: Random, people: int) -> None:
    """Nurses take vital signs, first come first served."""
    nurses = [_Server(n) for n in range(people)]
    for visit in sorted(here, key=lambda v: v.arrived or 0):
        if not nurses or not doctors[visit.doctor].assesses:
            continue
        nurse = min(nurses, key=lambda n: n.free_at)
        begins, ends = nurse.serve((visit.arrived or 0) + 1.0, chance.uniform(1.8, 3.6))
        visit.nurse = nurse.place
        visit.assessed = (round(begins, 2), round(ends, 2))


def _consult(
    here: list[Visit], doctors: dict[str, Doctor], chance: Random, slowness: float
) -> None:
    """Each doctor sees, of those who are there, whose booked time comes first."""
    for key in sorted({visit.doctor for visit in here}):
        doctor = replace(doctors[key], pace=doctors[key].pace * slowness)
        _consult_one([v for v in here if v.doctor == key], doctor, chance)


def _consult_one(mine: list[Visit], doctor: Doctor, chance: Random) -> None:
    coming = sorted(mine, key=_ready)
    begins_day = min((h[0] for hours in doctor.hours.values() for h in hours), default=480)
    waiting: list[tuple[float, int, Visit]] = []
    now, n = float(begins_day), 0
    while waiting or n < len(coming):
        while n < len(coming) and _ready(coming[n]) <= now:
            visit = coming[n]
            heapq.heappush(waiting, (_turn(visit), n, visit))
            n += 1
        if not waiting:
            now = _ready(coming[n])
            continue
        visit = heapq.heappop(waiting)[2]
        visit.called = round(now, 2)
        visit.started = round(now + chance.uniform(0.4, 1.6), 2)
        planned = visit.minutes * doctor.pace
        lasts = max(3.0, chance.lognormvariate(0.0, 0.22) * planned * 0.9)
        visit.ended = round(visit.started + lasts, 2)
        now = visit.ended + chance.uniform(0.3, 1.2)


def _ready(visit: Visit) -> float:
    return visit.assessed[1] if visit.assessed else (visit.arrived or 0) + 0.5


def _turn(visit: Visit) -> float:
    """When a visit's turn comes: at its booked time, or as a walk-in after those of its hour."""
    if visit.starts is None:
        return (visit.arrived or 0) + 20
    return max(float(visit.starts), (visit.arrived or 0) - 5)


def _pay(here: list[Visit], how: Setting, chance: Random, people: int) -> None:
    windows = [_Server(n) for n in range(people)]
    for visit in sorted(here, key=lambda v: v.ended or 0):
        window = min(windows, key=lambda w: w.free_at)
        begins, ends = window.serve((visit.ended or 0) + chance.uniform(0.5, 2.5), 1.4)
        visit.cashier = window.place
        visit.cashier_called, visit.paid = round(begins, 2), round(ends, 2)
        visit.pays_cash = chance.random() < how.by_cash


def _dispense(here: list[Visit], how: Setting, chance: Random) -> None:
    pharmacist = _Server()
    for visit in sorted(here, key=lambda v: v.paid or 0):
        visit.has_drugs = chance.random() < how.with_drugs
        if not visit.has_drugs:
            visit.left = round((visit.paid or 0) + chance.uniform(0.5, 2.0), 2)
            continue
        begins, ends = pharmacist.serve((visit.paid or 0) + 1.0, chance.uniform(1.2, 3.0))
        visit.dispensed = (round(begins, 2), round((begins + ends) / 2, 2), round(ends, 2))
        visit.left = round(ends + 0.5, 2)


@dataclass(slots=True)
class Account:
    """A few figures of a story, to see that it is alive."""

    visits: int = 0
    came: int = 0
    no_shows: int = 0
    waits: list[float] = field(default_factory=list)


def account(visits: Sequence[Visit]) -> Account:
    """Count a story."""
    told = Account(visits=len(visits))
    for visit in visits:
        told.came += visit.came
        told.no_shows += visit.stayed_away
        if visit.called is not None and visit.arrived is not None:
            told.waits.append(visit.called - max(visit.arrived, visit.starts or 0))
    return told
