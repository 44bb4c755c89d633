"""How good the prediction is, what acting upon it does, and what overbooking would bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.prediction import permissions
from yilu.prediction.errors import ModelUnreadable
from yilu.prediction.models import Risk, TrainedModel
from yilu.prediction.rules.measures import Bin, Effect, difference
from yilu.prediction.rules.policy import Policy
from yilu.prediction.rules.replaying import Totals
from yilu.prediction.selectors.policy import policy
from yilu.prediction.selectors.stored import model_in_use
from yilu.prediction.states import Arm, ModelState, Refusal, Tier

FEWEST_IN_AN_ARM = 50
"""A share of fewer bookings than this says nothing."""

_ARMS = """
SELECT c.arm, count(*) AS bookings, count(*) FILTER (WHERE b.state = 'no_show') AS missed
FROM prediction_confirmation c JOIN scheduling_booking b ON b.id = c.booking_id
WHERE c.site_id = ANY (%(sites)s) AND b.ends_at < %(now)s
    AND b.state NOT IN ('requested', 'confirmed')
GROUP BY c.arm
"""


@dataclass(frozen=True, slots=True)
class Quality:
    """What a model did on days that it had not seen; `base_…` is the plain average instead."""

    cases: int
    missed: int
    base: float
    brier: float
    base_brier: float
    log_loss: float
    base_log_loss: float
    auc: float
    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Replayed:
    """The tested sessions, played without and with the extra places that were advised."""

    sessions: int
    extra_places: int
    without: Totals
    with_extra: Totals

    @property
    def more_seen(self) -> int:
        return self.with_extra.seen - self.without.seen

    @property
    def less_idle(self) -> int:
        return self.without.idle_minutes - self.with_extra.idle_minutes


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """One training: when, on how much, what it found."""

    number: int
    state: str
    refusal: str
    bookings: int
    missed: int
    from_on: date | None
    tested_from: date | None
    until_on: date | None
    trained_at: datetime
    seconds: float
    peak_mb: int
    quality: Quality | None
    bins: tuple[Bin, ...]
    replay: Replayed | None

    @property
    def is_used(self) -> bool:
        return self.state == ModelState.IN_USE

    @property
    def refusal_words(self) -> str:
        return str(Refusal(self.refusal).label)


@dataclass(frozen=True, slots=True)
class Prediction:
    """How the prediction stands: the newest training, and the model in use with its proof."""

    newest: TrainingLine | None
    used: TrainingLine | None
    is_damaged: bool
    is_stale: bool
    policy: Policy


@dataclass(frozen=True, slots=True)
class Measured:
    """What asking once more has done: those asked against those left alone. All who were drawn
    count, whether or not they were reached, and those who cancelled as well.

    `effect` is None while there are too few of either.
    """

    asked: int
    asked_missed: int
    alone: int
    alone_missed: int
    effect: Effect | None

    @property
    def asked_share(self) -> float:
        return self.asked_missed / self.asked if self.asked else 0.0

    @property
    def alone_share(self) -> float:
        return self.alone_missed / self.alone if self.alone else 0.0

    @property
    def needed(self) -> int:
        """How many more must have been drawn before anything can be said."""
        return max(0, FEWEST_IN_AN_ARM - min(self.asked, self.alone))


def prediction(actor: Actor) -> Prediction:
    """How the prediction stands, for the whole group. Four queries, five the first time.

    Raises: NotAllowed.
    """
    actor.require_anywhere(permissions.SEE)
    light = TrainedModel.objects.defer("artifact", "forest")
    newest = light.order_by("-number").first()
    used = light.filter(state=ModelState.IN_USE).first()
    damaged = stale = False
    try:
        stale = used is not None and model_in_use() is None
    except ModelUnreadable:
        damaged = True
    return Prediction(
        _line(newest) if newest else None,
        _line(used) if used else None,
        damaged,
        stale,
        policy(),
    )


def coming_tiers(actor: Actor, today: date) -> dict[str, int]:
    """How many of the bookings predicted for the coming days are of each tier. One query.

    Raises: NotAllowed.
    """
    found = Risk.objects.filter(site_id__in=_sites(actor), clinic_day__gte=today)
    counts = dict(found.values_list("tier").annotate(Count("booking")).order_by())
    return {tier: counts.get(tier, 0) for tier in Tier.values}


def measured(actor: Actor) -> Measured:
    """What asking once more has done at the actor's sites. One query. Raises: NotAllowed."""
    found = rows(_ARMS, {"sites": list(_sites(actor)), "now": clock.now()})
    arms = {one["arm"]: (one["missed"], one["bookings"]) for one in found}
    asked_missed, asked = arms.get(Arm.ASKED, (0, 0))
    alone_missed, alone = arms.get(Arm.LEFT_ALONE, (0, 0))
    enough = min(asked, alone) >= FEWEST_IN_AN_ARM
    effect = difference(asked_missed, asked, alone_missed, alone) if enough else None
    return Measured(asked, asked_missed, alone, alone_missed, effect)


def _sites(actor: Actor) -> frozenset[UUID]:
    actor.require_anywhere(permissions.SEE)
    return actor.sites(permissions.SEE) or frozenset()


def _line(row: TrainedModel) -> TrainingLine:
    return TrainingLine(
        number=row.number,
        state=row.state,
        refusal=row.refusal,
        bookings=row.bookings,
        missed=row.missed,
        from_on=row.from_on,
        tested_from=row.tested_from,
        until_on=row.until_on,
        trained_at=row.trained_at,
        seconds=row.seconds,
        peak_mb=row.peak_mb,
        quality=Quality(**row.figures) if row.figures else None,
        bins=tuple(Bin(**one) for one in row.bins),
        replay=_replayed(row.replay) if row.replay else None,
    )


def _replayed(written: Mapping[str, Any]) -> Replayed:
    return Replayed(
        written["sessions"],
        written["extra_places"],
        Totals(**written["without"]),
        Totals(**written["with_extra"]),
    )
