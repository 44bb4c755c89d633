"""One study with everything that its next step needs, and its report as people read it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from yilu.catalogue.selectors.services import service_infos
from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.context import require_patient
from yilu.diagnostics import permissions
from yilu.diagnostics.models import Study, StudyImage, StudyReport
from yilu.diagnostics.rules.catalogue import Check
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.selectors.offered import flag_labels
from yilu.diagnostics.selectors.study_worklist import LOOKS, aim_of
from yilu.diagnostics.states import ExamState, ReportState, StudyState, Urgency
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.visits.selectors.visits import VisitInfo, visit_info
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names

OVERRIDES_OVER, MOST = timedelta(days=30), 20


@dataclass(frozen=True, slots=True)
class StudyIssue:
    """One issue of a report."""

    id: UUID
    issue: int
    state: str
    state_label: str
    entered_at: datetime
    entered_by: PersonName | None
    verified_at: datetime | None
    verified_by: PersonName | None
    findings: str
    impression: str
    critical: tuple[str, ...]
    critical_names: tuple[Localized, ...]
    why: str
    sent_back: str
    explained_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class StudyDetail:
    """One study. `entered` waits to be verified, `current` is in force. On the site's clock."""

    id: UUID
    site_id: UUID
    accession: str
    state: str
    state_label: str
    look: str
    patient: PatientBrief
    visit: VisitInfo
    doctor: PersonName | None
    service: Localized
    modality: Localized
    aim: str
    flags: tuple[str, ...]
    reason: str
    again: str
    is_urgent: bool
    is_booked: bool
    starts_at: datetime | None
    arrived_at: datetime | None
    begun_at: datetime | None
    begun_by: PersonName | None
    taken_at: datetime | None
    due_at: datetime | None
    checks: tuple[Check, ...]
    answers: tuple[tuple[Localized, str, bool], ...]
    override: str
    images: int
    entered: StudyIssue | None
    current: StudyIssue | None
    older: tuple[StudyIssue, ...]
    is_mine: bool
    may_examine: bool
    may_report: bool
    may_confirm: bool
    may_explain: bool
    version: int

    @property
    def promised_minutes(self) -> int:
        if self.due_at is None or self.taken_at is None:
            return 0
        return int((self.due_at - self.taken_at).total_seconds() // 60)

    @property
    def last(self) -> StudyIssue | None:
        """The newest issue, from which a correction or a second try begins."""
        return self.entered or self.current or (self.older[0] if self.older else None)


@dataclass(frozen=True, slots=True)
class Override:
    """An examination that began in spite of an answer; `is_early`: images came before the check."""

    study_id: UUID
    accession: str
    at: datetime
    by: PersonName | None
    reason: str
    is_early: bool


def study_detail(actor: Actor, study_id: UUID) -> StudyDetail:
    """One study with its reports and what its next step asks. Eleven queries at most.

    Raises:
        NotFound: there is none, or the actor may not know of it, or of what is found.
    """
    row = Study.objects.filter(pk=study_id).select_related("request").first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    require_patient(actor, row.patient_id, row.site_id)
    request, zone = row.request, site_zone(row.site_id)
    service = service_infos([request.service_id])[request.service_id]
    reports = list(StudyReport.objects.filter(study=row).order_by("-issue"))
    issues = study_issues(reports, [row.begun_by_id])
    entered = next((one for one in issues if one.state == ReportState.ENTERED), None)
    current = next((one for one in issues if one.state == ReportState.RELEASED), None)
    step = StudyState.REPORTED if entered else StudyState(row.state)
    profile = table().profiles.get(service.key)
    asked = imaging_table().checks_for(profile, row.modality, request.flags)
    who = request.practitioner_id
    kinds = imaging_table().modalities
    return StudyDetail(
        id=row.pk,
        site_id=row.site_id,
        accession=row.accession,
        state=step,
        state_label=str(step.label),
        look=LOOKS[step],
        patient=patient_briefs(actor, [row.patient_id], "imaging")[row.patient_id],
        visit=visit_info(row.visit_id),
        doctor=practitioner_names([who]).get(who) if who else None,
        service=service.name,
        modality=kinds.get(row.modality, Localized({"en": row.modality})),
        aim=aim_of(row),
        flags=tuple(flag_labels(request.flags)),
        reason=request.reason,
        again=row.again,
        is_urgent=request.urgency == Urgency.URGENT,
        is_booked=request.state == ExamState.BOOKED,
        starts_at=request.starts_at and request.starts_at.astimezone(zone),
        arrived_at=row.arrived_at and row.arrived_at.astimezone(zone),
        begun_at=row.begun_at and row.begun_at.astimezone(zone),
        begun_by=staff_names([row.begun_by_id]).get(row.begun_by_id) if row.begun_by_id else None,
        taken_at=row.taken_at and row.taken_at.astimezone(zone),
        due_at=row.due_at and row.due_at.astimezone(zone),
        checks=tuple(asked),
        answers=tuple(_answered(row)),
        override=row.override,
        images=row.images.count(),
        entered=entered,
        current=current,
        older=tuple(one for one in issues if one not in (entered, current)),
        is_mine=entered is not None and _writer(reports) == actor.user_id,
        may_examine=actor.may(permissions.EXAMINE, row.site_id),
        may_report=actor.may(permissions.REPORT, row.site_id),
        may_confirm=actor.may(permissions.CONFIRM, row.site_id),
        may_explain=actor.may(permissions.ANSWER, row.site_id),
        version=row.version,
    )


def study_issues(
    reports: list[StudyReport], also: list[UUID | None] | None = None
) -> list[StudyIssue]:
    """Reports as people read them, in the same order. One query."""
    asked = [one.entered_by_id for one in reports] + [one.verified_by_id for one in reports]
    names = staff_names([*asked, *(also or [])])
    findings = imaging_table().findings
    return [
        StudyIssue(
            id=one.pk,
            issue=one.issue,
            state=one.state,
            state_label=str(ReportState(one.state).label),
            entered_at=one.entered_at.astimezone(site_zone(one.site_id)),
            entered_by=names.get(one.entered_by_id) if one.entered_by_id else None,
            verified_at=one.verified_at and one.verified_at.astimezone(site_zone(one.site_id)),
            verified_by=names.get(one.verified_by_id) if one.verified_by_id else None,
            findings=one.findings,
            impression=one.impression,
            critical=tuple(one.critical),
            critical_names=tuple(findings[key] for key in one.critical if key in findings),
            why=one.why,
            sent_back=one.sent_back,
            explained_at=one.explained_at and one.explained_at.astimezone(site_zone(one.site_id)),
            version=one.version,
        )
        for one in reports
    ]


def overrides_of(actor: Actor, site_id: UUID) -> list[Override]:
    """Which examinations began in spite of an answer, or of which a device sent images before the
    check, in thirty days; the newest first.

    Two queries. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    actor.require_to_see(clinical.SEE, site_id)
    since = clock.now() - OVERRIDES_OVER
    early = StudyImage.objects.filter(study=OuterRef("pk"), is_dicom=True, received_at__gt=since)
    early = early.filter(Q(study__begun_at=None) | Q(received_at__lt=F("study__begun_at")))
    lately = Study.objects.filter(site_id=site_id).filter(
        Q(begun_at__gt=since) | Q(state__in=(StudyState.ORDERED, StudyState.ARRIVED))
    )
    found = lately.annotate(is_early=Exists(early)).filter(Q(is_overridden=True) | Q(is_early=True))
    rows = list(found.order_by(F("begun_at").desc(nulls_first=True), "pk")[:MOST])
    names = staff_names([one.begun_by_id for one in rows])
    zone = site_zone(site_id)
    return [
        Override(
            one.pk,
            one.accession,
            (one.begun_at or one.ordered_at).astimezone(zone),
            names.get(one.begun_by_id) if one.begun_by_id else None,
            one.override,
            one.is_early,
        )
        for one in rows
    ]


def _writer(reports: list[StudyReport]) -> UUID | None:
    entered = [one for one in reports if one.state == ReportState.ENTERED]
    return entered[0].entered_by_id if entered else None


def _answered(row: Study) -> list[tuple[Localized, str, bool]]:
    """What was asked before it began, the answer, and whether that spoke against it."""
    known = {one.check.key: one.check for one in imaging_table().asked}
    return [
        (known[key].says, answer, answer in {known[key].stops, known[key].warns})
        for key, answer in row.checks.items()
        if key in known
    ]
