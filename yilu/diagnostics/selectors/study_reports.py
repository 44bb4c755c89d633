"""Reports of examinations: for whoever asked, for the patient, and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yilu.catalogue.selectors.services import service_infos
from yilu.clinical.selectors.context import require_patient
from yilu.clinical.selectors.private import private_visits, refuse_family
from yilu.diagnostics import permissions
from yilu.diagnostics.models import Study, StudyReport
from yilu.diagnostics.selectors.reading import waits_to_be_read
from yilu.diagnostics.selectors.study_detail import StudyIssue, study_issues
from yilu.diagnostics.selectors.study_worklist import LOOKS, aim_of
from yilu.diagnostics.states import ReportState, StudyState
from yilu.facility.selectors.sites import group_name, site_info, site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import pdf
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

MOST = 200


@dataclass(frozen=True, slots=True)
class StudyBrief:
    """How far the study of a request is, for the doctor's room."""

    id: UUID
    state: str
    label: str
    look: str
    aim: str
    report_id: UUID | None


@dataclass(frozen=True, slots=True)
class StudyPaper:
    """A report with who it is about. `is_in_force`: none has replaced it."""

    issue: StudyIssue
    study_id: UUID
    site_id: UUID
    accession: str
    patient: PatientBrief
    service: Localized
    aim: str
    begun_at: datetime | None
    images: int
    is_in_force: bool
    may_explain: bool
    is_unread: bool


@dataclass(frozen=True, slots=True)
class MyStudy:
    """A report in a patient's list."""

    id: UUID
    patient: PatientBrief | None
    service: Localized
    aim: str
    at: datetime


def studies_of(request_ids: Sequence[UUID]) -> dict[UUID, StudyBrief]:
    """How far the studies of requests are, by request. Two queries."""
    rows = Study.objects.filter(request_id__in=request_ids).prefetch_related("reports")
    found = {}
    for row in rows:
        released = [one.pk for one in row.reports.all() if one.state == ReportState.RELEASED]
        label = str(StudyState(row.state).label)
        look = LOOKS[StudyState(row.state)]
        report_id = released[0] if released else None
        found[row.request_id] = StudyBrief(row.pk, row.state, label, look, aim_of(row), report_id)
    return found


def study_paper(actor: Actor, report_id: UUID) -> StudyPaper:
    """One report that was released, for staff who may read records, or the patient it is about.

    Five queries, six for who asked for it, eight at most for a family. Raises: NotFound.
    """
    row = StudyReport.objects.filter(pk=report_id).select_related("study__request").first()
    if row is None or row.state not in {ReportState.RELEASED, ReportState.REPLACED}:
        raise NotFound
    if actor.is_owner(row.patient_id, row.visit_id):
        refuse_family(actor, row.visit_id)
    else:
        actor.require_to_see(permissions.SEE, row.site_id)
        require_patient(actor, row.patient_id, row.site_id)
    study = row.study
    service_id = study.request.service_id
    begun_at = study.begun_at
    return StudyPaper(
        issue=study_issues([row])[0],
        study_id=study.pk,
        site_id=row.site_id,
        accession=study.accession,
        patient=patient_briefs(actor, [row.patient_id], "examination report")[row.patient_id],
        service=service_infos([service_id])[service_id].name,
        aim=aim_of(study),
        begun_at=begun_at and begun_at.astimezone(site_zone(row.site_id)),
        images=study.images.filter(removed_at=None).count(),
        is_in_force=row.state == ReportState.RELEASED,
        may_explain=actor.may(permissions.ANSWER, row.site_id),
        is_unread=waits_to_be_read(actor, row, [study.request.practitioner_id]),
    )


def my_study_reports(actor: Actor) -> list[MyStudy]:
    """The reports in force of everybody an account owns, the newest first.

    Without what is a relative's own affair. Three queries, six at most for a family.
    """
    found = StudyReport.objects.filter(patient_id__in=actor.owns, state=ReportState.RELEASED)
    found = found.exclude(visit_id__in=private_visits(actor))
    rows = list(found.select_related("study__request").order_by("-verified_at", "id")[:MOST])
    people = patient_briefs(actor, {one.patient_id for one in rows}, "my.reports")
    services = service_infos(one.study.request.service_id for one in rows)
    return [
        MyStudy(
            one.pk,
            people.get(one.patient_id),
            services[one.study.request.service_id].name,
            aim_of(one.study),
            (one.verified_at or one.entered_at).astimezone(site_zone(one.site_id)),
        )
        for one in rows
    ]


def study_report_pdf(actor: Actor, report_id: UUID) -> tuple[str, bytes]:
    """A report on paper; one that was replaced says so. Name of the file and content.

    Six queries, seven for who asked for it.

    Raises: NotFound.
    """
    found = study_paper(actor, report_id)
    issue, patient, site = found.issue, found.patient, site_info(found.site_id)
    data = {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": f"{found.accession}-{issue.issue}",
        "clinic": f"{group_name()} {site.name}".strip(),
        "phone": site.phone,
        "heading": _("Examination report"),
        "replaced": "" if found.is_in_force else _("Replaced by a newer issue"),
        "who": [
            [_("Name"), str(patient.name)],
            [_("Sex"), patient.sex_label],
            [_("Age"), patient.age_text],
            [_("Record number"), patient.record_no],
            [_("Examination number"), found.accession],
            [_("Examined at"), f"{found.begun_at:%Y-%m-%d %H:%M}" if found.begun_at else ""],
            [_("Reported at"), f"{issue.verified_at:%Y-%m-%d %H:%M}" if issue.verified_at else ""],
            [_("Issue"), str(issue.issue)],
        ],
        "what": f"{found.service} · {found.aim}",
        "parts": [
            [pgettext("report", "Findings"), issue.findings],
            [_("Impression"), issue.impression],
        ],
        "people": [
            f"{_('Written by')} {issue.entered_by or '–'}",
            f"{_('Verified by')} {issue.verified_by or '–'}",
        ],
        "foot": _("Please have a doctor explain what this means for you."),
    }
    return f"{found.accession}-{issue.issue}", pdf.render("diagnostics/study", data)
