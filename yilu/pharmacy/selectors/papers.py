"""The pharmacy's papers: a label for each medicine, and the patient's reminder card."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yilu.catalogue.selectors.drugs import DrugInfo, drug_info
from yilu.clinical.rules.dosing import frequencies, is_external, routes, times_a_day
from yilu.facility.selectors.sites import group_name, site_info
from yilu.pharmacy.selectors.worklist import DispenseDetail, DispenseItem, dispense_detail
from yilu.platform import clock, pdf
from yilu.platform.actors import Actor

# At which hours of the day a medicine that is taken so often is drawn on the card.
HOURS = {1: (8,), 2: (8, 20), 3: (8, 14, 20), 4: (8, 12, 16, 20)}
MOST_TIMES = 4


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: its name for a file, and its bytes."""

    name: str
    content: bytes


def labels_pdf(actor: Actor, dispense_id: UUID, *, large: bool = False) -> Paper:
    """A label for each medicine; `large` in print of at least 16 points. Twelve queries."""
    return _paper(actor, dispense_id, "labels", large=large)


def card_pdf(actor: Actor, dispense_id: UUID, *, large: bool = False) -> Paper:
    """The card that says when to take what. Twelve queries."""
    return _paper(actor, dispense_id, "card", large=large)


def _paper(actor: Actor, dispense_id: UUID, name: str, *, large: bool) -> Paper:
    detail = dispense_detail(actor, dispense_id)
    content = pdf.render(f"pharmacy/{name}", _data(detail, large=large))
    return Paper(f"{detail.prescription.number}-{name}", content)


def _data(detail: DispenseDetail, *, large: bool) -> dict[str, Any]:
    facts, patient = detail.prescription, detail.patient
    site = site_info(facts.site_id)
    drugs = drug_info([one.item.drug_id for one in detail.items])
    today = clock.now().astimezone(site.zone).date()
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": facts.number,
        "large": large,
        "clinic": f"{group_name()} {site.name}".strip(),
        "phone": site.phone,
        "day": today.isoformat(),
        "who": [str(patient.name), patient.sex_label, patient.age_text, patient.record_no],
        "number": facts.number,
        "words": _words(),
        "pharmacist": ", ".join(
            str(name) for step, name, _at in detail.people if step == "checked"
        ),
        "advice": facts.advice,
        "plan": facts.follow_up_plan,
        "allergy": pgettext("list", ", ").join(one.substance for one in detail.allergies.active),
        "items": [_item(one, drugs.get(one.item.drug_id)) for one in detail.items],
    }


def _words() -> dict[str, str]:
    return {
        "card": _("How to take your medicines"),
        "each": _("Each time"),
        "storage": _("Storage"),
        "batch": _("Batch"),
        "expires": _("Use before"),
        "external": _("External use"),
        "alert": _("High-alert"),
        "phone": pgettext("place", "Pharmacy"),
        "morning": _("Morning"),
        "noon": _("Noon"),
        "evening": _("Evening"),
        "night": _("Night"),
        "allergy": _("Allergies"),
        "plan": _("Next step"),
        "advice": _("Advice"),
        "days": _("days"),
        "checked": _("Checked by"),
        "other": _("As described"),
    }


def _item(one: DispenseItem, drug: DrugInfo | None) -> dict[str, Any]:
    item = one.item
    times = int(times_a_day(item.frequency))
    regular = item.frequency not in {"prn", "qw", "qod", "st", "qn"}
    return {
        "name": str(item.name),
        "brand": str(item.brand),
        "strength": item.strength,
        "quantity": f"× {one.given} {item.dispense_unit}"
        if one.given
        else f"× {item.quantity_text}",
        "dose": item.dose_text,
        "route": str(routes().get(item.route, item.route)),
        "frequency": str(frequencies().get(item.frequency, item.frequency)),
        "usage": item.usage,
        "instruction": item.instruction,
        "days": str(item.days),
        "external": is_external(item.route),
        "alert": bool(drug and drug.is_high_alert),
        "storage": str(drug.storage) if drug else "",
        "warnings": str(drug.warnings) if drug else "",
        "batch": one.batch,
        "expires": one.expires_on,
        "hours": list(HOURS[times]) if regular and times <= MOST_TIMES else [],
        "night": item.frequency == "qn",
    }
