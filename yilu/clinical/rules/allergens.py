"""Allergies: which group a substance belongs to, and which drugs a group forbids or touches."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yilu.clinical.rules.rulesets import ruleset
from yilu.platform.names import Localized

if TYPE_CHECKING:
    from yilu.catalogue.selectors.drugs import DrugInfo

NEVER, SECOND_SIGNATURE, CAUTION = GRAVEST = "X", "D", "C"
SEVERE_SKIN = "severe_skin"
HIGH_PARACETAMOL_MG = 1000


@dataclass(frozen=True, slots=True)
class KnownAllergy:
    """An allergy on record, as the checks need it."""

    substance: str
    group: str
    atc: str
    severity: str


@dataclass(frozen=True, slots=True)
class Allergen:
    """What a typed substance is known as."""

    group: str = ""
    atc: str = ""


@dataclass(frozen=True, slots=True)
class Cross:
    """Why an allergy speaks against a drug, and how strongly."""

    grade: str
    why: str
    allergy: KnownAllergy


def allergen(substance: str) -> Allergen:
    """The group and code of a substance that people name; empty for one the table lacks."""
    wanted = substance.strip().casefold()
    for known in ruleset("allergy_groups").body["allergens"]:
        if wanted in (name.casefold() for name in known["names"]):
            return Allergen(known["group"], known.get("atc", ""))
    return Allergen()


def allergen_names() -> list[Localized]:
    """Substances offered while typing, one name in each language."""
    known = ruleset("allergy_groups").body["allergens"]
    return [_both(one["names"]) for one in known if one["group"] != "food"]


def group_titles() -> dict[str, Localized]:
    """Every group, in words."""
    groups = ruleset("allergy_groups").body["groups"]
    return {key: Localized(group["title"]) for key, group in groups.items()}


def crosses(
    drug: "DrugInfo", allergies: tuple[KnownAllergy, ...], dose_mg: int | None
) -> list[Cross]:
    """Every allergy that speaks against a drug, each by its strongest reason.

    A substance that two merged records know differently is one allergy, as grave as the graver.
    """
    found: dict[str, Cross] = {}
    for allergy in allergies:
        one = _cross(drug, allergy, dose_mg)
        known = found.get(allergy.substance)
        if one and (known is None or GRAVEST.index(one.grade) < GRAVEST.index(known.grade)):
            found[allergy.substance] = one
    return list(found.values())


def _cross(drug: "DrugInfo", allergy: KnownAllergy, dose_mg: int | None) -> Cross | None:
    if _is_same(drug, allergy):
        return Cross(NEVER, "same_substance", allergy)
    if _severe_betalactam(drug, allergy):
        return Cross(NEVER, "severe_betalactam", allergy)
    group = ruleset("allergy_groups").body["groups"].get(allergy.group)
    if group is None:
        return None
    for rule in group["rules"]:
        if drug.atc and drug.atc.startswith(tuple(rule["atc"])):
            return _as_cross(rule, allergy, dose_mg)
    if allergy.group in drug.allergy_groups:
        return Cross(NEVER, "same_class", allergy)
    return None


def _as_cross(rule: dict[str, str], allergy: KnownAllergy, dose_mg: int | None) -> Cross | None:
    low = rule["why"] == "paracetamol_high" and (dose_mg or 0) <= HIGH_PARACETAMOL_MG
    return None if low else Cross(rule["grade"], rule["why"], allergy)


def _is_same(drug: "DrugInfo", allergy: KnownAllergy) -> bool:
    if allergy.atc and drug.atc == allergy.atc:
        return True
    named = allergy.substance.strip().casefold()
    return named in {
        word.casefold() for word in [*drug.name.values(), *drug.brand.values()] if word
    }


def _severe_betalactam(drug: "DrugInfo", allergy: KnownAllergy) -> bool:
    if allergy.severity != SEVERE_SKIN:
        return False
    betalactams = tuple(ruleset("allergy_groups").body["betalactams"])
    groups = ruleset("allergy_groups").body["groups"].get(allergy.group, {"rules": []})
    is_one = any(one.startswith(betalactams) for rule in groups["rules"] for one in rule["atc"])
    return is_one and drug.atc.startswith(betalactams)


def _both(names: list[str]) -> Localized:
    latin = next((name for name in names if name.isascii()), names[0])
    return Localized({"zh-Hans": names[0], "en": latin})
