"""What deeds about any report share, which one person writes and another verifies.

No deeds by themselves: the caller holds the rows and has asked for the right.
"""

from yilu.clinical.events import RecordChanged
from yilu.clinical.operations.reading import keep_reading
from yilu.clinical.selectors.context import require_patient
from yilu.diagnostics import permissions
from yilu.diagnostics.errors import LabMoved, LabReasonMissing, SameLabPerson
from yilu.diagnostics.models import LabReport, Specimen, Study, StudyReport
from yilu.diagnostics.operations.lab_trace import trace
from yilu.diagnostics.states import ReportState, check_report_move
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation
from yilu.platform.errors import FieldError, NotFound

Report = LabReport | StudyReport
LONGEST_REASON = 200


def put_in_force(actor: Actor, report: Report, older: Report | None) -> None:
    """Verify what somebody else wrote; an older issue that was in force is replaced.

    Raises:
        LabMoved, SameLabPerson.
    """
    check_report_move(report.state, ReportState.RELEASED)
    if report.entered_by_id == actor.user_id:
        raise SameLabPerson
    if older is not None:
        check_report_move(older.state, ReportState.REPLACED)
        older.state = ReportState.REPLACED
        keep(older, "state")
    report.state, report.verified_at = ReportState.RELEASED, clock.now()
    report.verified_by_id = actor.user_id
    with on_violation(
        diagnostics_report_second_person=SameLabPerson,
        diagnostics_studyreport_second_person=SameLabPerson,
    ):
        keep(report, "state", "verified_at", "verified_by")


def put_aside(report: Report, reason: str) -> None:
    """Let a report that was not verified be written again. Raises: LabMoved."""
    check_report_move(report.state, ReportState.DROPPED)
    report.state, report.sent_back = ReportState.DROPPED, reason[:LONGEST_REASON]
    keep(report, "state", "sent_back")


def note_explained(actor: Actor, report: Report) -> bool:
    """Note that a report in force was explained to the patient; False if it was before.

    Raises: LabMoved.
    """
    if report.state != ReportState.RELEASED:
        raise LabMoved(current=ReportState(report.state).label)
    if report.explained_at is not None:
        return False
    report.explained_at, report.explained_by_id = clock.now(), actor.user_id
    keep(report, "explained_at", "explained_by")
    return True


def note_read(actor: Actor, report: Report | None, action: str) -> None:
    """Note that the actor has read a report in force; it waits for them no longer.

    Raises: NotFound.
    """
    if report is None or report.state != ReportState.RELEASED:
        raise NotFound
    actor.require_to_see(permissions.SEE, report.site_id)
    require_patient(actor, report.patient_id, report.site_id)
    keep_reading(actor, report.pk)
    event = RecordChanged(report.patient_id, report.visit_id, "report_read")
    trace(actor=actor, row=report, action=action, event=event)


def keep(row: Report | Specimen | Study, *changed: str) -> None:
    """Write these fields of a row that is held, as its next version."""
    row.version += 1
    row.save(update_fields=[*changed, "version"])


def require_reason(said: str, field: str) -> str:
    """Why somebody does this, in at most two hundred letters. Raises: LabReasonMissing."""
    reason = said.strip()[:LONGEST_REASON]
    if not reason:
        raise LabReasonMissing(FieldError(field, "required", str(LabReasonMissing.message)))
    return reason
