"""How true the forecasts of waits were in a period, against counting places alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.queueing import permissions
from yilu.queueing.models import WaitShape
from yilu.queueing.selectors.paces import AccuracyLine, accuracy
from yilu.queueing.states import QueueKind

# Of fewer forecasts a share says nothing.
ENOUGH = 20
# What four of five forecasts should come to, a little either way.
PROMISED = (75, 85)


@dataclass(frozen=True, slots=True)
class Score:
    """Forecasts of one day, one kind, or all. Losses are means in seconds."""

    key: str
    forecasts: int
    within: int
    too_late: int
    scored: int
    below_high: int
    loss: float
    place_loss: float
    middle_loss: float
    place_middle_loss: float

    @property
    def label(self) -> str:
        """The kind of queue in the reader's words; a day as it is."""
        return str(QueueKind(self.key).label) if self.key in QueueKind.values else self.key

    @property
    def within_percent(self) -> int:
        return round(100 * self.within / self.forecasts) if self.forecasts else 0

    @property
    def coverage(self) -> float | None:
        """The percentage called before the 80th percentile; None of too few."""
        return 100 * self.below_high / self.scored if self.scored >= ENOUGH else None

    @property
    def is_as_promised(self) -> bool:
        return self.coverage is not None and PROMISED[0] <= self.coverage <= PROMISED[1]

    @property
    def better_percent(self) -> float | None:
        """By how much the loss is below that of counting places; None of too few."""
        if self.scored < ENOUGH or not self.place_loss:
            return None
        return 100 * (1 - self.loss / self.place_loss)

    @property
    def middle_better_percent(self) -> float | None:
        """The same of the middle alone, which counting places says too."""
        if self.scored < ENOUGH or not self.place_middle_loss:
            return None
        return 100 * (1 - self.middle_loss / self.place_middle_loss)


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """A site's forecasts in a period. `learnt` says from how many forecasts the ranges are cut."""

    total: Score
    by_kind: tuple[Score, ...]
    by_day: tuple[Score, ...]
    learnt: int


def forecast_report(actor: Actor, site_id: UUID, first: date, last: date) -> ForecastReport:
    """How true the forecasts of a period were: in all, by kind and by day. Two queries."""
    actor.require_to_see(permissions.REPORT, site_id)
    able = actor.lent(permissions.SEE)
    lines = [one for one in accuracy(able, site_id, first) if one.clinic_day <= last]
    cases = WaitShape.objects.filter(site_id=site_id).values_list("cases", flat=True)
    return ForecastReport(
        total=_score("", lines),
        by_kind=_grouped((one.kind, one) for one in lines),
        by_day=tuple(
            sorted(
                _grouped((one.clinic_day.isoformat(), one) for one in lines),
                key=lambda score: score.key,
            )
        ),
        learnt=sum(cases),
    )


def _grouped(pairs: Iterable[tuple[str, AccuracyLine]]) -> tuple[Score, ...]:
    groups: dict[str, list[AccuracyLine]] = defaultdict(list)
    for key, line in pairs:
        groups[key].append(line)
    return tuple(_score(key, mine) for key, mine in groups.items())


def _score(key: str, lines: Iterable[AccuracyLine]) -> Score:
    mine = list(lines)
    scored = sum(one.scored for one in mine)
    of = max(scored, 1)
    return Score(
        key=key,
        forecasts=sum(one.forecasts for one in mine),
        within=sum(one.within for one in mine),
        too_late=sum(one.too_late for one in mine),
        scored=scored,
        below_high=sum(one.below_high for one in mine),
        loss=sum(one.loss for one in mine) / of,
        place_loss=sum(one.place_loss for one in mine) / of,
        middle_loss=sum(one.middle_loss for one in mine) / of,
        place_middle_loss=sum(one.place_middle_loss for one in mine) / of,
    )
