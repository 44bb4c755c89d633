"""What bounded overbooking would have changed: past sessions played again, with and without."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from yilu.prediction.rules.overbooking import Bounds, Place, Went, advise, ninth_tenth, play

FEWEST = 3


@dataclass(frozen=True, slots=True)
class PastSession:
    """A session as it was: its places, and which of their patients came."""

    places: tuple[Place, ...]
    came: tuple[bool, ...]

    @property
    def span(self) -> float:
        """From the first time to the end of the last, in minutes."""
        return max(p.minute + p.minutes for p in self.places) - self.places[0].minute

    @property
    def booked_share(self) -> float:
        """How much of that was booked."""
        return min(1.0, sum(p.minutes for p in self.places) / self.span)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over sessions: seen, idle minutes, the wait of nine in ten, share beyond the promise."""

    seen: int
    idle_minutes: int
    wait: float
    beyond_share: float

    @property
    def beyond_percent(self) -> float:
        return 100 * self.beyond_share


@dataclass(frozen=True, slots=True)
class Replay:
    """The same sessions without and with the extra places that would have been advised."""

    sessions: int
    extra_places: int
    without: Totals
    with_extra: Totals


def replay(sessions: Sequence[PastSession], *, bounds: Bounds, usual: float) -> Replay:
    """Play the sessions twice with the same dice. Who would have had an extra place comes as
    often as is usual.
    """
    luck = Random(1)  # noqa: S311 (a simulation)
    before: list[tuple[float, Went]] = []
    after: list[tuple[float, Went]] = []
    extra = 0
    for session in sessions:
        if len(session.places) < FEWEST:
            continue
        dice = [luck.gauss(0, 1) for _ in session.places]
        went = play(session.places, session.came, dice)
        before.append((session.span, went))
        advice = advise(
            session.places, bounds=bounds, usual=usual, booked_share=session.booked_share
        )
        taken = [step.beside for step in advice.advised]
        extra += len(taken)
        rows = list(zip(session.places, session.came, dice, strict=True))
        rows += [(session.places[n], luck.random() >= usual, luck.gauss(0, 1)) for n in taken]
        rows.sort(key=lambda row: row[0].minute)
        places, came, thrown = zip(*rows, strict=True)
        after.append((session.span, play(places, came, thrown)))
    return Replay(len(before), extra, _totals(before, bounds), _totals(after, bounds))


def _totals(played: Sequence[tuple[float, Went]], bounds: Bounds) -> Totals:
    waits = [wait for _, went in played for wait in went.waits]
    beyond = sum(1 for wait in waits if wait > bounds.promise)
    idle = sum(max(0.0, span - went.busy) for span, went in played)
    return Totals(
        seen=len(waits),
        idle_minutes=round(idle),
        wait=ninth_tenth(waits),
        beyond_share=beyond / len(waits) if waits else 0.0,
    )
