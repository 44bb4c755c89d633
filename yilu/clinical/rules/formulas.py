"""The formulas of risk scores that are more than a sum of points. Pure; SI units in, as entered.

Sources stand in the files of `../data/risk`, which also hold the coefficients.
"""

from collections.abc import Callable, Mapping
from math import exp, log, sqrt
from typing import Any

YES = "yes"
MALE = "male"
MG_PER_MMOL_CHOLESTEROL = 38.67
MG_PER_MMOL_TRIGLYCERIDES = 88.57
MG_PER_MMOL_GLUCOSE = 18.016
UMOL_PER_MG_CREATININE = 88.4
SYMPTOMS_CAT, SYMPTOMS_MMRC = 10, 2
OFTEN = 2
Values = Mapping[str, str]


def survival_risk(rules: Mapping[str, Any], values: Values) -> float:
    """Per cent: 1 - S ** exp(sum of coefficients times terms - mean), by sex."""
    sex = values["sex"]
    terms = _terms(values)
    linear = sum(factor * terms[name] for name, factor in rules["coefficients"][sex].items())
    survival: float = rules["survival"][sex]
    return float(100 * (1 - survival ** exp(linear - rules["mean"][sex])))


def _terms(values: Values) -> dict[str, float]:
    age = log(float(values["age"]))
    systolic = log(float(values["systolic"]))
    treated = systolic if values["bp_treated"] == YES else 0.0
    untreated = systolic - treated
    plain = {
        "ln_age": age,
        "ln_age_sq": age**2,
        "ln_sbp_treated": treated,
        "ln_sbp_untreated": untreated,
        "ln_tc": log(float(values["cholesterol"]) * MG_PER_MMOL_CHOLESTEROL),
        "ln_hdl": log(float(values["hdl"]) * MG_PER_MMOL_CHOLESTEROL),
        "ln_waist": log(float(values["waist"])) if "waist" in values else 0.0,
    }
    yes_or_no = ("smoker", "diabetes", "north", "urban", "ascvd_relatives")
    plain |= {name: float(values.get(name) == YES) for name in yes_or_no}
    with_age = {f"ln_age_x_{name}": age * value for name, value in plain.items()}
    return plain | with_age


def ckd_epi(values: Values) -> float:
    """mL/min/1.73 m², from creatinine (µmol/L), age and sex."""
    is_male = values["sex"] == MALE
    kappa, alpha, factor = (0.9, -0.302, 1.0) if is_male else (0.7, -0.241, 1.012)
    share = _creatinine_mg(values) / kappa
    age = float(values["age"])
    return float(142 * min(share, 1) ** alpha * max(share, 1) ** -1.2 * 0.9938**age * factor)


def cockcroft_gault(values: Values) -> float:
    """mL/min, from creatinine (µmol/L), age, weight (kg) and sex."""
    factor = 1.0 if values["sex"] == MALE else 0.85
    years_left = 140 - float(values["age"])
    return years_left * float(values["weight"]) / (72 * _creatinine_mg(values)) * factor


def schwartz(values: Values) -> float:
    """mL/min/1.73 m² of a child, from height (cm) and creatinine (µmol/L)."""
    return 36.5 * float(values["height"]) / float(values["creatinine"])


def body_surface(values: Values) -> float:
    """m², from height (cm) and weight (kg)."""
    return sqrt(float(values["height"]) * float(values["weight"]) / 3600)


def tyg(values: Values) -> float:
    """ln(triglycerides x fasting glucose / 2), both taken from mmol/L to mg/dL."""
    triglycerides = float(values["triglycerides"]) * MG_PER_MMOL_TRIGLYCERIDES
    return log(triglycerides * float(values["fasting_glucose"]) * MG_PER_MMOL_GLUCOSE / 2)


def mean_glucose(values: Values) -> float:
    """mmol/L, from HbA1c in per cent."""
    return 1.59 * float(values["hba1c"]) - 2.59


def blood_pressure(values: Values) -> float:
    """The class of the worse of both numbers, 0 (normal) to 5 (grade 3)."""
    tops = (("systolic", (120, 140, 160, 180)), ("diastolic", (80, 90, 100, 110)))
    classes = (0, 1, 3, 4, 5)
    return max(classes[sum(float(values[name]) >= top for top in limits)] for name, limits in tops)


def gold(values: Values) -> float:
    """2 (E) for exacerbations, else 1 (B) for symptoms, else 0 (A)."""
    if float(values["exacerbations"]) >= OFTEN or float(values["copd_admissions"]) >= 1:
        return 2
    has_symptoms = (
        float(values["cat_total"]) >= SYMPTOMS_CAT or int(values["mmrc"]) >= SYMPTOMS_MMRC
    )
    return float(has_symptoms)


def _creatinine_mg(values: Values) -> float:
    return float(values["creatinine"]) / UMOL_PER_MG_CREATININE


FORMULAS: Mapping[str, Callable[[Values], float]] = {
    one.__name__: one
    for one in (
        ckd_epi, cockcroft_gault, schwartz, body_surface, tyg, mean_glucose, blood_pressure, gold,
    )
}  # fmt: skip
