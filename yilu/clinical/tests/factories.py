"""A visit with a patient, a nurse, a doctor and drugs, made by the product's own operations."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from yilu.catalogue.models import CodeSource, DiagnosisCode, Drug
from yilu.catalogue.selectors.drugs import DrugInfo, drug_info
from yilu.clinical.operations.allergies import AllergyFacts, add_allergy, confirm_allergies
from yilu.clinical.operations.diagnoses import add_diagnosis
from yilu.clinical.operations.notes import Draft, save_draft
from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.rules.dosing import Order
from yilu.clinical.rules.orders import Sheet
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient, make_site
from yilu.platform.actors import Actor
from yilu.platform.tests.made_once import made_once
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.workforce.tests.factories import Someone, make_doctor, make_staff

_numbers = count(1)

FIRST_NOTE = {
    "chief_complaint": "咳嗽 3 天",
    "present_illness": "3 天前受凉后咳嗽，无发热。",
    "past_history": "既往体健。",
    "examination": "咽充血，双肺呼吸音清。",
    "treatment": "对症处理，一周后复诊。",
    "advice": "多饮水。",
}
AMOXICILLIN = {"name": ("阿莫西林胶囊", "Amoxicillin capsules"), "atc": "J01CA04", "level": 1}
IBUPROFEN = {"name": ("布洛芬缓释胶囊", "Ibuprofen SR capsules"), "atc": "M01AE01", "level": 0}


@dataclass(frozen=True, slots=True)
class Room:
    """One patient in one consulting room, with who treats them."""

    site_id: UUID
    patient_id: UUID
    visit_id: UUID
    nurse: Actor
    doctor: Actor
    pharmacist: Actor = field(repr=False)


@made_once
def make_room(
    *, born_on: date | None = date(1986, 5, 4), sex: str = "female", name: str = "林半夏"
) -> Room:
    """A patient who has just arrived, of whose allergies nobody asked yet."""
    site = make_site()
    patient_id = make_patient(site, name, born_on=born_on, sex=sex)
    visit_id = make_visit(site.pk, patient_id)
    people = [
        make_staff("nurse", site_id=site.pk, name="赵护士"),
        make_doctor(site.pk, name="陈谷雨"),
        make_staff("pharmacist", site_id=site.pk, name="钱药师"),
    ]
    return Room(site.pk, patient_id, visit_id, *(one.actor() for one in people))


def make_visit(site_id: UUID, patient_id: UUID) -> UUID:
    """A visit that begins now."""
    clerk = Actor.system("clerk", visits.OPEN)
    return open_visit(actor=clerk, patient_id=patient_id, site_id=site_id, kind="walk_in")


def make_second_patient(room: Room, name: str = "何茯苓") -> UUID:
    """Another patient's visit at the same site."""
    site = Site.objects.get(pk=room.site_id)
    patient_id = make_patient(site, name, born_on=date(1990, 1, 2), sex="male")
    return make_visit(room.site_id, patient_id)


def another_doctor(room: Room, name: str = "周大寒") -> Someone:
    """A colleague at the same site."""
    return make_doctor(room.site_id, name=name)


def make_drug(
    name: tuple[str, str] = ("对乙酰氨基酚片", "Paracetamol tablets"),
    atc: str = "N02BE01",
    level: int = 0,
    **fields: Any,
) -> DrugInfo:
    """A drug in tablets of 500 mg, ten in a box, unless said otherwise."""
    defaults: dict[str, Any] = {
        "code": f"D{next(_numbers):04d}",
        "name": {"zh-Hans": name[0], "en": name[1]},
        "form": {"zh-Hans": "片剂", "en": "tablet"},
        "strength": "0.5 g",
        "dose_unit": "mg",
        "dose_per_unit": Decimal(500),
        "form_unit": {"zh-Hans": "片", "en": "tablet"},
        "units_per_pack": Decimal(10),
        "dispense_unit": {"zh-Hans": "盒", "en": "box"},
        "atc": atc,
        "antibiotic_level": level,
        "default_route": "po",
    }
    drug = Drug.objects.create(**defaults | fields)
    return drug_info([drug.pk])[drug.pk]


def make_code(code: str = "J06.9", zh: str = "急性上呼吸道感染", en: str = "Common cold") -> str:
    """A diagnosis code of the catalogue."""
    DiagnosisCode.objects.get_or_create(
        code=code, defaults={"zh": zh, "en": en, "is_common": True, "source": CodeSource.values[0]}
    )
    return code


def order(drug: DrugInfo, **fields: Any) -> Order:
    """One tablet of 500 mg three times a day for five days, unless said otherwise."""
    wanted = {"dose": Decimal(500), "route": "po", "frequency": "tid", "days": 5} | fields
    return Order(drug_id=drug.id, **wanted)


def sheet(*orders: Order, **fields: Any) -> Sheet:
    """A prescription that lacks nothing."""
    words = {
        "diagnosis_basis": "咽充血，体温 38.2 ℃",
        "rationale": "退热、缓解咽痛",
        "follow_up_plan": "三天后不退热复诊",
    }
    return Sheet(orders=orders, **words | fields)


def no_allergies(room: Room) -> None:
    """Somebody asked, and there are none."""
    confirm_allergies(actor=room.nurse, visit_id=room.visit_id, none_known=True)


def allergic(room: Room, substance: str, **facts: Any) -> UUID:
    """The patient tells of an allergy."""
    told = AllergyFacts(substance=substance, **facts)
    return add_allergy(actor=room.nurse, visit_id=room.visit_id, facts=told)


def diagnosed(room: Room, code: str = "J06.9") -> UUID:
    """The doctor adds a diagnosis."""
    return add_diagnosis(actor=room.doctor, visit_id=room.visit_id, code=make_code(code))


def drafted(room: Room, version: int = 0, **sections: str) -> int:
    """A note that could be signed."""
    text = Draft(sections=FIRST_NOTE | sections, version=version)
    return save_draft(actor=room.doctor, visit_id=room.visit_id, draft=text).version


def prescribed(room: Room, *orders: Order) -> UUID:
    """A signed prescription of a patient without allergies."""
    no_allergies(room)
    diagnosed(room)
    return prescribed_besides(room, *orders)


def prescribed_besides(room: Room, *orders: Order) -> UUID:
    """One more signed prescription of the same patient."""
    wanted = orders or (order(make_drug()),)
    written = write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=sheet(*wanted))
    sign_prescription(actor=room.doctor, prescription_id=written.id, version=written.version)
    return written.id
