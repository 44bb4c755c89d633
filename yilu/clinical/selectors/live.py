"""What values that are still being typed say: flags, scores and the level they suggest."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.rules import acuity, scores, vitals
from yilu.clinical.rules.usage import amount
from yilu.clinical.selectors.chart import score_facts
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.measures import Value, reasons_of, shown_values
from yilu.clinical.selectors.unscored import NOT_MEANT, NoScore, not_meant, title_of
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

# The level first: it says how soon somebody must come.
ORDER = (acuity.KEY, *scores.EARLY_WARNING, "bmi", "pain")
ALERT = "A"


@dataclass(frozen=True, slots=True)
class LiveScore:
    """What one rule set would make of values that are being typed."""

    key: str
    title: Localized
    total: str
    band: Localized
    says: Localized
    state: str
    missing: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def is_level(self) -> bool:
        """Whether it is a level, whose number stands in its words already."""
        return self.key == acuity.KEY


@dataclass(frozen=True, slots=True)
class LiveScores:
    """What the values typed so far would score, why not, what is out of range, what is no value."""

    scores: tuple[LiveScore, ...]
    no_score: NoScore | None
    values: tuple[Value, ...]
    wrong: tuple[str, ...]


def live_scores(actor: Actor, visit_id: UUID, typed: Mapping[str, str]) -> LiveScores:
    """The scores of values that are still being typed; nothing is kept. At most five queries.

    A number that could still grow into a plausible one is nothing yet, and no mistake.
    """
    where = setting(actor, visit_id, permissions.ASSESS)
    good, errors = vitals.checked(typed)
    about = score_facts(where)
    made = [*scores.score_vitals(good, about), _level(good, about)]
    found = {one.ruleset: one for one in made if one is not None}
    flags = [
        {"value": one.value, "grade": one.grade, "do": one.do}
        for one in vitals.flags(good, where.age)
    ]
    return LiveScores(
        scores=tuple(_live(key, found.get(key), good, about) for key in ORDER),
        no_score=not_meant(about),
        values=tuple(one for one in shown_values(good, flags) if one.grade),
        wrong=tuple(
            one.message for one in errors if not _may_grow(one.field, typed.get(one.field, ""))
        ),
    )


def _level(good: Mapping[str, str], about: scores.About) -> scores.Score | None:
    """The level suggested; None while nothing was entered but what stands in the form at first."""
    if not set(good) - set(vitals.CHOICES) and good.get("consciousness", ALERT) == ALERT:
        return None
    return acuity.acuity(good, about)


def _live(
    key: str, score: scores.Score | None, good: dict[str, str], about: scores.About
) -> LiveScore:
    words = scores.reading(key, score.band if score else "")
    wants = key in scores.EARLY_WARNING and score is None
    why = scores.why_not(key, good, about) if wants else []
    return LiveScore(
        key=key,
        title=words.title,
        total=amount(score.total) if score else "",
        band=words.band,
        says=words.says,
        state=words.state,
        missing=tuple(title_of(name) for name in why if name not in NOT_MEANT),
        reasons=reasons_of(key, score.points) if score else (),
    )


def _may_grow(code: str, text: str) -> bool:
    """Whether more digits could still make a plausible value of it."""
    typed = text.strip()
    limits = vitals.bounds().get(code)
    if limits is None or not typed.isascii() or not typed.replace(".", "", 1).isdigit():
        return False
    return Decimal(typed) < limits.lowest
