"""Who stays away without a word, in the made-up clinic: from published figures, and nothing else.

Written before any model of ours looked at these data, and not to be tuned to one. Each effect
is an odds ratio that a study found, or lies between those that several found:

| effect | here | published |
|---|---|---|
| bookings missed | about 8 % | 8.0 % of 263,464 [1]; 15 % online [2]; 16.9 % in Taiwan [3] |
| days between booking and visit | `ln(1 + days)` × 0.57: 5.4 at 28 days against half a day, 2.5 at
  24 against 4, 1.8 at 18 against 6 | 5.45 above 4 weeks against below a day [1]; 2.38 above 21
  days against below 7 [4]; 1.80 above two weeks [5] |
| missed before | a lasting habit of each person, normal, deviation 1.3: about 3.0 | 4.42 [1]; 1.79
  above 60 % missed against below 20 % [4] |
| age | 20–39: 1.10, 40–64: 0.80, above: 0.75, against below 20 | 0.75–0.84 above 40 against below
  20 [4]; more below 40 [3] |
| first visit | 1.5 | more at first visits [3][6]; 4.38 without earlier appointments [4] |
| weekday | Monday 1.2 against Friday, falling; Saturday 1.16 | 11.0 % falling to 9.7 %, and 6.2 %
  to 4.2 % [7]; more on Saturdays [3] |
| hour | before 9 and from 17 on: 1.16 | more early [6], more in the evening [3] |
| channel | online 1.5, at the desk or in the room 0.8, against the telephone | web 1.71 [5]; more
  online [3] |
| said that they come | 0.6 | reminders take 29 % (by machine) to 39 % (by a person) away [8] |

[1] Marshfield Clinic 2021, PMC11149957. [2] Su 2020, doi 10.2147/RMHP.S280656. [3] Tsai 2019,
doi 10.1097/JCMA.0000000000000068. [4] Lee 2005, PMC1190171. [5] Anisi 2018, doi
10.5812/semj.63238. [6] Al Sabahi 2023, Oman Med J 38(1) e457. [7] Ellis and Jenkins 2012, doi
10.1371/journal.pone.0051365. [8] Hasvold and Wootton 2011, doi 10.1258/jtt.2011.110707.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import exp, log, log1p
from random import Random

ADULT_AT, MIDDLE_AT, OLD_AT = 20, 40, 65
EARLY, LATE = 9 * 60, 17 * 60
ASKED_BEFORE_DAYS = 1.0
"""A day before, everybody is asked; who booked later than two days before has just said so."""


def _logs(*ratios: float) -> tuple[float, ...]:
    return tuple(log(ratio) for ratio in ratios)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How people behave, in log-odds."""

    usual: float = -4.05
    per_log_day: float = 0.57
    habit: float = 1.3
    ages: tuple[float, ...] = _logs(1.0, 1.10, 0.80, 0.75)
    first_visit: float = log(1.5)
    weekdays: tuple[float, ...] = _logs(1.20, 1.15, 1.10, 1.05, 1.0, 1.16, 1.16)
    odd_hour: float = log(1.16)
    channels: Mapping[str, float] = field(
        default_factory=lambda: {
            "web": log(1.5),
            "wechat": log(1.5),
            "my": log(1.5),
            "desk": log(0.8),
            "room": log(0.8),
        }
    )
    confirmed: float = log(0.6)
    confirms: float = 0.5


@dataclass(frozen=True, slots=True)
class Agreed:
    """A booking as its patient sees it when the time has come."""

    lead_days: float
    age: int
    is_first: bool
    weekday: int
    minute: int
    channel: str
    confirmed: bool
    habit: float


def chance_of_staying_away(booked: Agreed, how: Behaviour) -> float:
    """How likely it is, from 0 to 1, that they neither come nor say so."""
    odd = booked.minute < EARLY or booked.minute >= LATE
    odds = (
        how.usual
        + how.per_log_day * log1p(booked.lead_days)
        + how.habit * booked.habit
        + how.ages[bisect_right((ADULT_AT, MIDDLE_AT, OLD_AT), booked.age)]
        + how.first_visit * booked.is_first
        + how.weekdays[booked.weekday]
        + how.odd_hour * odd
        + how.channels.get(booked.channel, 0.0)
        + how.confirmed * booked.confirmed
    )
    return 1 / (1 + exp(-odds))


@cache
def habit_of(seed: int, pool: str, person: int) -> float:
    """How a person is: the same all their life, in deviations from the usual."""
    return Random(f"habit:{seed}:{pool}:{person}").gauss(0.0, 1.0)  # noqa: S311 (a story)
