"""A patient's own record on paper, in the parts that they chose."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yilu.facility.selectors.sites import group_name
from yilu.patients.selectors.patients import today
from yilu.platform import pdf
from yilu.portal.selectors.record import MyRecord, RecordVisit

Block = dict[str, Any]


def record_pdf(record: MyRecord, parts: Collection[str], *, large: bool) -> bytes:
    """The chosen parts as PDF; `large` in print of at least 20 px, on A4. No query."""
    who = record.patient
    makers = {
        "allergies": _allergies, "visits": _visits, "vitals": _vitals, "medicines": _medicines,
        "reports": _reports, "teeth": _teeth, "bills": _bills, "consents": _consents,
        "plans": _plans,
    }  # fmt: skip
    data = {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": _("My medical record"),
        "large": large,
        "clinic": str(group_name()),
        "who": [
            [_("Name"), str(who.name)],
            [_("Sex"), who.sex_label],
            [_("Age"), who.age_text],
            [_("Record no."), who.record_no],
        ],
        "parts": [
            {"title": part_titles()[key], "blocks": make(record)}
            for key, make in makers.items()
            if key in parts
        ],
        "none": _("Nothing is on record here."),
        "foot": _("Drawn up on %(day)s at the patient's own wish. Not a certificate.")
        % {"day": today().isoformat()},
    }
    return pdf.render("portal/record", data)


def part_titles() -> dict[str, str]:
    """The parts of a record, in words."""
    return {
        "visits": pgettext("record", "Visits and notes"),
        "allergies": pgettext("record", "Allergies and problems"),
        "vitals": pgettext("record", "Vital signs"),
        "medicines": pgettext("record", "Prescriptions"),
        "reports": pgettext("record", "Results"),
        "teeth": pgettext("record", "Teeth"),
        "bills": pgettext("record", "Bills"),
        "consents": pgettext("record", "Consents"),
        "plans": pgettext("record", "Treatment plans"),
    }


def _visits(record: MyRecord) -> list[Block]:
    return [
        {"title": _head(one), "lines": _told(one)}
        for one in record.visits
        if one.sections or one.diagnoses
    ]


def _told(one: RecordVisit) -> list[list[str]]:
    found = [[str(title), text] for _code, title, text in one.sections]
    if one.diagnoses:
        names = pgettext("list", ", ").join(str(each.text) for each in one.diagnoses)
        found.append([_("Diagnosis"), names])
    return found + [[term, str(means)] for term, means in one.words]


def _allergies(record: MyRecord) -> list[Block]:
    lines = [[_("Allergy"), one.text] for one in record.allergies.active]
    lines += [[_("Problem"), " ".join((one.text, one.onset))] for one in record.problems]
    if record.allergies.status == "none":
        lines.append([_("Allergy"), _("No known allergies")])
    return [{"title": "", "lines": lines}] if lines else []


def _vitals(record: MyRecord) -> list[Block]:
    return [
        {
            "title": _head(one),
            "lines": [[v.title, f"{v.text} {v.unit}"] for v in one.vitals.values],
        }
        for one in record.visits
        if one.vitals
    ]


def _medicines(record: MyRecord) -> list[Block]:
    return [
        {
            "title": f"{each.clinic_day} · {each.number}",
            "lines": [[f"{i.name} {i.strength}", f"{i.usage} · {i.quantity_text}"]
                      for i in each.items],
        }
        for one in record.visits
        for each in one.prescriptions
    ]  # fmt: skip


def _reports(record: MyRecord) -> list[Block]:
    return [
        {
            "title": f"{one.at:%Y-%m-%d} · {' · '.join(map(str, one.tests))}",
            "lines": [
                [f"{v.name} {v.short}", f"{v.shown} {v.unit} {v.arrow} ({v.bounds})"]
                for v in one.values
            ],
        }
        for one in record.reports
    ] + [
        {
            "title": f"{one.at:%Y-%m-%d} · {one.service} · {one.aim}",
            "lines": [
                [pgettext("report", "Findings"), one.findings],
                [_("Impression"), one.impression],
            ],
        }
        for one in record.studies
    ]


def _teeth(record: MyRecord) -> list[Block]:
    found = [
        {
            "title": "",
            "lines": [
                [f"{one.tooth} {one.name}", _tooth(one.found, one.planned)]
                for one in record.teeth.teeth
            ],
        },
        {
            "title": pgettext("teeth", "What was planned"),
            "lines": [
                [f"{one.day} · {one.tooth}".rstrip(" ·"), f"{one.name} · {one.state_label}"]
                for one in record.teeth.items
            ],
        },
    ]
    found += [
        {
            "title": f"{one.day} · {_('Gums')}",
            "lines": [[str(title), f"{value} {unit}"] for title, value, unit in one.figures],
        }
        for one in record.teeth.gums
    ]
    return [one for one in found if one["lines"]]


def _tooth(found: str, planned: str) -> str:
    words = [found, _("planned: %(what)s") % {"what": planned} if planned else ""]
    return _("; ").join(filter(None, words))


def _bills(record: MyRecord) -> list[Block]:
    lines = [
        [f"{one.visit.clinic_day} · {one.bill.number}",
         f"¥{one.bill.total:,.2f} · {one.bill.state.label}"]
        for one in record.bills
    ]  # fmt: skip
    return [{"title": "", "lines": lines}] if lines else []


def _consents(record: MyRecord) -> list[Block]:
    lines = [[f"{one.prepared_at:%Y-%m-%d}", f"{one.title} · {one.state_label}"]
             for one in record.consents]  # fmt: skip
    return [{"title": "", "lines": lines}] if lines else []


def _plans(record: MyRecord) -> list[Block]:
    lines = [[f"{one.proposed_at:%Y-%m-%d}", f"{one.title} · {one.state_label}"]
             for one in record.plans]  # fmt: skip
    return [{"title": "", "lines": lines}] if lines else []


def _head(one: RecordVisit) -> str:
    return " · ".join(filter(None, (str(one.day), str(one.site), str(one.doctor or ""))))
