"""Small rules of the desk. Nothing here reads or writes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

# Seconds for which a code is shown; it holds for one stretch longer.
CODE_LASTS = 600
CODE_DIGITS = 4

# How soon after somebody stands at the desk our first word is due.
FIRST_WORD_MINUTES = 3

# From when on a patient may say that they are ready for a telephone or video visit.
READY_BEFORE = timedelta(minutes=30)

# How long before and after its time somebody may come for a booking, though midnight lies between.
EARLY, LATE = timedelta(hours=3), timedelta(hours=6)

# How what is known about a patient weighs in the queue, by the names of the ordering rule.
NEED_WEIGHTS = {
    "wheelchair": "wheelchair",
    "pregnant": "pregnant_or_infant",
    "disabled": "disability_3_4",
}


def code_window(at: datetime) -> int:
    """Which stretch of real time an instant lies in; a site shows one code in each."""
    return int(at.timestamp()) // CODE_LASTS


def as_code(digest: bytes) -> str:
    """A digest as the digits that a person types. Who can type it stands where it is shown."""
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def may_come(starts_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether one may come for a booking now: on its day, and around midnight on the one beside."""
    if starts_at.astimezone(zone).date() == now.astimezone(zone).date():
        return True
    return -EARLY <= now - starts_at <= LATE


def queue_weights(born_on: date | None, needs: Iterable[str], today: date) -> tuple[str, ...]:
    """The names of the weights that hold for a patient by age and by need (§1.9)."""
    named = [NEED_WEIGHTS[need] for need in needs if need in NEED_WEIGHTS]
    age = _age_weight(born_on, today)
    return (*named, age) if age else tuple(named)


def _age_weight(born_on: date | None, today: date) -> str:
    if born_on is None:
        return ""
    before_birthday = (today.month, today.day) < (born_on.month, born_on.day)
    age = today.year - born_on.year - before_birthday
    bands = ((80, "age_80"), (70, "age_70"), (60, "age_60"))
    for least, name in bands:
        if age >= least:
            return name
    if age <= 3:
        return "child_3"
    return "child_6" if age <= 6 else ""
