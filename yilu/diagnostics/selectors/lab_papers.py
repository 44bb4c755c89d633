"""The laboratory's papers: labels for tubes, and the report."""

from uuid import UUID

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yilu.clinical.selectors.context import require_visit
from yilu.diagnostics import permissions
from yilu.diagnostics.models import LabOrder, Specimen
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.selectors.lab_room import report_detail
from yilu.diagnostics.selectors.lab_worklist import names_of_tests
from yilu.diagnostics.states import SpecimenState, Urgency
from yilu.facility.selectors.sites import group_name, site_info, site_zone
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import pdf, qr
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.visits.selectors.visits import visit_info


def labels_pdf(actor: Actor, visit_id: UUID, specimen_id: UUID | None) -> tuple[str, bytes]:
    """A label for each tube of a visit, or for one; name of the file and content. Five queries.

    Raises: NotFound.
    """
    visit = visit_info(visit_id)
    require_visit(actor, visit, permissions.SEE)
    found = Specimen.objects.filter(visit_id=visit_id).exclude(state=SpecimenState.REJECTED)
    rows = list(found.filter(pk=specimen_id) if specimen_id else found.order_by("number"))
    if not rows:
        raise NotFound
    tests: dict[UUID, list[str]] = {}
    for one in LabOrder.objects.filter(specimen__in=rows).order_by("ordered_at", "id"):
        tests.setdefault(one.specimen_id or one.pk, []).append(one.test)
    patient = patient_briefs(actor, [visit.patient_id], "specimen labels")[visit.patient_id]
    data = {
        "lang": _lang(),
        "title": rows[0].number,
        "urgent": pgettext("laboratory", "Urgent"),
        "who": [patient.name.written, patient.sex_label, patient.age_text],
        "record": patient.record_no,
        "labels": [
            {
                "number": one.number,
                "tube": str(lab_table().containers[one.container].tube),
                "tests": pgettext("list", ", ").join(
                    str(name) for name in names_of_tests(tests.get(one.pk, ()))
                ),
                "at": f"{one.collected_at.astimezone(site_zone(one.site_id)):%m-%d %H:%M}",
                "urgent": one.urgency == Urgency.URGENT,
                "code": qr.svg(one.number),
            }
            for one in rows
        ],
    }
    return f"{visit.number}-labels", pdf.render("diagnostics/tubes", data)


def report_pdf(actor: Actor, report_id: UUID) -> tuple[str, bytes]:
    """A report on paper; one that was replaced says so. Name of the file and content. Nine queries.

    Raises: NotFound.
    """
    found = report_detail(actor, report_id)
    issue, patient = found.issue, found.patient
    site = site_info(found.site_id)
    data = {
        "lang": _lang(),
        "title": f"{found.specimen_number}-{issue.issue}",
        "clinic": f"{group_name()} {site.name}".strip(),
        "phone": site.phone,
        "heading": _("Laboratory report"),
        "replaced": "" if found.is_in_force else _("Replaced by a newer issue"),
        "who": [
            [_("Name"), str(patient.name)],
            [_("Sex"), patient.sex_label],
            [_("Age"), patient.age_text],
            [_("Record number"), patient.record_no],
            [_("Specimen"), found.specimen_number],
            [_("Collected at"), f"{found.collected_at:%Y-%m-%d %H:%M}"],
            [_("Reported at"), f"{issue.verified_at:%Y-%m-%d %H:%M}" if issue.verified_at else ""],
            [_("Issue"), str(issue.issue)],
        ],
        "tests": pgettext("list", ", ").join(str(name) for name in found.tests),
        "heads": [
            _("Analyte"),
            pgettext("laboratory", "Result"),
            "",
            pgettext("laboratory", "Unit"),
            pgettext("laboratory", "Range"),
        ],
        "values": [
            [f"{one.name} {one.short}", one.shown, one.arrow, one.unit, one.bounds]
            for one in issue.values
        ],
        "note": f"{_('Remark')} {issue.note}" if issue.note else "",
        "people": [
            f"{_('Entered by')} {issue.entered_by or '–'}",
            f"{_('Verified by')} {issue.verified_by or '–'}",
        ],
        "foot": _("This report is about this specimen only. Please have a doctor explain it."),
    }
    return f"{found.specimen_number}-{issue.issue}", pdf.render("diagnostics/report", data)


def _lang() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
