"""What the product delivers for a new clinic: specialties, departments, services, prices, drugs.

Read from the YAML of `catalogue/data`; nothing here comes from the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yilu.catalogue.selectors.services import Need
from yilu.platform.names import CHINESE, ENGLISH, Localized

DATA = Path(__file__).parents[1] / "data"
_PLACES = {"room", "chair"}


@dataclass(frozen=True, slots=True)
class DefaultSpecialty:
    """A trade that a clinic may have, and the departments that come with it."""

    key: str
    name: Localized
    summary: Localized
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DefaultDepartment:
    """A department; its patients are seen in rooms or on chairs (`places`)."""

    key: str
    name: Localized
    specialty: str
    letter: str
    places: str
    room_kind: str


@dataclass(frozen=True, slots=True)
class DefaultService:
    """A service as the product delivers it."""

    key: str
    name: Localized
    summary: Localized
    department_key: str
    specialty: str
    minutes: int
    buffer_after: int
    needs: tuple[Need, ...]
    fee_code: str
    online: bool
    wants_assessment: bool
    preparation: Localized
    icon: str
    position: int


@dataclass(frozen=True, slots=True)
class DefaultItem:
    """A line of the price list as the product delivers it."""

    code: str
    name: Localized
    category: str
    unit: Localized
    price: Decimal


def default_specialties() -> list[DefaultSpecialty]:
    """Every trade a clinic may have. No query."""
    return [
        DefaultSpecialty(
            one["key"],
            Localized(one["name"]),
            Localized(one["summary"]),
            tuple(one["departments"]),
        )
        for one in _file("services")["specialties"]
    ]


def default_departments(specialties: Iterable[str]) -> list[DefaultDepartment]:
    """The departments of these trades. No query."""
    wanted = set(specialties)
    keys = {key for one in default_specialties() if one.key in wanted for key in one.departments}
    return [
        DefaultDepartment(
            one["key"],
            Localized(one["name"]),
            one["specialty"],
            one["letter"],
            one["places"],
            one["kind"],
        )
        for one in _file("services")["departments"]
        if one["key"] in keys
    ]


def default_services(specialties: Iterable[str]) -> list[DefaultService]:
    """The services of these trades, in order. No query."""
    specialty_of = {one.key: one.specialty for one in default_departments(specialties)}
    return [
        _service(written, position, specialty_of[written["department"]])
        for position, written in enumerate(_file("services")["services"])
        if written["department"] in specialty_of
    ]


def default_devices() -> Mapping[str, Localized]:
    """What the kinds of device are called that services may need. No query."""
    return {kind: Localized(name) for kind, name in _file("services")["devices"].items()}


def default_items() -> list[DefaultItem]:
    """The price list without drugs. No query."""
    written = _file("prices")
    return [
        DefaultItem(
            one["code"],
            _words(one),
            one["category"],
            Localized(written["units"][one["unit"]]),
            Decimal(one["price"]),
        )
        for one in written["items"]
    ]


def default_drugs() -> list[dict[str, Any]]:
    """The drugs as columns of their table, besides `price`, `category` and `pack`. No query."""
    written = _file("drugs")
    return [_drug(one, written) for one in written["drugs"]]


def default_diagnoses() -> Mapping[str, list[str]]:
    """Our own Chinese names of common diagnosis codes, the name first. No query."""
    found: Mapping[str, list[str]] = _file("icd10_zh")["codes"]
    return found


@cache
def _file(name: str) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return written


def _words(written: Mapping[str, Any]) -> Localized:
    return Localized({CHINESE: written["zh"], ENGLISH: written["en"]})


def _service(written: Mapping[str, Any], position: int, specialty: str) -> DefaultService:
    return DefaultService(
        key=written["key"],
        name=_words(written),
        summary=Localized(written["about"]),
        department_key=written["department"],
        specialty=specialty,
        minutes=written["minutes"],
        buffer_after=written.get("after", 0),
        needs=tuple(
            Need(need) if need in _PLACES else Need("device", need) for need in written["needs"]
        ),
        fee_code=written["fee"],
        online=written.get("online", True),
        wants_assessment=written.get("assess", False),
        preparation=Localized(written["prepare"]),
        icon=written["icon"],
        position=position,
    )


def _drug(one: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    form = written["forms"][one["form"]]
    dose_unit, dose_per_unit = one["dose"]
    pack, units_per_pack = one["pack"]
    usual_dose, usual_frequency = one["usual"]
    single, daily = one.get("max", (None, None))
    return {
        "code": one["code"],
        "name": _words(one),
        "form": form["name"],
        "strength": one["strength"],
        "dose_unit": dose_unit,
        "dose_per_unit": Decimal(dose_per_unit),
        "form_unit": form["unit"],
        "units_per_pack": Decimal(units_per_pack),
        "dispense_unit": written["packs"][pack],
        "atc": one.get("atc", ""),
        "allergy_groups": one.get("groups", []),
        "antibiotic_level": one.get("antibiotic", 0),
        "usual_dose": Decimal(usual_dose),
        "usual_frequency": usual_frequency,
        "max_single_dose": _number(single),
        "max_daily_dose": _number(daily),
        "max_daily_per_kg": _number(one.get("per_kg")),
        "min_age_months": one.get("min_age"),
        "default_route": one.get("route", "po"),
        "needs_skin_test": one.get("skin_test", False),
        "is_high_alert": one.get("high_alert", False),
        "is_clinic_use": one.get("clinic", False),
        "storage": written["storage"][one.get("storage", "room")],
        "warnings": written["warnings"][one["warn"]] if "warn" in one else {},
        "category": one.get("category", "09"),
        "price": Decimal(one["price"]),
    }


def _number(written: object) -> Decimal | None:
    return None if written is None else Decimal(str(written))
