"""The drugs that can be prescribed: found by what people type, or by id."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yilu.catalogue.models import Drug
from yilu.catalogue.rules import query_tokens
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class DrugInfo:
    """A drug with everything that prescribing, checking and dispensing it depends on."""

    id: UUID
    code: str
    name: Localized
    brand: Localized
    form: Localized
    strength: str
    dose_unit: str
    dose_per_unit: Decimal
    form_unit: Localized
    units_per_pack: Decimal
    dispense_unit: Localized
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
    price_item_id: UUID | None
    storage: Localized
    warnings: Localized
    is_active: bool
    version: int = 1

    @property
    def most_a_day(self) -> str:
        """The most that an adult may take in a day, in words; empty without a limit."""
        limit = self.max_daily_dose
        return "" if limit is None else f"{limit.normalize():f} {self.dose_unit}"


@dataclass(frozen=True, slots=True)
class DrugWords:
    """What drugs are told apart by, as the list uses it: for choosing, instead of typing."""

    routes: tuple[str, ...]
    frequencies: tuple[str, ...]
    allergy_groups: tuple[str, ...]


def drug_list(q: str = "", *, state: str = "") -> list[DrugInfo]:
    """The medicines, on offer (`on`), not any more (`off`) or all; `q` in any script. One query."""
    found = Drug.objects.all()
    if state in {"on", "off"}:
        found = found.filter(is_active=state == "on")
    if tokens := query_tokens(q):
        found = found.filter(tokens__contains=tokens)
    return [_info(drug) for drug in found.order_by("code")]


def drug_words() -> DrugWords:
    """The routes, frequencies and allergy groups that the list knows. One query."""
    rows = list(Drug.objects.values_list("default_route", "usual_frequency", "allergy_groups"))
    groups = {group for _route, _frequency, many in rows for group in many}
    return DrugWords(
        tuple(sorted({route for route, _f, _g in rows if route})),
        tuple(sorted({frequency for _r, frequency, _g in rows if frequency})),
        tuple(sorted(groups)),
    )


def search_drugs(q: str, limit: int = 20) -> list[DrugInfo]:
    """Drugs on offer whose name, brand or code fits what was typed, in any script. One query.

    Chinese, pinyin, initials and English fit; several words must all fit.
    """
    tokens = query_tokens(q)
    if not tokens:
        return []
    found = Drug.objects.filter(is_active=True, tokens__contains=tokens)
    return [_info(drug) for drug in found.order_by("code")[:limit]]


def drug_info(ids: Iterable[UUID | None]) -> dict[UUID, DrugInfo]:
    """Several drugs, on offer or not. One query."""
    wanted = {one for one in ids if one is not None}
    return {drug.pk: _info(drug) for drug in Drug.objects.filter(pk__in=wanted)}


def _info(drug: Drug) -> DrugInfo:
    plain = {
        name: getattr(drug, name) for name in DrugInfo.__slots__ if name not in {"allergy_groups"}
    }
    return DrugInfo(**plain, allergy_groups=tuple(drug.allergy_groups))
