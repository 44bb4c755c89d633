"""Everything that changes the list of medicines. Nothing else writes drugs, but their loading."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yilu.catalogue import permissions
from yilu.catalogue.errors import CodeTaken, LimitsCross
from yilu.catalogue.events import DrugAdded, DrugChanged
from yilu.catalogue.models import Drug
from yilu.catalogue.operations.prices import ItemFacts, add_item
from yilu.catalogue.rules import search_tokens
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugIdentity:
    """What a drug is. It never changes: another strength or pack is another drug."""

    code: str
    strength: str
    form: Localized
    dose_unit: str
    dose_per_unit: Decimal
    form_unit: Localized
    units_per_pack: Decimal
    dispense_unit: Localized


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugFacts:
    """What is said about a drug: its names, limits and warnings, and whether it is on offer."""

    name: Localized
    brand: Localized
    atc: str
    allergy_groups: tuple[str, ...]
    antibiotic_level: int
    usual_dose: Decimal | None
    usual_frequency: str
    max_single_dose: Decimal | None
    max_daily_dose: Decimal | None
    max_daily_per_kg: Decimal | None
    min_age_months: int | None
    default_route: str
    needs_skin_test: bool
    is_high_alert: bool
    is_clinic_use: bool
    storage: Localized
    warnings: Localized
    is_active: bool = True


@operation
def add_drug(
    *,
    actor: Actor,
    identity: DrugIdentity,
    facts: DrugFacts,
    category: str,
    price: Decimal,
) -> UUID:
    """Put a drug on the list, and one pack of it on the price list under `category`.

    Raises: NotAllowed; CodeTaken: another drug has this code; LimitsCross.
    """
    actor.require_anywhere(permissions.MANAGE)
    drug = Drug()
    for name in DrugIdentity.__slots__:
        setattr(drug, name, getattr(identity, name))
    _say(drug, facts)
    words = {language: f"{text} {identity.strength}" for language, text in facts.name.items()}
    drug.price_item_id = add_item(
        actor=actor,
        facts=ItemFacts(
            code=f"D-{identity.code}",
            name=Localized(words),
            category=category,
            unit=identity.dispense_unit,
        ),
        amount=price,
    )
    with on_violation(catalogue_drug_code_key=CodeTaken):
        drug.save(force_insert=True)
    audit.record(actor, "catalogue.drug.added", drug, code=drug.code)
    outbox.publish(DrugAdded(drug.pk), actor=actor, site_id=None, subject=drug)
    return drug.pk


@operation
def change_drug(
    *, actor: Actor, drug_id: UUID, facts: DrugFacts, version: int | None = None
) -> None:
    """Change what is said about a drug. What is prescribed already stays as it was written.

    Raises: NotFound, NotAllowed, Stale, LimitsCross.
    """
    actor.require_anywhere(permissions.MANAGE)
    drug = Drug.objects.select_for_update().filter(pk=drug_id).first()
    if drug is None:
        raise NotFound
    check_version(drug, version)
    changed = sorted(n for n in DrugFacts.__slots__ if _held(drug, n) != getattr(facts, n))
    _say(drug, facts)
    drug.version += 1
    drug.save()
    audit.record(actor, "catalogue.drug.changed", drug, version=drug.version, changed=changed)
    told = DrugChanged(drug.pk, drug.is_active)
    outbox.publish(told, actor=actor, site_id=None, subject=drug)


def _held(drug: Drug, name: str) -> object:
    value = getattr(drug, name)
    return tuple(value) if name == "allergy_groups" else value


def _say(drug: Drug, facts: DrugFacts) -> None:
    single, daily = facts.max_single_dose, facts.max_daily_dose
    if single is not None and daily is not None and single > daily:
        raise LimitsCross
    for name in DrugFacts.__slots__:
        setattr(drug, name, getattr(facts, name))
    drug.allergy_groups = list(facts.allergy_groups)
    drug.tokens = search_tokens(drug.code, *facts.name.values(), *facts.brand.values())
