"""How made-up people behave. Pure: the same seed and subject always decide the same.

Nothing here is remembered: what somebody will do is drawn anew from their key, so that a player
who is stopped and started again goes on as if nothing had happened.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from yilu.demo.story import CHANNELS

SEED = 20261121
EARLIEST, LATEST_LATE = 50.0, 12.0
NO_SHOW, CANCELS, LATE = 0.05, 0.03, 0.12
BY_CASH, BY_PHONE = 0.22, 0.6
WITH_DRUGS, MISSES_CALL = 0.55, 0.015
WITH_TESTS, OFF_RANGE, HIGHER = 0.3, 0.12, 0.7
TUBE_MINUTES = {"lab_receive": (1.0, 3.0), "lab_enter": (6.0, 14.0), "lab_verify": (1.0, 3.0)}
BY_KIOSK, FEELS_WORSE = 0.3, 0.006
UNHEARD, OUT = 0.08, 0.15
SHORTEST = 3.0
ANSWERS = 0.85
# Nobody gets worse: that is for a doctor to look at, and no doctor is played at it.
RECOVERY = {"well": 0.35, "better": 0.5, "same": 0.15}


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody who has booked will do. Exactly one of both is set, or none: they forget."""

    arrives_at: datetime | None = None
    cancels_at: datetime | None = None


def chance(what: str, subject: UUID | str, seed: int = SEED) -> Random:
    """The dice of one subject for one question."""
    return Random(f"{seed}:{what}:{subject}")  # noqa: S311 (a story, not a secret)


def intent(booking_id: UUID, starts_at: datetime, seed: int = SEED) -> Intent:
    """Whether somebody comes to their booking, and when; or calls it off, or forgets it."""
    dice = chance("coming", booking_id, seed)
    kind = dice.random()
    if kind < CANCELS:
        return Intent(cancels_at=starts_at - timedelta(minutes=dice.uniform(45, 160)))
    if kind < CANCELS + NO_SHOW:
        return Intent()
    late = dice.random() < LATE
    offset = dice.uniform(4, LATEST_LATE) if late else -min(EARLIEST, dice.gammavariate(3.0, 4.0))
    return Intent(arrives_at=starts_at + timedelta(minutes=offset))


def goes_to_kiosk(booking_id: UUID) -> bool:
    """Whether somebody who comes checks in at a kiosk rather than at the desk."""
    return chance("kiosk", booking_id).random() < BY_KIOSK


def feels_worse_after(ticket_id: UUID) -> float | None:
    """After how many minutes of waiting somebody feels worse; None for nearly everybody."""
    dice = chance("worse", ticket_id)
    return dice.uniform(6, 16) if dice.random() < FEELS_WORSE else None


def errand_minutes(errand_id: UUID, what: str, shortest: float, longest: float) -> float:
    """How long somebody at a desk takes to get round to something."""
    return chance(what, errand_id).uniform(shortest, longest)


def is_unheard(call_id: UUID) -> bool:
    """Whether nobody gets to the telephone in time."""
    return chance("unheard", call_id).random() < UNHEARD


def is_out(call_back_id: UUID, version: int) -> bool:
    """Whether nobody answers when called back."""
    return chance(f"out:{version}", call_back_id).random() < OUT


def walk_minutes(ticket_id: UUID) -> float:
    """How long a called patient takes to the door."""
    return chance("walk", ticket_id).uniform(0.4, 1.6)


def misses_call(ticket_id: UUID, skips: int) -> bool:
    """Whether somebody is not there when called; nobody misses it twice."""
    return skips == 0 and chance("miss", ticket_id).random() < MISSES_CALL


def pause_minutes(ticket_id: UUID) -> float:
    """How long a post takes from one patient to the next."""
    return chance("pause", ticket_id).uniform(0.3, 1.2)


def consultation_minutes(ticket_id: UUID, planned: float) -> float:
    """How long a consultation lasts."""
    drawn = chance("lasts", ticket_id).lognormvariate(0.0, 0.22)
    return max(SHORTEST, drawn * planned * 0.9)


def assessment_minutes(ticket_id: UUID) -> float:
    """How long a nurse takes."""
    return chance("assess", ticket_id).uniform(1.8, 3.6)


def till_minutes(ticket_id: UUID) -> float:
    """How long paying at a window takes."""
    return chance("till", ticket_id).uniform(0.6, 1.6)


def guide_minutes(task_id: UUID, state: str) -> float:
    """How long a guide takes to come, to bring somebody; and how long until it is confirmed."""
    least, most = {"taken": (1.2, 3.0), "delivered": (0.4, 1.4)}.get(state, (0.5, 2.0))
    return chance(f"guide:{state}", task_id).uniform(least, most)


def step_minutes(dispense_id: UUID, step: str) -> float:
    """How long one step of a prescription takes in the pharmacy."""
    return chance(f"pharmacy:{step}", dispense_id).uniform(0.4, 1.2)


def sampling_minutes(ticket_id: UUID) -> float:
    """How long it takes to draw blood."""
    return chance("sampling", ticket_id).uniform(1.5, 3.5)


def tube_minutes(specimen_id: UUID, step: str) -> float:
    """How long a tube waits for a step of the laboratory; measuring takes longest."""
    low, high = TUBE_MINUTES[step]
    return chance(f"tube:{step}", specimen_id).uniform(low, high)


def gets_tests(visit_id: UUID) -> bool:
    """Whether a doctor wants something from the laboratory."""
    return chance("tests", visit_id).random() < WITH_TESTS


def result(analyte: str, specimen_id: UUID, low: float, high: float) -> float:
    """What is measured: mostly within the range, sometimes a little beside it."""
    dice = chance(f"result:{analyte}", specimen_id)
    width = high - low
    if dice.random() < OFF_RANGE:
        beside = dice.uniform(0.02, 0.25) * width
        return high + beside if dice.random() < HIGHER else max(low - beside, low * 0.8)
    return dice.uniform(low + 0.1 * width, high - 0.1 * width)


def pays_cash(visit_id: UUID) -> bool:
    """Whether somebody pays in cash rather than with the phone."""
    return chance("pays", visit_id).random() < BY_CASH


def pays_while_waiting(visit_id: UUID) -> float | None:
    """After how many minutes somebody pays by phone without waiting for the window."""
    dice = chance("pays early", visit_id)
    return dice.uniform(0.8, 4.0) if dice.random() < BY_PHONE else None


def call_after_minutes(follow_up_id: UUID, tries: int) -> float:
    """How long after a visit somebody is asked how they are; longer when nobody answered."""
    return chance("asked", follow_up_id).uniform(75, 200) + 185 * tries


def answers_call(follow_up_id: UUID, tries: int) -> bool:
    """Whether somebody answers the telephone."""
    return chance(f"answers:{tries}", follow_up_id).random() < ANSWERS


def how_they_are(follow_up_id: UUID) -> str:
    """What somebody says when asked how they are."""
    return chance("recovery", follow_up_id).choices(list(RECOVERY), list(RECOVERY.values()))[0]


def gets_drugs(visit_id: UUID) -> bool:
    """Whether a case that has medicines gets them this time."""
    return chance("drugs", visit_id).random() < WITH_DRUGS


def channel(subject: str) -> str:
    """By which way somebody books."""
    return str(chance("channel", subject).choices(*zip(*CHANNELS, strict=True))[0])


def happen(what: str, site_id: UUID, slot: int, per_slot: float) -> int:
    """How often something that comes by chance happens in one slot of time."""
    dice = chance(what, f"{site_id}:{slot}")
    whole, part = divmod(per_slot, 1)
    return int(whole) + (dice.random() < part)
