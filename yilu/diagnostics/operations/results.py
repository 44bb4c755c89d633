"""Entering results, verifying them as a second person, releasing and correcting reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import LabMoved, ResultsWrong
from yilu.diagnostics.events import LabReportExplained, LabReportReleased, ResultsEntered
from yilu.diagnostics.models import LabOrder, LabReport, LabValue, Specimen
from yilu.diagnostics.operations.criticals import drop_report, raise_criticals, withdraw_criticals
from yilu.diagnostics.operations.issues import (
    keep,
    note_explained,
    note_read,
    put_in_force,
    require_reason,
)
from yilu.diagnostics.operations.lab_trace import trace
from yilu.diagnostics.operations.specimens import hold_specimen
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.judging import CRITICAL, EMPTY, Judged, results_of, shown_range
from yilu.diagnostics.rules.wrong_words import why_wrong
from yilu.diagnostics.selectors.lab_person import person_at
from yilu.diagnostics.selectors.lab_waiting import waits_for_laboratory
from yilu.diagnostics.states import (
    LabState,
    ReportState,
    SpecimenState,
    check_lab_move,
    check_report_move,
    check_specimen_move,
)
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, NotFound


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed for a tube, by analyte, and a remark on the report."""

    values: Mapping[str, str]
    note: str = ""


@operation
def enter_results(
    *, actor: Actor, specimen_id: UUID, typed: Typed, version: int | None = None
) -> UUID:
    """Write down what was measured in a tube; whoever must know of it at once is told now.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        ResultsWrong: a value cannot be, or is missing without a remark; each is named.
    """
    row = hold_specimen(
        actor=actor, specimen_id=specimen_id, permission=permissions.TEST, version=version
    )
    _move(row, SpecimenState.ENTERED)
    return _report(actor, row, typed, "")


@operation
def correct_results(
    *, actor: Actor, specimen_id: UUID, typed: Typed, why: str, version: int | None = None
) -> UUID:
    """Begin a new issue of a released report; it is verified by somebody else like the first.

    Raises:
        NotFound, NotAllowed, Stale.
        LabMoved: nothing is released yet, or a correction waits to be verified already.
        LabReasonMissing: it was not said why.
        ResultsWrong: a value cannot be, or is missing without a remark.
    """
    row = hold_specimen(
        actor=actor, specimen_id=specimen_id, permission=permissions.TEST, version=version
    )
    if row.state != SpecimenState.RELEASED:
        raise LabMoved(current=SpecimenState(row.state).label)
    reason = require_reason(why, "why")
    keep(row)
    return _report(actor, row, typed, reason)


@operation
def send_back_results(
    *, actor: Actor, report_id: UUID, reason: str, version: int | None = None
) -> None:
    """Have results entered again that somebody else does not find right.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved, LabReasonMissing.
    """
    report = _hold_report(actor, report_id, permissions.VERIFY, version)
    said = require_reason(reason, "reason")
    check_report_move(report.state, ReportState.DROPPED)
    drop_report(actor=actor, specimen_id=report.specimen_id, reason=said)
    row = Specimen.objects.select_for_update(no_key=True).get(pk=report.specimen_id)
    if row.state == SpecimenState.ENTERED:
        _move(row, SpecimenState.RECEIVED)


@operation
def release_report(*, actor: Actor, report_id: UUID, version: int | None = None) -> None:
    """Verify what somebody else entered: the report is in force, an older issue is replaced.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        SameLabPerson: whoever entered cannot verify.
    """
    report = _hold_report(actor, report_id, permissions.VERIFY, version)
    held = LabReport.objects.select_for_update(no_key=True)
    older = held.filter(specimen_id=report.specimen_id, state=ReportState.RELEASED).first()
    put_in_force(actor, report, older)
    if older is not None:
        still = report.values.filter(flag__in=CRITICAL).values_list("analyte", flat=True)
        withdraw_criticals(actor=actor, report_id=older.pk, but_for=frozenset(still))
    _finish_specimen(report.specimen_id)
    is_last = not waits_for_laboratory(report.visit_id)
    event = LabReportReleased(
        report.pk, report.specimen_id, report.visit_id, report.patient_id, report.issue, is_last
    )
    details = {"issue": report.issue}
    trace(actor=actor, row=report, action="report.released", event=event, details=details)


@operation
def explain_report(*, actor: Actor, report_id: UUID, version: int | None = None) -> None:
    """Note that a doctor explained a report to the patient. Said twice, it is said once.

    Raises:
        NotFound, NotAllowed, Stale.
        LabMoved: it is not in force.
    """
    report = _hold_report(actor, report_id, permissions.ANSWER, version)
    if not note_explained(actor, report):
        return
    event = LabReportExplained(report.pk, report.visit_id, report.patient_id)
    trace(actor=actor, row=report, action="report.explained", event=event)


@operation
def read_report(*, actor: Actor, report_id: UUID) -> None:
    """Note that the actor has read a report in force; it waits for them no longer.

    Raises:
        NotFound, NotAllowed.
    """
    report = LabReport.objects.filter(pk=report_id).first()
    note_read(actor, report, "report.read")


def _hold_report(actor: Actor, report_id: UUID, permission: str, version: int | None) -> LabReport:
    """The report, locked; its tube first, as every deed about a tube does."""
    specimen = LabReport.objects.filter(pk=report_id).values_list("specimen_id", flat=True)
    if not specimen:
        raise NotFound
    hold_specimen(actor=actor, specimen_id=specimen[0], permission=permission)
    report = LabReport.objects.select_for_update(no_key=True).get(pk=report_id)
    check_version(report, version)
    return report


def _report(actor: Actor, row: Specimen, typed: Typed, why: str) -> UUID:
    orders = list(row.orders.order_by("ordered_at", "pk"))
    note = typed.note.strip()[:500]
    judged = _judged(actor, row, orders, typed.values, may_miss=bool(note))
    last = LabReport.objects.filter(specimen=row).order_by("-issue").first()
    report = LabReport(
        site_id=row.site_id,
        patient_id=row.patient_id,
        visit_id=row.visit_id,
        clinic_day=row.clinic_day,
        specimen=row,
        issue=last.issue + 1 if last else 1,
        state=ReportState.ENTERED,
        entered_at=clock.now(),
        entered_by_id=actor.user_id,
        note=note,
        why=why,
        has_critical=any(one.flag in CRITICAL for _order, _key, one in judged),
    )
    with on_violation(diagnostics_report_one_entered=LabMoved):
        report.save(force_insert=True)
    values = [_value(report, n, *one) for n, one in enumerate(judged)]
    LabValue.objects.bulk_create(values)
    event = ResultsEntered(report.pk, row.pk, row.visit_id, row.patient_id)
    details = {"issue": report.issue}
    trace(actor=actor, row=report, action="report.entered", event=event, details=details)
    raise_criticals(actor=actor, report=report, values=values)
    return report.pk


def _judged(
    actor: Actor, row: Specimen, orders: list[LabOrder], typed: Mapping[str, str], *, may_miss: bool
) -> list[tuple[LabOrder, str, Judged]]:
    table = lab_table()
    wanted = {key: one for one in orders for key in table.tests[one.test].analytes}
    person = person_at(actor, row.patient_id, row.clinic_day)
    good, bad = results_of(table, {key: typed.get(key, "") for key in wanted}, person)
    wrong = {key: one for key, one in bad.items() if one.why != EMPTY or not may_miss}
    if wrong or not good:
        left = wrong or bad
        raise ResultsWrong(
            *(FieldError(f"v-{key}", one.why, why_wrong(one.why)) for key, one in left.items())
        )
    return [(order, key, good[key]) for key, order in wanted.items() if key in good]


def _value(report: LabReport, n: int, order: LabOrder, key: str, one: Judged) -> LabValue:
    analyte = lab_table().analytes[key]
    text = one.word if one.number is None else f"{one.number:.{analyte.places}f}"
    return LabValue(
        report=report,
        order=order,
        analyte=key,
        number=one.number,
        text=text,
        unit=analyte.unit,
        low=one.bounds[0],
        high=one.bounds[1],
        bounds=shown_range(one.bounds),
        flag=one.flag,
        position=n,
    )


def _move(row: Specimen, target: SpecimenState) -> None:
    check_specimen_move(row.state, target)
    row.state = target
    keep(row, "state")


def _finish_specimen(specimen_id: UUID) -> None:
    row = Specimen.objects.select_for_update(no_key=True).get(pk=specimen_id)
    if row.state == SpecimenState.RELEASED:
        return
    _move(row, SpecimenState.RELEASED)
    for order in row.orders.select_for_update(no_key=True).order_by("pk"):
        check_lab_move(order.state, LabState.RELEASED)
        order.state, order.ended_at = LabState.RELEASED, clock.now()
        order.version += 1
        order.save(update_fields=["state", "ended_at", "version"])
