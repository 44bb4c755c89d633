"""How long somebody has waited against what was promised, and how loudly to say so."""

from dataclasses import dataclass
from datetime import datetime

SOON_FROM = 0.8


@dataclass(frozen=True, slots=True)
class Wait:
    """Minutes waited and promised at one moment. `tone` is "", "is-soon" or "is-late"."""

    waited: int
    promised: int

    @property
    def tone(self) -> str:
        return tone(self.waited, self.promised)

    @property
    def shown(self) -> int:
        """What the bar shows: never more than the promise."""
        return min(self.waited, self.promised)


def tone(waited: float, promised: float) -> str:
    """Grey below 80 % of the promise, amber from there, red once it is broken."""
    if waited > promised:
        return "is-late"
    return "is-soon" if waited >= promised * SOON_FROM else ""


def whole_minutes(since: datetime, now: datetime) -> int:
    """Whole minutes from `since` to `now`; none when `since` has yet to come."""
    return max(int((now - since).total_seconds() // 60), 0)


def countdown(seconds: int) -> str:
    """What is left, `0:11:52`; past the end it counts up, `+0:18:05`."""
    hours, rest = divmod(abs(seconds), 3600)
    sign = "+" if seconds < 0 else ""
    return f"{sign}{hours}:{rest // 60:02}:{rest % 60:02}"
