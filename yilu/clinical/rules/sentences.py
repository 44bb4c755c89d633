"""What an alert says, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yilu.platform.names import Localized

SENTENCES = {
    "no_right": _("You have no right to prescribe."),
    "special_antibiotic": _("%(drug)s is a special-grade antibiotic: not for out-patients."),
    "antibiotic_level": _("%(drug)s is above your antibiotic authority."),
    "allergies_unasked": _(
        "Nobody has asked about allergies. Record them, or state that none are known."
    ),
    "allergies_not_reconfirmed": _("Allergies have not been reconfirmed at this visit."),
    "allergy_same_substance": _("%(drug)s: allergic to %(about)s. Must not be given."),
    "allergy_severe_betalactam": _(
        "%(drug)s: severe skin reaction to %(about)s. No β-lactam may be given."
    ),
    "allergy_same_class": _("%(drug)s: same class as %(about)s, to which the patient is allergic."),
    "allergy_same_chain": _(
        "%(drug)s: same side chain as %(about)s, to which the patient is allergic."
    ),
    "allergy_side_chain": _("%(drug)s: similar side chain to %(about)s. Cross-reaction is likely."),
    "allergy_side_chain_unknown": _(
        "%(drug)s: may share the side chain of the %(about)s that caused the allergy."
    ),
    "allergy_dissimilar": _("%(drug)s: allergic to %(about)s; cross-reaction is rare. Take care."),
    "allergy_carbapenem": _("%(drug)s: allergic to %(about)s; cross-reaction at most 1 %%."),
    "allergy_sulfonamide_other": _(
        "%(drug)s is a sulfonamide too; cross-reaction with %(about)s is rare. Take care."
    ),
    "allergy_cox2": _("%(drug)s: allergic to %(about)s; COX-2 inhibitors only after a test."),
    "allergy_paracetamol_high": _("%(drug)s: allergic to %(about)s; not above 1 g per dose."),
    "skin_test": _("%(drug)s needs a skin test with a negative result within 24 hours."),
    "age_unknown": _("%(drug)s: the patient's birth date is unknown; age limits were not checked."),
    "age": _("%(note)s"),
    "age_label": _("%(drug)s is not meant for patients younger than %(months)s months."),
    "pregnancy": _("%(note)s"),
    "pregnancy_unknown": _("Ask about pregnancy: %(note)s"),
    "dose_single": _("%(drug)s: more than %(most)s in one dose."),
    "dose_daily": _("%(drug)s: %(daily)s a day; the most is %(most)s."),
    "dose_by_weight": _("%(drug)s: %(daily)s a day; by weight the most is %(most)s."),
    "weight_missing": _("%(drug)s: weigh the child first; the dose goes by weight."),
    "weekly_only": _("%(drug)s is taken once a week, never daily."),
    "high_alert": _("%(drug)s is a high-alert medicine. Check dose and route once more."),
    "days_most": _("%(drug)s: at most %(days)s days may be prescribed."),
    "days_long": _("%(drug)s: more than %(days)s days needs an assessment and a reason."),
    "days_antibiotic": _("%(drug)s: an antibiotic for more than %(days)s days."),
    "duplicate_substance": _("%(drug)s and %(other)s hold the same substance."),
    "duplicate_class": _("%(drug)s and %(other)s are of the same class."),
    "interaction": _("%(drug)s with %(other)s: %(note)s"),
    "interaction_taken": _("%(drug)s with %(other)s, taken until %(until)s: %(note)s"),
    "taken_substance": _("%(drug)s: already taking %(other)s until %(until)s."),
    "taken_class": _("%(drug)s: already taking %(other)s of the same class until %(until)s."),
}


def explain(rule: str, facts: Mapping[str, Any]) -> str:
    """The sentence of one alert; its facts may be words in several languages."""
    words = {name: _word(value) for name, value in facts.items()}
    return str(SENTENCES[rule]) % words


def _word(value: Any) -> str:
    return str(Localized(value)) if isinstance(value, Mapping) else str(value)
