"""Writing the report of an examination, verifying it as a second person, correcting it."""

from dataclasses import dataclass
from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import LabMoved, NothingFound
from yilu.diagnostics.events import (
    StudyExplained,
    StudyReleased,
    StudyReported,
    StudySentBack,
)
from yilu.diagnostics.models import Study, StudyReport
from yilu.diagnostics.operations.criticals import raise_findings, withdraw_findings
from yilu.diagnostics.operations.issues import (
    keep,
    note_explained,
    note_read,
    put_aside,
    put_in_force,
    require_reason,
)
from yilu.diagnostics.operations.lab_trace import trace
from yilu.diagnostics.operations.studies import hold_study
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.states import ReportState, StudyState, check_study_move
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import FieldError, NotFound

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote of an examination; `critical`: findings that cannot wait."""

    findings: str
    impression: str
    critical: tuple[str, ...] = ()


@operation
def write_report(
    *, actor: Actor, study_id: UUID, written: Written, version: int | None = None
) -> UUID:
    """Write the report of an examination; who must know of a finding at once is told now.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        NothingFound: findings or impression are missing, or a critical finding is none of ours.
    """
    row = hold_study(actor=actor, study_id=study_id, permission=permissions.REPORT, version=version)
    _move(row, StudyState.REPORTED)
    return _report(actor, row, written, "")


@operation
def correct_report(
    *, actor: Actor, study_id: UUID, written: Written, why: str, version: int | None = None
) -> UUID:
    """Begin a new issue of a released report; it is verified by somebody else like the first.

    Raises:
        NotFound, NotAllowed, Stale, NothingFound.
        LabMoved: nothing is released yet, or a correction waits to be verified already.
        LabReasonMissing: it was not said why.
    """
    row = hold_study(actor=actor, study_id=study_id, permission=permissions.REPORT, version=version)
    if row.state != StudyState.RELEASED:
        raise LabMoved(current=StudyState(row.state).label)
    reason = require_reason(why, "why")
    keep(row)
    return _report(actor, row, written, reason)


@operation
def send_back_report(
    *, actor: Actor, report_id: UUID, reason: str, version: int | None = None
) -> None:
    """Have a report written again that somebody else does not find right.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved, LabReasonMissing.
    """
    row, report = _hold_report(actor, report_id, permissions.CONFIRM, version)
    said = require_reason(reason, "reason")
    put_aside(report, said)
    withdraw_findings(actor=actor, report_id=report.pk, but_for=frozenset())
    if row.state == StudyState.REPORTED:
        _move(row, StudyState.TAKEN)
    event = StudySentBack(report.pk, row.pk, row.visit_id, row.patient_id)
    trace(actor=actor, row=report, action="studyreport.sent_back", event=event)


@operation
def release_study_report(*, actor: Actor, report_id: UUID, version: int | None = None) -> None:
    """Verify what somebody else wrote: the report is in force, an older issue is replaced.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        SameLabPerson: whoever wrote it cannot verify it.
    """
    row, report = _hold_report(actor, report_id, permissions.CONFIRM, version)
    held = StudyReport.objects.select_for_update(no_key=True)
    older = held.filter(study_id=report.study_id, state=ReportState.RELEASED).first()
    put_in_force(actor, report, older)
    if older is not None:
        still = frozenset(report.critical)
        withdraw_findings(actor=actor, report_id=older.pk, but_for=still)
    if row.state != StudyState.RELEASED:
        _move(row, StudyState.RELEASED)
    event = StudyReleased(report.pk, row.pk, row.visit_id, row.patient_id, report.issue)
    details = {"issue": report.issue}
    trace(actor=actor, row=report, action="studyreport.released", event=event, details=details)


@operation
def explain_study_report(*, actor: Actor, report_id: UUID, version: int | None = None) -> None:
    """Note that a doctor explained a report to the patient. Said twice, it is said once.

    Raises:
        NotFound, NotAllowed, Stale.
        LabMoved: it is not in force.
    """
    _row, report = _hold_report(actor, report_id, permissions.ANSWER, version)
    if not note_explained(actor, report):
        return
    event = StudyExplained(report.pk, report.visit_id, report.patient_id)
    trace(actor=actor, row=report, action="studyreport.explained", event=event)


@operation
def read_study_report(*, actor: Actor, report_id: UUID) -> None:
    """Note that the actor has read a report in force; it waits for them no longer.

    Raises:
        NotFound, NotAllowed.
    """
    report = StudyReport.objects.filter(pk=report_id).first()
    note_read(actor, report, "studyreport.read")


def _hold_report(
    actor: Actor, report_id: UUID, permission: str, version: int | None
) -> tuple[Study, StudyReport]:
    """The report, locked; its study first, as every deed about a study does."""
    found = StudyReport.objects.filter(pk=report_id).values_list("study_id", flat=True)
    if not found:
        raise NotFound
    row = hold_study(actor=actor, study_id=found[0], permission=permission)
    report = StudyReport.objects.select_for_update(no_key=True).get(pk=report_id)
    check_version(report, version)
    return row, report


def _report(actor: Actor, row: Study, written: Written, why: str) -> UUID:
    known = imaging_table().findings
    texts = {name: getattr(written, name).strip()[:LONGEST] for name in ("findings", "impression")}
    left = [name for name, text in texts.items() if not text]
    left += ["critical"] if set(written.critical) - known.keys() else []
    if left:
        message = str(NothingFound.message)
        raise NothingFound(*(FieldError(name, "required", message) for name in left))
    last = StudyReport.objects.filter(study=row).order_by("-issue").first()
    report = StudyReport(
        site_id=row.site_id,
        patient_id=row.patient_id,
        visit_id=row.visit_id,
        clinic_day=row.clinic_day,
        study=row,
        issue=last.issue + 1 if last else 1,
        state=ReportState.ENTERED,
        entered_at=clock.now(),
        entered_by_id=actor.user_id,
        **texts,
        why=why,
        critical=[key for key in known if key in written.critical],
    )
    with on_violation(diagnostics_studyreport_one_entered=LabMoved):
        report.save(force_insert=True)
    event = StudyReported(report.pk, row.pk, row.visit_id, row.patient_id)
    details = {"issue": report.issue}
    trace(actor=actor, row=report, action="studyreport.written", event=event, details=details)
    raise_findings(actor=actor, report=report, practitioner_id=row.request.practitioner_id)
    return report.pk


def _move(row: Study, target: StudyState) -> None:
    check_study_move(row.state, target)
    row.state = target
    keep(row, "state")
