"""The report of a suspected case: opened with its clock, sent, withdrawn, and how it came out."""

from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.outbreak import permissions
from yilu.outbreak.errors import (
    CaseNotSent,
    CaseOver,
    CaseThere,
    NotSuspected,
    ReasonMissing,
    SentCannotBe,
)
from yilu.outbreak.events import (
    CaseOutcomeNoted,
    CaseReportOpened,
    CaseReportOver,
    CaseReportReopened,
)
from yilu.outbreak.models import CaseReport
from yilu.outbreak.operations.holding import held_screening, record, save, tell
from yilu.outbreak.rules import limit_of
from yilu.outbreak.states import CaseGroup, CaseOutcome, CaseState, CaseWay, ScreeningOutcome
from yilu.pathways import permissions as pathways
from yilu.pathways.operations.cases import start_case
from yilu.pathways.selectors.definitions import current_definitions
from yilu.platform import clock, numbers, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound

SENT = "outbreak.case.sent"
PATHWAY = "case_report"
MOST_RECEIPT, MOST_REASON = 80, 300


@operation
def open_case(*, actor: Actor, screening_id: UUID, group: str, disease: str) -> UUID:
    """Begin the report of a suspected case; its clock runs from the suspicion.

    The limit is that of the group: two hours for the gravest, a day for the others. It stands
    in the nurses' list with its time; a drill's stands nowhere else.

    Raises:
        NotFound, NotAllowed.
        NotSuspected: the suspicion was lifted.
        ReasonMissing: what is suspected is not said.
        CaseThere: a colleague has begun it.
    """
    seen = held_screening(actor, screening_id, permissions.REPORT)
    if seen.outcome != ScreeningOutcome.POSITIVE or seen.lifted_at is not None:
        raise NotSuspected
    if group not in CaseGroup.values:
        raise NotFound
    if not disease.strip():
        raise ReasonMissing
    limit = limit_of(group)
    row = CaseReport(
        # Suspected at two visits on the same answers, it is one case.
        screening_id=seen.first_id or seen.pk,
        site_id=seen.site_id,
        is_drill=seen.is_drill,
        patient_id=seen.patient_id,
        group=group,
        disease=disease.strip(),
        limit_minutes=int(limit.total_seconds() // 60),
        suspected_at=seen.answered_at,
        due_at=seen.answered_at + limit,
        opened_by_id=actor.user_id,
    )
    day = clock.now().astimezone(site_zone(seen.site_id)).date()
    series = numbers.take(f"outbreak_case:{seen.site_id}:{day:%Y%m%d}")
    row.number = f"C{day:%Y%m%d}-{series:02d}-{str(row.pk)[-4:]}"
    with on_violation(outbreak_case_one_live=CaseThere):
        row.save(force_insert=True)
    record(actor, row, "case.opened", group=group, due_at=row.due_at, is_drill=row.is_drill)
    tell(actor, row, CaseReportOpened(row.pk))
    _start(actor, row)
    return row.pk


@operation
def send_case(
    *,
    actor: Actor,
    case_id: UUID,
    way: str,
    receipt: str = "",
    sent_at: datetime | None = None,
    version: int | None = None,
) -> UUID:
    """Write down that the report was sent, how and when; gives back the way back.

    Raises:
        NotFound, NotAllowed, Stale, CaseOver.
        SentCannotBe: in the future, or before the suspicion.
    """
    row = _open(actor, case_id, version)
    if way not in CaseWay.values:
        raise NotFound
    now = clock.now()
    at = sent_at or now
    if not row.suspected_at <= at <= now:
        raise SentCannotBe
    row.state, row.way, row.receipt = CaseState.SENT, way, receipt.strip()[:MOST_RECEIPT]
    row.over_at, row.over_by_id = at, actor.user_id
    save(row, "state", "way", "receipt", "over_at", "over_by")
    record(actor, row, "case.sent", way=way, at=at, is_late=at > row.due_at)
    tell(actor, row, CaseReportOver(row.pk, row.state))
    return undo.offer(actor, SENT, row, site_id=row.site_id)


@operation
def undo_send_case(*, actor: Actor, undo_id: UUID) -> None:
    """Take back that a report was sent: it is to be sent, and its clock runs on.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon.
    """
    offered = undo.take_back(actor, undo_id, SENT)
    row = _held(actor, offered.subject_id)
    offered.check(row)
    row.state, row.way, row.receipt = CaseState.OPEN, "", ""
    row.over_at, row.over_by_id = None, None
    save(row, "state", "way", "receipt", "over_at", "over_by")
    record(actor, row, "case.reopened")
    tell(actor, row, CaseReportReopened(row.pk))


@operation
def withdraw_case(*, actor: Actor, case_id: UUID, reason: str, version: int | None = None) -> None:
    """Say that nothing is to be reported after all, and why.

    Raises: NotFound, NotAllowed, Stale, CaseOver, ReasonMissing.
    """
    row = _open(actor, case_id, version)
    if not reason.strip():
        raise ReasonMissing
    row.state, row.withdrawn_why = CaseState.WITHDRAWN, reason.strip()[:MOST_REASON]
    row.over_at, row.over_by_id = clock.now(), actor.user_id
    save(row, "state", "withdrawn_why", "over_at", "over_by")
    record(actor, row, "case.withdrawn", reason=row.withdrawn_why)
    tell(actor, row, CaseReportOver(row.pk, row.state))


@operation
def note_case_outcome(
    *, actor: Actor, case_id: UUID, outcome: str, version: int | None = None
) -> None:
    """Write down how a reported case came out; it can be corrected.

    Raises:
        NotFound, NotAllowed, Stale.
        CaseNotSent: the report was not sent yet, or withdrawn.
    """
    row = _held(actor, case_id)
    check_version(row, version)
    if row.state != CaseState.SENT:
        raise CaseNotSent
    if outcome not in CaseOutcome.values:
        raise NotFound
    before, row.outcome, row.outcome_at = row.outcome, outcome, clock.now()
    save(row, "outcome", "outcome_at")
    record(actor, row, "case.outcome_noted", before=before, after=outcome)
    tell(actor, row, CaseOutcomeNoted(row.pk, outcome))


def _held(actor: Actor, case_id: UUID) -> CaseReport:
    row = CaseReport.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permissions.REPORT, row.site_id)
    return row


def _open(actor: Actor, case_id: UUID, version: int | None) -> CaseReport:
    row = _held(actor, case_id)
    if row.state != CaseState.OPEN:
        raise CaseOver
    check_version(row, version)
    return row


def _start(actor: Actor, row: CaseReport) -> None:
    """Put it into the list of what is to be done, with its limit; a drill's is practised apart."""
    if row.is_drill or all(line.key != PATHWAY for line in current_definitions()):
        return
    start_case(
        actor=actor.lent(pathways.WORK),
        key=PATHWAY,
        subject_type="outbreak.casereport",
        subject_id=row.pk,
        patient_id=row.patient_id,
        site_id=row.site_id,
        facts={"booked_at": row.due_at},
    )
