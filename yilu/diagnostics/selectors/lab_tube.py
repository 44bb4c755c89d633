"""One patient to collect from, and one tube with everything that its next step needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.context import require_patient, require_visit
from yilu.diagnostics import permissions
from yilu.diagnostics.models import LabOrder, LabReport, LabValue, Specimen
from yilu.diagnostics.rules.catalogue import Analyte, Check, Container, lab_table
from yilu.diagnostics.rules.judging import Person, range_for, shown_range
from yilu.diagnostics.rules.tubes import share_out
from yilu.diagnostics.selectors.lab_person import person_of
from yilu.diagnostics.selectors.lab_values import ValueLine, value_line
from yilu.diagnostics.selectors.lab_worklist import LOOKS, names_of_tests
from yilu.diagnostics.states import LabState, ReportState, SpecimenState, Urgency
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.visits.selectors.visits import VisitInfo, visit_info
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names


@dataclass(frozen=True, slots=True)
class PlannedTube:
    """A tube that is to be filled, and what is in it."""

    container: Container
    tests: tuple[Localized, ...]


@dataclass(frozen=True, slots=True)
class CollectOrder:
    """One test that is to be collected."""

    id: UUID
    name: Localized
    is_urgent: bool
    reason: str
    refused: int


@dataclass(frozen=True, slots=True)
class Collecting:
    """A patient from whom something is to be taken, with what is asked before."""

    visit: VisitInfo
    patient: PatientBrief
    doctor: PersonName | None
    orders: tuple[CollectOrder, ...]
    tubes: tuple[PlannedTube, ...]
    checks: tuple[Check, ...]
    taken: tuple[tuple[UUID, str, Localized], ...]
    may_collect: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """By what a number is judged while it is typed; empty where there is no limit."""

    low: str
    high: str
    critical_low: str
    critical_high: str
    possible_low: str
    possible_high: str


@dataclass(frozen=True, slots=True)
class EntryField:
    """One value to type: by what it will be judged, what was typed, and the value before."""

    analyte: Analyte
    name: str
    bounds: str
    limits: Limits
    choices: tuple[tuple[str, Localized], ...]
    typed: str
    before: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a report."""

    id: UUID
    issue: int
    state: str
    state_label: str
    entered_at: datetime
    entered_by: PersonName | None
    verified_at: datetime | None
    verified_by: PersonName | None
    note: str
    why: str
    sent_back: str
    values: tuple[ValueLine, ...]
    version: int


@dataclass(frozen=True, slots=True)
class TubeDetail:
    """One tube. `entered` waits to be verified, `current` is in force."""

    id: UUID
    site_id: UUID
    number: str
    state: str
    state_label: str
    look: str
    patient: PatientBrief
    visit: VisitInfo
    doctor: PersonName | None
    container: Container
    tests: tuple[Localized, ...]
    is_urgent: bool
    collected_at: datetime
    collected_by: PersonName | None
    received_at: datetime | None
    received_by: PersonName | None
    due_at: datetime
    rejection: str
    rejection_note: str
    entered: Issue | None
    current: Issue | None
    older: tuple[Issue, ...]
    fields: tuple[EntryField, ...]
    is_mine: bool
    may_test: bool
    may_verify: bool
    version: int

    @property
    def promised_minutes(self) -> int:
        return int((self.due_at - self.collected_at).total_seconds() // 60)


def collecting(actor: Actor, visit_id: UUID) -> Collecting:
    """Who is to be collected from at a visit, and what for. Six queries.

    Raises:
        NotFound: there is no such visit, nothing was ordered, or the actor may not know of it.
    """
    visit = visit_info(visit_id)
    require_visit(actor, visit, permissions.SEE)
    found = list(LabOrder.objects.filter(visit_id=visit_id).order_by("ordered_at", "id"))
    if not found:
        raise NotFound
    orders = [one for one in found if one.state == LabState.ORDERED]
    table = lab_table()
    tubes = share_out(table, [(one.pk, one.test, one.urgency == Urgency.URGENT) for one in orders])
    tests = {one.pk: one.test for one in orders}
    doctors = practitioner_names([found[-1].practitioner_id])
    taken = Specimen.objects.filter(visit_id=visit_id).exclude(state=SpecimenState.REJECTED)
    patients = patient_briefs(actor, [visit.patient_id], "specimen collection")
    reads = actor.may(clinical.SEE, visit.site_id)
    return Collecting(
        visit=visit,
        patient=patients[visit.patient_id],
        doctor=doctors.get(found[-1].practitioner_id) if found[-1].practitioner_id else None,
        orders=tuple(_to_take(one, reads=reads) for one in orders),
        tubes=tuple(
            PlannedTube(
                table.containers[one.container],
                tuple(names_of_tests(tests[order_id] for order_id in sorted(one.order_ids))),
            )
            for one in tubes
        ),
        checks=tuple(table.checks_for([one.test for one in orders])),
        taken=tuple(
            (one.pk, one.number, table.containers[one.container].tube)
            for one in taken.order_by("collected_at", "number")
        ),
        may_collect=actor.may(permissions.COLLECT, visit.site_id),
    )


def tube_detail(actor: Actor, specimen_id: UUID) -> TubeDetail:
    """One tube with its reports, and the fields of its next step. Eleven queries at most.

    Raises:
        NotFound: there is none, or the actor may not know of it, or of results.
    """
    row = Specimen.objects.filter(pk=specimen_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    require_patient(actor, row.patient_id, row.site_id)
    orders = list(LabOrder.objects.filter(specimen=row).order_by("ordered_at", "id"))
    reports = list(LabReport.objects.filter(specimen=row).order_by("-issue"))
    patient = patient_briefs(actor, [row.patient_id], "laboratory")[row.patient_id]
    names = staff_names(
        [row.collected_by_id, row.received_by_id]
        + [one.entered_by_id for one in reports]
        + [one.verified_by_id for one in reports]
    )
    issues = issues_of(reports, names)
    entered = next((one for one in issues if one.state == ReportState.ENTERED), None)
    current = next((one for one in issues if one.state == ReportState.RELEASED), None)
    step = SpecimenState.ENTERED if entered else SpecimenState(row.state)
    zone = site_zone(row.site_id)
    doctor_id = orders[0].practitioner_id if orders else None
    rejections = lab_table().rejections
    return TubeDetail(
        id=row.pk,
        site_id=row.site_id,
        number=row.number,
        state=step,
        state_label=str(step.label),
        look=LOOKS[step],
        patient=patient,
        visit=visit_info(row.visit_id),
        doctor=practitioner_names([doctor_id]).get(doctor_id) if doctor_id else None,
        container=lab_table().containers[row.container],
        tests=tuple(names_of_tests(one.test for one in orders)),
        is_urgent=row.urgency == Urgency.URGENT,
        collected_at=row.collected_at.astimezone(zone),
        collected_by=_named(names, row.collected_by_id),
        received_at=row.received_at and row.received_at.astimezone(zone),
        received_by=_named(names, row.received_by_id),
        due_at=row.due_at.astimezone(zone),
        rejection=str(rejections.get(row.rejection, "")),
        rejection_note=row.rejection_note,
        entered=entered,
        current=current,
        older=tuple(one for one in issues if one not in (entered, current)),
        fields=_fields(row, orders, person_of(patient, row.clinic_day), _last(issues)),
        is_mine=entered is not None and _entered_by(reports) == actor.user_id,
        may_test=actor.may(permissions.TEST, row.site_id),
        may_verify=actor.may(permissions.VERIFY, row.site_id),
        version=row.version,
    )


def issues_of(reports: list[LabReport], names: dict[UUID, PersonName]) -> list[Issue]:
    """Reports with their values, in the same order. One query."""
    values: dict[UUID, list[ValueLine]] = {}
    found = LabValue.objects.filter(report_id__in=[one.pk for one in reports])
    for value in found.order_by("position"):
        values.setdefault(value.report_id, []).append(value_line(value))
    return [
        Issue(
            id=one.pk,
            issue=one.issue,
            state=one.state,
            state_label=str(ReportState(one.state).label),
            entered_at=one.entered_at.astimezone(site_zone(one.site_id)),
            entered_by=_named(names, one.entered_by_id),
            verified_at=one.verified_at and one.verified_at.astimezone(site_zone(one.site_id)),
            verified_by=_named(names, one.verified_by_id),
            note=one.note,
            why=one.why,
            sent_back=one.sent_back,
            values=tuple(values.get(one.pk, ())),
            version=one.version,
        )
        for one in reports
    ]


def _to_take(row: LabOrder, *, reads: bool) -> CollectOrder:
    name = names_of_tests([row.test])[0]
    is_urgent = row.urgency == Urgency.URGENT
    return CollectOrder(row.pk, name, is_urgent, row.reason if reads else "", row.refused)


def _named(names: dict[UUID, PersonName], user_id: UUID | None) -> PersonName | None:
    return names.get(user_id) if user_id else None


def _entered_by(reports: list[LabReport]) -> UUID | None:
    entered = [one for one in reports if one.state == ReportState.ENTERED]
    return entered[0].entered_by_id if entered else None


def _last(issues: list[Issue]) -> dict[str, str]:
    """What the newest issue says, to begin a correction or a second try from."""
    return {one.analyte: one.shown for one in issues[0].values} if issues else {}


def _fields(
    row: Specimen, orders: Iterable[LabOrder], person: Person, typed: dict[str, str]
) -> tuple[EntryField, ...]:
    table = lab_table()
    keys = [
        key for one in orders if one.test in table.tests for key in table.tests[one.test].analytes
    ]
    before = _before(row, keys)
    found = []
    for key in keys:
        analyte = table.analytes[key]
        bounds = range_for(analyte, person)
        scale = table.scales[analyte.scale].values if analyte.scale else ()
        words = {str(table.words[word]): word for word in scale}
        said = typed.get(key, "")
        found.append(
            EntryField(
                analyte,
                f"v-{key}",
                shown_range(bounds),
                Limits(*map(_text, (*bounds, *analyte.critical, *analyte.possible))),
                tuple((word, table.words[word]) for word in scale),
                words.get(said, said),
                before.get(key, ""),
            )
        )
    return tuple(found)


def _before(row: Specimen, keys: list[str]) -> dict[str, str]:
    """The value before of each analyte, from another tube of this patient."""
    found = LabValue.objects.filter(
        report__patient_id=row.patient_id,
        report__state=ReportState.RELEASED,
        analyte__in=keys,
    ).exclude(report__specimen_id=row.pk)
    latest = found.order_by("analyte", "-report__verified_at").distinct("analyte")
    return {one.analyte: value_line(one).shown for one in latest}


def _text(bound: object) -> str:
    return "" if bound is None else str(bound)
