"""What a dental plan costs, on paper for the patient."""

from typing import Any
from uuid import UUID

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yilu.dental.selectors.plans import DentalPlan, ItemLine, dental_plan
from yilu.facility.selectors.sites import group_name, site_info
from yilu.platform import pdf, wording
from yilu.platform.actors import Actor


def plan_pdf(actor: Actor, visit_id: UUID) -> bytes:
    """The plan by phase with its prices, in the reader's language. As `dental_plan`, and two.

    Raises: NotFound.
    """
    return pdf.render("dental/estimate", _data(dental_plan(actor, visit_id)))


def _data(plan: DentalPlan) -> dict[str, Any]:
    where, patient = plan.where, plan.where.patient
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": _("Treatment plan and estimate"),
        "clinic": f"{group_name()} {site_info(where.site_id).name}".strip(),
        "facts": [
            [_("Patient"), str(patient.name)],
            [_("Record no."), patient.record_no],
            [_("Date"), f"{where.day:%Y-%m-%d}"],
        ],
        "heads": [_("Tooth"), pgettext("plan item", "Treatment"), _("State"), _("Price")],
        "phases": [
            {
                "title": one.title,
                "lines": [_line(item) for item in one.items],
                "total": wording.money(one.total),
            }
            for one in plan.phases
        ],
        "subtotal": _("Subtotal"),
        "total_word": _("Total"),
        "total": wording.money(plan.total),
        "nothing": _("Nothing is planned."),
        "note": _(
            "An estimate at the prices of the day on which each item was planned. What is done is"
            " charged at the price of its day; you are told before anything else is done."
        ),
        "signed": [_("Dentist"), _("Patient")],
    }


def _line(item: ItemLine) -> list[str]:
    when = f" {item.booking.starts_at:%Y-%m-%d %H:%M}" if item.booking else ""
    name = f"{item.name} {item.surfaces}".strip()
    amount = "–" if item.amount is None else wording.money(item.amount)
    return [item.tooth or "–", name, f"{item.state_label}{when}", amount]
