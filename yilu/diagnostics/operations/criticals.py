"""Critical values and findings: raised, said back, acted on, withdrawn when wrong."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db.models import Q

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import LabReasonMissing, NotReadBack
from yilu.diagnostics.events import (
    CriticalValueAcknowledged,
    CriticalValueFound,
    CriticalValueHandled,
    CriticalValueWithdrawn,
    ResultsSentBack,
)
from yilu.diagnostics.models import CriticalValue, LabReport, LabValue, StudyReport
from yilu.diagnostics.operations.issues import put_aside
from yilu.diagnostics.operations.lab_trace import trace
from yilu.diagnostics.rules.judging import CRITICAL
from yilu.diagnostics.selectors.lab_values import value_line
from yilu.diagnostics.states import (
    CRITICAL_OPEN,
    CriticalState,
    ReportState,
    check_critical_move,
)
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound

LONGEST = 12


@operation
def raise_criticals(*, actor: Actor, report: LabReport, values: list[LabValue]) -> None:
    """Have the doctor told of the values of a report that cannot wait.

    They are told when a value is entered, before it is verified: minutes count. What was told of
    an issue before, with the same value, is not told again.
    """
    known = set(
        CriticalValue.objects.filter(report__specimen_id=report.specimen_id)
        .exclude(state=CriticalState.WITHDRAWN)
        .values_list("analyte", "shown")
    )
    for value in values:
        shown = _shown(value)
        if value.flag not in CRITICAL or (value.analyte, shown) in known:
            continue
        row = CriticalValue(
            report=report,
            practitioner_id=value.order.practitioner_id,
            analyte=value.analyte,
            shown=shown,
            flag=value.flag,
        )
        _raise(actor, row, report)


@operation
def raise_findings(*, actor: Actor, report: StudyReport, practitioner_id: UUID | None) -> None:
    """Have the doctor told of the findings of a report that cannot wait, before it is verified.

    What was told of an issue before is not told again.
    """
    told = CriticalValue.objects.filter(study_report__study_id=report.study_id)
    known = set(told.exclude(state=CriticalState.WITHDRAWN).values_list("analyte", flat=True))
    for key in report.critical:
        if key in known:
            continue
        row = CriticalValue(
            study_report=report,
            practitioner_id=practitioner_id,
            analyte=key,
            shown="",
            flag="",
        )
        _raise(actor, row, report)


@operation
def acknowledge_critical(
    *, actor: Actor, critical_id: UUID, read_back: str, version: int | None = None
) -> None:
    """Say a critical value back; from then on it is known who knows it, and since when.

    A value is said back by its number, a finding by choosing it from the list.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        NotReadBack: what was said back is not the value.
    """
    row = _hold(actor, critical_id, version)
    check_critical_move(row.state, CriticalState.ACKNOWLEDGED)
    if not _is_said_back(row, read_back):
        raise NotReadBack(FieldError("read_back", "not_matching", str(NotReadBack.message)))
    row.state, row.acknowledged_at = CriticalState.ACKNOWLEDGED, clock.now()
    row.acknowledged_by_id = actor.user_id
    row.version += 1
    row.save(update_fields=["state", "acknowledged_at", "acknowledged_by", "version"])
    event = CriticalValueAcknowledged(row.pk, row.visit_id, row.patient_id)
    trace(actor=actor, row=row, action="critical.acknowledged", event=event)


@operation
def handle_critical(
    *, actor: Actor, critical_id: UUID, action: str, version: int | None = None
) -> None:
    """Note what was done about a critical value.

    Raises:
        NotFound, NotAllowed, Stale, LabMoved.
        LabReasonMissing: nothing was said.
    """
    row = _hold(actor, critical_id, version)
    check_critical_move(row.state, CriticalState.HANDLED)
    if not action.strip():
        raise LabReasonMissing(FieldError("action", "required", str(LabReasonMissing.message)))
    row.state, row.handled_at = CriticalState.HANDLED, clock.now()
    row.handled_by_id, row.action = actor.user_id, action.strip()[:500]
    row.version += 1
    row.save(update_fields=["state", "handled_at", "handled_by", "action", "version"])
    event = CriticalValueHandled(row.pk, row.visit_id, row.patient_id)
    trace(actor=actor, row=row, action="critical.handled", event=event)


@operation
def withdraw_criticals(*, actor: Actor, report_id: UUID, but_for: frozenset[str]) -> None:
    """Take back what was told of a report that does not stand, except values that still do."""
    _withdraw(actor, Q(report_id=report_id), but_for)


@operation
def withdraw_findings(*, actor: Actor, report_id: UUID, but_for: frozenset[str]) -> None:
    """Take back what was told of a report of an examination, except findings that still stand."""
    _withdraw(actor, Q(study_report_id=report_id), but_for)


def _withdraw(actor: Actor, of: Q, but_for: frozenset[str]) -> None:
    held = CriticalValue.objects.select_for_update(no_key=True)
    open_ones = held.filter(of, state__in=CRITICAL_OPEN).order_by("pk")
    for row in open_ones.exclude(analyte__in=but_for):
        check_critical_move(row.state, CriticalState.WITHDRAWN)
        row.state = CriticalState.WITHDRAWN
        row.version += 1
        row.save(update_fields=["state", "version"])
        event = CriticalValueWithdrawn(row.pk, row.visit_id, row.patient_id)
        trace(actor=actor, row=row, action="critical.withdrawn", event=event)


@operation
def drop_report(*, actor: Actor, specimen_id: UUID, reason: str) -> None:
    """Put aside what was entered for a tube and not verified, with what was told of it."""
    held = LabReport.objects.select_for_update(no_key=True)
    row = held.filter(specimen_id=specimen_id, state=ReportState.ENTERED).first()
    if row is None:
        return
    put_aside(row, reason)
    withdraw_criticals(actor=actor, report_id=row.pk, but_for=frozenset())
    event = ResultsSentBack(row.pk, row.specimen_id, row.visit_id, row.patient_id)
    trace(actor=actor, row=row, action="report.sent_back", event=event)


def _raise(actor: Actor, row: CriticalValue, report: LabReport | StudyReport) -> None:
    row.site_id, row.patient_id = report.site_id, report.patient_id
    row.visit_id, row.clinic_day = report.visit_id, report.clinic_day
    row.state, row.raised_at = CriticalState.OPEN, clock.now()
    row.raised_by_id, row.action = actor.user_id, ""
    row.save(force_insert=True)
    event = CriticalValueFound(row.pk, report.pk, row.visit_id, row.patient_id, row.analyte)
    details = {"analyte": row.analyte}
    trace(actor=actor, row=row, action="critical.raised", event=event, details=details)


def _is_said_back(row: CriticalValue, read_back: str) -> bool:
    if row.report_id is None:
        return read_back == row.analyte
    value = LabValue.objects.get(report_id=row.report_id, analyte=row.analyte)
    return _number(read_back) == value.number


def _hold(actor: Actor, critical_id: UUID, version: int | None) -> CriticalValue:
    row = CriticalValue.objects.select_for_update(no_key=True).filter(pk=critical_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permissions.ANSWER, row.site_id)
    check_version(row, version)
    return row


def _shown(value: LabValue) -> str:
    line = value_line(value)
    return f"{line.short} {line.shown} {line.unit}".strip()


def _number(typed: str) -> Decimal | None:
    text = typed.strip()
    if not text or len(text) > LONGEST or not set(text) <= set("0123456789."):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
