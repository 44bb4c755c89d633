"""What the doctor sees of the laboratory at a visit: orders under way, results, alarms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.clinical.selectors.context import require_patient, require_visit
from yilu.clinical.selectors.private import refuse_family
from yilu.diagnostics import permissions
from yilu.diagnostics.models import CriticalValue, LabOrder, LabReport, LabValue, Specimen
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.selectors.lab_tube import Issue, issues_of
from yilu.diagnostics.selectors.lab_values import ValueLine, value_line
from yilu.diagnostics.selectors.lab_worklist import names_of_tests
from yilu.diagnostics.selectors.reading import waits_to_be_read
from yilu.diagnostics.states import (
    CRITICAL_OPEN,
    CriticalState,
    LabState,
    ReportState,
    SpecimenState,
    Urgency,
)
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.visits.selectors.visits import visit_info
from yilu.workforce.selectors.staff import staff_names

LOOKS = {
    LabState.ORDERED: "waiting",
    LabState.COLLECTED: "active",
    LabState.RELEASED: "done",
    LabState.CANCELLED: "done",
}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One test that was ordered, and how far it is. On the site's clock."""

    id: UUID
    name: Localized
    state: str
    label: str
    look: str
    is_urgent: bool
    due_at: datetime | None
    is_late: bool
    report_id: UUID | None
    off: tuple[ValueLine, ...]
    version: int

    @property
    def can_cancel(self) -> bool:
        return self.state == LabState.ORDERED


@dataclass(frozen=True, slots=True)
class CriticalLine:
    """A critical value that somebody must answer. `minutes`: since it was found."""

    id: UUID
    visit_id: UUID
    name: Localized
    shown: str
    is_finding: bool
    is_acknowledged: bool
    raised_at: datetime
    minutes: int
    promised: int
    patient: PatientBrief | None
    version: int

    @property
    def is_late(self) -> bool:
        return self.minutes >= self.promised


@dataclass(frozen=True, slots=True)
class LabOfVisit:
    """The laboratory at one visit."""

    orders: tuple[OrderLine, ...]
    criticals: tuple[CriticalLine, ...]
    may_order: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class ReportDetail:
    """One report with who it is about; `is_newest`: none has replaced it."""

    issue: Issue
    site_id: UUID
    patient_id: UUID
    patient: PatientBrief
    tests: tuple[Localized, ...]
    specimen_number: str
    collected_at: datetime
    is_in_force: bool
    explained_at: datetime | None
    may_explain: bool
    is_unread: bool


def lab_of_visit(actor: Actor, visit_id: UUID) -> LabOfVisit:
    """What was ordered at a visit, how far it is, and what is critical. Seven queries at most.

    Raises: NotFound.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    require_visit(actor, visit)
    orders = list(
        LabOrder.objects.filter(visit_id=visit_id)
        .exclude(state=LabState.CANCELLED)
        .select_related("specimen")
        .order_by("ordered_at", "id")
    )
    tubes = {one.specimen_id for one in orders if one.specimen_id}
    reports = LabReport.objects.filter(specimen_id__in=tubes, state=ReportState.RELEASED)
    by_tube = {one.specimen_id: one.pk for one in reports}
    off = _off(by_tube.values())
    open_ones = CriticalValue.objects.filter(visit_id=visit_id, state__in=CRITICAL_OPEN)
    return LabOfVisit(
        tuple(_line(one, by_tube, off) for one in orders),
        tuple(_criticals(actor, list(open_ones.order_by("raised_at", "id")))),
        actor.may(permissions.ASK, visit.site_id),
        actor.may(permissions.ANSWER, visit.site_id),
    )


def critical_line(actor: Actor, critical_id: UUID) -> CriticalLine:
    """One critical value, for whoever is to answer it. Two queries. Raises: NotFound."""
    row = CriticalValue.objects.filter(pk=critical_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    require_patient(actor, row.patient_id, row.site_id)
    return _criticals(actor, [row])[0]


def report_detail(actor: Actor, report_id: UUID) -> ReportDetail:
    """One report that was released, for staff who may read records, or the patient it is about.

    Six queries, seven for who ordered it, nine at most for a family. Raises: NotFound.
    """
    row = LabReport.objects.filter(pk=report_id).select_related("specimen").first()
    if row is None or row.state not in {ReportState.RELEASED, ReportState.REPLACED}:
        raise NotFound
    if actor.is_owner(row.patient_id, row.visit_id):
        refuse_family(actor, row.visit_id)
    else:
        actor.require_to_see(permissions.SEE, row.site_id)
        require_patient(actor, row.patient_id, row.site_id)
    zone = site_zone(row.site_id)
    names = staff_names([row.entered_by_id, row.verified_by_id])
    issue = issues_of([row], names)[0]
    orders = list(LabOrder.objects.filter(specimen_id=row.specimen_id).order_by("ordered_at", "id"))
    return ReportDetail(
        issue=issue,
        site_id=row.site_id,
        patient_id=row.patient_id,
        patient=patient_briefs(actor, [row.patient_id], "laboratory report")[row.patient_id],
        tests=tuple(names_of_tests(one.test for one in orders)),
        specimen_number=row.specimen.number,
        collected_at=row.specimen.collected_at.astimezone(zone),
        is_in_force=row.state == ReportState.RELEASED,
        explained_at=row.explained_at and row.explained_at.astimezone(zone),
        may_explain=actor.may(permissions.ANSWER, row.site_id),
        is_unread=waits_to_be_read(actor, row, [one.practitioner_id for one in orders]),
    )


def _off(report_ids: Iterable[UUID]) -> dict[UUID, list[ValueLine]]:
    """The values outside their ranges, by order."""
    found: dict[UUID, list[ValueLine]] = {}
    wanted = list(report_ids)
    for one in LabValue.objects.filter(report_id__in=wanted).exclude(flag="").order_by("position"):
        found.setdefault(one.order_id, []).append(value_line(one))
    return found


def _line(
    row: LabOrder, reports: Mapping[UUID, UUID], off: Mapping[UUID, list[ValueLine]]
) -> OrderLine:
    tube: Specimen | None = row.specimen
    label = LabState(row.state).label
    if tube is not None and row.state == LabState.COLLECTED:
        label = SpecimenState(tube.state).label
    due = tube.due_at.astimezone(site_zone(row.site_id)) if tube else None
    return OrderLine(
        id=row.pk,
        name=names_of_tests([row.test])[0],
        state=row.state,
        label=str(label),
        look=LOOKS[LabState(row.state)],
        is_urgent=row.urgency == Urgency.URGENT,
        due_at=due,
        is_late=row.state == LabState.COLLECTED and due is not None and due < clock.now(),
        report_id=reports.get(row.specimen_id) if row.specimen_id else None,
        off=tuple(off.get(row.pk, ())),
        version=row.version,
    )


def _criticals(actor: Actor, rows: list[CriticalValue]) -> list[CriticalLine]:
    patients = patient_briefs(actor, {one.patient_id for one in rows}, "critical value")
    table, now = lab_table(), clock.now()
    return [
        CriticalLine(
            id=one.pk,
            visit_id=one.visit_id,
            name=_critical_name(one),
            shown=one.shown or str(_critical_name(one)),
            is_finding=one.report_id is None,
            is_acknowledged=one.state != CriticalState.OPEN,
            raised_at=one.raised_at.astimezone(site_zone(one.site_id)),
            minutes=int((now - one.raised_at).total_seconds() // 60),
            promised=table.acknowledge_minutes
            if one.state == CriticalState.OPEN
            else table.act_minutes,
            patient=patients.get(one.patient_id),
            version=one.version,
        )
        for one in rows
    ]


def _critical_name(one: CriticalValue) -> Localized:
    analyte = lab_table().analytes.get(one.analyte)
    if analyte is not None and one.report_id is not None:
        return analyte.name
    unknown = Localized({"zh-Hans": one.analyte, "en": one.analyte})
    return imaging_table().findings.get(one.analyte, unknown)
