"""The papers of the record, as PDF."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yilu.catalogue.selectors.drugs import drug_info
from yilu.catalogue.selectors.prices import prices_at
from yilu.clinical.selectors.allergies import allergy_flags
from yilu.clinical.selectors.prescriptions import (
    ItemFacts,
    PrescriptionDetail,
    prescription_detail,
)
from yilu.clinical.states import PrescriptionKind
from yilu.facility.selectors.places import place_names
from yilu.facility.selectors.sites import group_name, site_info
from yilu.platform import audit, money, pdf
from yilu.platform.actors import Actor
from yilu.visits.selectors.visits import visit_info


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: its name for a file, and its bytes."""

    name: str
    content: bytes


def prescription_pdf(actor: Actor, prescription_id: UUID) -> Paper:
    """A signed prescription in the prescribed layout. Eleven queries.

    Raises:
        NotFound: there is none, it is a draft, or the actor may not know of it.
    """
    detail = prescription_detail(actor, prescription_id)
    audit.seen(actor, [detail.facts.patient_id], "prescription paper")
    return Paper(detail.facts.number, pdf.render("clinical/prescription", _data(detail)))


def _data(detail: PrescriptionDetail) -> dict[str, Any]:
    facts, patient = detail.facts, detail.patient
    site = site_info(facts.site_id)
    visit = visit_info(facts.visit_id)
    departments = place_names([visit.department_id]) if visit.department_id else {}
    department = departments.get(visit.department_id) if visit.department_id else None
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": facts.number,
        "clinic": f"{group_name()} {site.name}".strip(),
        "heading": _("Prescription"),
        "corner": _("Paediatric") if facts.kind == PrescriptionKind.PAEDIATRIC else "",
        "is_child": facts.kind == PrescriptionKind.PAEDIATRIC,
        "is_void": facts.state == "void",
        "void": _("VOID"),
        "facts": [
            [_("No."), facts.number],
            [_("Date"), f"{detail.signed_at:%Y-%m-%d %H:%M}" if detail.signed_at else ""],
            [_("Name"), str(patient.name)],
            [_("Sex"), patient.sex_label],
            [_("Age"), patient.age_text],
            [_("Record no."), patient.record_no],
            [_("Department"), str(department.name) if department else ""],
            [_("Fee class"), _("Self-paid")],
        ],
        "diagnosis": [_("Diagnosis"), _("; ").join(facts.diagnosis_names) or "—"],
        "allergy": [_("Allergies"), _allergies(facts.patient_id)],
        "items": [_item(n, one) for n, one in enumerate(facts.items, start=1)],
        "blank": _("Blank below"),
        "basis": [
            [_("Basis"), facts.diagnosis_basis],
            [_("Rationale"), facts.rationale],
            [_("Follow-up"), facts.follow_up_plan],
            *([[_("Advice"), facts.advice]] if facts.advice else []),
            *([[_("Long supply"), facts.long_supply_reason]] if facts.long_supply_reason else []),
        ],
        "signed": [
            [_("Doctor"), str(detail.prescriber)],
            [_("Amount"), _amount(detail)],
            [_("Review"), ""],
            [_("Dispensing"), ""],
            [_("Check"), ""],
            [_("Hand-over"), ""],
        ],
        "seal": _("Electronically signed %(at)s · seal %(seal)s · valid until %(until)s")
        % {
            "at": f"{detail.signed_at:%Y-%m-%d %H:%M:%S}" if detail.signed_at else "",
            "seal": facts.seal,
            "until": facts.valid_until,
        },
    }


def _item(place: int, one: ItemFacts) -> dict[str, str]:
    return {
        "place": f"{place}.",
        "name": f"{one.name} ({one.brand})" if str(one.brand) else str(one.name),
        "form": str(one.form),
        "strength": one.strength,
        "quantity": one.quantity_text,
        "usage": one.usage,
        "instruction": one.instruction,
    }


def _allergies(patient_id: UUID) -> str:
    flag = allergy_flags([patient_id])[patient_id]
    if flag.has_allergy:
        return pgettext("list", ", ").join(flag.substances)
    return _("No known allergies") if flag.status == "none" else _("Not asked")


def _amount(detail: PrescriptionDetail) -> str:
    drugs = drug_info([one.drug_id for one in detail.facts.items])
    items = {one.drug_id: drugs[one.drug_id].price_item_id for one in detail.facts.items}
    prices = prices_at(items.values(), detail.facts.clinic_day)
    lines = [
        money.line_amount(prices[item].amount, one.quantity)
        for one in detail.facts.items
        if (item := items[one.drug_id]) in prices
    ]
    return f"¥{sum(lines, money.ZERO):,.2f}" if lines else ""
