"""Why there is no early-warning score, in one sentence for the nurse and the doctor. No query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yilu.clinical.rules import scores, vitals
from yilu.clinical.rules.rulesets import ruleset
from yilu.clinical.rules.scores import About

NEWS2 = "news2"
AGE, PREGNANT = "age", "pregnant"
NOT_MEANT = (AGE, PREGNANT)


@dataclass(frozen=True, slots=True)
class NoScore:
    """The sentence, and whether writing down the birth date would mend it."""

    text: str
    needs_birth_date: bool = False


def not_meant(about: About) -> NoScore | None:
    """Why a patient gets no early-warning score whatever is measured; None when they do."""
    reason = _reason(NEWS2, about)
    if not reason:
        return None
    same = [key for key in scores.EARLY_WARNING if _reason(key, about) == reason]
    words: dict[str, Any] = {
        "scores": ", ".join(str(ruleset(key).title) for key in same),
        "from": ruleset(NEWS2).body["ages"]["from"],
    }
    if reason == PREGNANT:
        return NoScore(_("%(scores)s: not computed, as it is not meant in pregnancy.") % words)
    if about.age is None:
        text = _("%(scores)s: not computed, as the birth date is not known.") % words
        return NoScore(text, needs_birth_date=True)
    text = _(
        "%(scores)s: not computed, as it is meant for patients of %(from)s and older. Judge a"
        " child by the values of its age."
    )
    return NoScore(text % words)


def why_unscored(values: Mapping[str, str], about: About) -> NoScore:
    """Why a round that was kept has no NEWS2."""
    found = not_meant(about)
    if found is not None:
        return found
    lacking = scores.why_not(NEWS2, values, about)
    if lacking:
        what = " · ".join(map(title_of, lacking))
        return NoScore(
            _("NEWS2: not computed, as this was not measured: %(what)s") % {"what": what}
        )
    return NoScore(
        _("NEWS2: not computed, as what it needs was not known then. Measure again for a score.")
    )


def title_of(code: str) -> str:
    """What a value is called."""
    known = vitals.bounds()
    if code in known:
        return str(known[code].title)
    return {"oxygen": _("Air or oxygen"), "consciousness": _("Consciousness")}[code]


def _reason(key: str, about: About) -> str:
    found = scores.why_not(key, {}, about)
    return found[0] if found and found[0] in NOT_MEANT else ""
