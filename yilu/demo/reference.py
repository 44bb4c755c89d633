"""What a made-up past refers to: the clinic's own rows, read once."""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from yilu.catalogue.selectors.codes import diagnosis_names
from yilu.catalogue.selectors.drugs import DrugInfo, search_drugs
from yilu.catalogue.selectors.prices import PriceInfo, prices_at
from yilu.catalogue.selectors.services import ServiceInfo, all_services
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.plan import ClinicPlan, PlannedPractitioner
from yilu.demo.story import Desks
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.platform.copying import Json
from yilu.platform.names import Localized
from yilu.queueing.selectors.points import queue_for, stations
from yilu.queueing.states import QueueKind

CASES_FILE = Path(__file__).parent / "data" / "cases.yaml"
VITALS = ("temperature", "pulse", "respiratory_rate", "systolic", "diastolic", "spo2")


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody comes for: the words of the note, diagnoses, medicines, vital signs."""

    weight: float
    complaint: str
    history: str
    exam: str
    plan: str
    codes: tuple[str, ...]
    drugs: tuple[tuple[str, str, str, int], ...]
    vitals: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A queue that is not a doctor's, and the stations that serve it."""

    queue_id: UUID
    station_ids: tuple[UUID, ...]
    letter: str


@dataclass(frozen=True, slots=True)
class SiteReference:
    """What stands at one site."""

    info: SiteInfo
    windows: dict[str, Window]
    users: dict[str, list[UUID]]

    @property
    def desks(self) -> Desks:
        """How many serve beside the doctors."""
        assessment = self.windows.get(QueueKind.ASSESSMENT)
        cashier = self.windows.get(QueueKind.CASHIER)
        return Desks(
            nurses=len(assessment.station_ids) if assessment else 0,
            cashiers=len(cashier.station_ids) if cashier else 1,
        )


@dataclass(frozen=True, slots=True)
class DoctorReference:
    """A practitioner with everything that their visits refer to."""

    plan: PlannedPractitioner
    id: UUID
    user_id: UUID
    department_id: UUID
    resources: tuple[UUID, UUID]
    queue_id: UUID
    station_id: UUID
    letter: str


@dataclass(frozen=True, slots=True)
class DrugNames:
    """What every row about a drug says of it in both languages."""

    name: Json
    brand: Json
    form: Json
    form_unit: Json
    dispense_unit: Json


@dataclass(frozen=True)
class Reference:
    """Everything together. What is asked of it for every visit is made once."""

    plan: ClinicPlan
    sites: dict[str, SiteReference]
    doctors: dict[str, DoctorReference]
    services: dict[str, ServiceInfo]
    devices: dict[str, UUID]
    drugs: dict[str, DrugInfo]
    prices: dict[UUID, PriceInfo]
    diagnoses: dict[str, Localized]
    cases: dict[str, tuple[Case, ...]]

    @cached_property
    def cases_up_to(self) -> dict[str, list[float]]:
        """The weights of the cases of each department, added up one by one."""
        return {
            key: list(accumulate(case.weight for case in cases))
            for key, cases in self.cases.items()
        }

    @cached_property
    def contents(self) -> dict[tuple[Case, bool], Json]:
        """What a note says of each case, at a first visit and at others."""
        known = {case for cases in self.cases.values() for case in cases}
        return {
            (one, first): _content(one, first=first) for one in known for first in (True, False)
        }

    @cached_property
    def drugs_by_id(self) -> dict[UUID, DrugInfo]:
        return {drug.id: drug for drug in self.drugs.values()}

    @cached_property
    def drug_names(self) -> dict[UUID, DrugNames]:
        return {
            drug.id: DrugNames(
                name=Json(drug.name),
                brand=Json(drug.brand),
                form=Json(drug.form),
                form_unit=Json(drug.form_unit),
                dispense_unit=Json(drug.dispense_unit),
            )
            for drug in self.drugs.values()
        }

    @cached_property
    def price_names(self) -> dict[UUID, tuple[Json, Json]]:
        """What a price is called, and its unit."""
        return {key: (Json(price.name), Json(price.unit)) for key, price in self.prices.items()}

    @cached_property
    def diagnosis_texts(self) -> dict[str, Json]:
        return {code: Json(name) for code, name in self.diagnoses.items()}


def read_reference(plan: ClinicPlan, clinic: BuiltClinic, today: date) -> Reference:
    """Read what a past refers to. Some forty queries."""
    services = {service.key: service for service in all_services()}
    cases = made_up_cases()
    drugs = {code: _drug(code) for code in _codes_of_drugs(cases)}
    items = [service.fee_item_id for service in services.values()]
    items += [drug.price_item_id for drug in drugs.values()]
    wanted = {code for known in cases.values() for case in known for code in case.codes}
    return Reference(
        plan=plan,
        sites={key: _site(plan, clinic, key) for key in clinic.sites},
        doctors={one.staff_no: _doctor(clinic, one) for one in plan.practitioners},
        services=services,
        devices=clinic.devices,
        drugs=drugs,
        prices=prices_at(items, today),
        diagnoses=diagnosis_names(sorted(wanted)),
        cases=cases,
    )


@cache
def made_up_cases() -> dict[str, tuple[Case, ...]]:
    """What people come for, by department, as `data/cases.yaml` has it."""
    written: dict[str, list[dict[str, Any]]] = yaml.safe_load(CASES_FILE.read_text("utf-8"))
    return {department: tuple(map(_case, known)) for department, known in written.items()}


def _case(written: dict[str, Any]) -> Case:
    drugs = tuple((code, str(dose), how, days) for code, dose, how, days in written["drugs"])
    return Case(
        weight=written["weight"],
        complaint=written["complaint"],
        history=written["history"],
        exam=written["exam"],
        plan=written["plan"],
        codes=tuple(written["codes"]),
        drugs=drugs,
        vitals=tuple(written["vitals"]),
    )


def _content(case: Case, *, first: bool) -> Json:
    history = "present_illness" if first else "interval_history"
    content = Json({"chief_complaint": case.complaint, history: case.history})
    if first:
        content["past_history"] = "平素体健，否认慢性病史"
    content |= {"examination": case.exam, "treatment": case.plan}
    return content


def _codes_of_drugs(cases: dict[str, tuple[Case, ...]]) -> set[str]:
    return {drug[0] for known in cases.values() for case in known for drug in case.drugs}


def _drug(code: str) -> DrugInfo:
    return next(drug for drug in search_drugs(code) if drug.code == code)


def _site(plan: ClinicPlan, clinic: BuiltClinic, key: str) -> SiteReference:
    site_id = clinic.sites[key].id
    windows: dict[str, Window] = {}
    for kind in (QueueKind.ASSESSMENT, QueueKind.CASHIER, QueueKind.PHARMACY):
        queue, serving = queue_for(site_id, kind), stations(site_id, kind=kind)
        if queue is not None and serving:
            windows[kind] = Window(queue.id, tuple(s.id for s in serving), queue.letter)
    users: dict[str, list[UUID]] = {}
    for person in plan.staff:
        if key in person.sites:
            users.setdefault(person.post, []).append(clinic.users[person.staff_no])
    return SiteReference(site_info(site_id), windows, users)


def _doctor(clinic: BuiltClinic, one: PlannedPractitioner) -> DoctorReference:
    site = clinic.sites[one.site]
    practitioner_id = clinic.practitioners[one.staff_no]
    queue = queue_for(site.id, QueueKind.CONSULTATION, practitioner_id=practitioner_id)
    if queue is None:
        raise LookupError(f"no queue for {one.staff_no}")
    serving = [s for s in stations(site.id) if s.practitioner_id == practitioner_id]
    return DoctorReference(
        plan=one,
        id=practitioner_id,
        user_id=clinic.users[one.staff_no],
        department_id=site.departments[one.department],
        resources=clinic.resources[one.staff_no],
        queue_id=queue.id,
        station_id=serving[0].id,
        letter=queue.letter,
    )
