"""Asking where to go with a complaint, deciding otherwise, and what came of the answer."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from yilu.clinical.selectors.history import problems_of
from yilu.facility.selectors.sites import site_zone
from yilu.intake import permissions
from yilu.intake.errors import NothingSaid, OtherNeedsReason, UnknownFinding
from yilu.intake.events import PreTriaged, PreTriageOverruled
from yilu.intake.models import PreTriage
from yilu.intake.rules import pretriage
from yilu.intake.rules.wording import LONGEST
from yilu.intake.selectors.sheets import patient_of
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound

YEAR = 365.25
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody says: own words, choices, and of whom no record speaks their age and sex."""

    text: str = ""
    chosen: tuple[str, ...] = ()
    age: float | None = None
    sex: str = ""
    pregnant: bool = False


@operation
def ask_where(
    *,
    actor: Actor,
    site_id: UUID,
    complaint: Complaint,
    patient_id: UUID | None = None,
    channel: str = "desk",
) -> UUID:
    """Say by the rules where somebody should go, and keep what was asked and answered.

    Anybody may ask for themselves; about a record only its owner and staff. Whoever is a stranger
    leaves findings, no words. `selectors.pretriage.advice_of` puts the answer into words. It
    decides nothing: a person does. Three queries; four about a record.

    Raises:
        NotFound: another's record.
        NothingSaid, UnknownFinding: there is nothing to go by, or a choice that is not offered.
    """
    _check_may_ask(actor, site_id, patient_id)
    asked = _asked(complaint, patient_id)
    found = pretriage.suggest(asked)
    kept = asked if patient_id else replace(asked, text="", chosen=frozenset(found.findings))
    row = PreTriage(
        site_id=site_id,
        patient_id=patient_id,
        asked_by_id=actor.user_id,
        channel=channel[:8],
        clinic_day=clock.now().astimezone(site_zone(site_id)).date(),
        asked_at=clock.now(),
        inputs=_json(kept),
        rules_version=found.version,
        outcome=found.outcome,
        confidence=found.confidence,
        level=found.level,
        answer=_json(found),
    )
    row.save(force_insert=True)
    _tell(
        actor,
        row,
        "asked",
        PreTriaged(row.pk, patient_id, row.outcome, row.confidence, row.rules_version),
    )
    return row.pk


@operation
def decide_otherwise(
    *, actor: Actor, pretriage_id: UUID, department: str, reason: str, version: int | None = None
) -> None:
    """Send somebody elsewhere than the rules say; why is kept.

    Raises:
        NotFound, NotAllowed, Stale.
        UnknownFinding: no such department.
        OtherNeedsReason: nobody said why.
    """
    row = PreTriage.objects.select_for_update(no_key=True).filter(pk=pretriage_id).first()
    if row is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, row.site_id)
    actor.require(permissions.FILL, row.site_id)
    check_version(row, version)
    if department not in pretriage.rules().departments:
        raise UnknownFinding(FieldError("department", "unknown", str(UnknownFinding.message)))
    why = reason.strip()[:LONGEST_REASON]
    if not why:
        raise OtherNeedsReason(FieldError("reason", "required", str(OtherNeedsReason.message)))
    row.department, row.reason, row.decided_at = department, why, clock.now()
    row.version += 1
    row.save(update_fields=["department", "reason", "decided_at", "version"])
    event = PreTriageOverruled(row.pk, row.outcome, department)
    _tell(actor, row, "overruled", event, outcome=row.outcome, department=department, reason=why)


@operation
def tie_answer(
    *,
    actor: Actor,
    pretriage_id: UUID,
    patient_id: UUID,
    booking_id: UUID | None = None,
    visit_id: UUID | None = None,
) -> int | None:
    """Keep which booking or visit came of an answer. Gives back the level it called for, if any.

    Nothing happens to one that is somebody else's, or tied already.
    """
    row = PreTriage.objects.select_for_update(no_key=True).filter(pk=pretriage_id).first()
    if row is None or row.patient_id not in {None, patient_id} or row.booking_id or row.visit_id:
        return None
    if not actor.is_owner(patient_id, booking_id, visit_id):
        actor.require(permissions.FILL, row.site_id)
    row.patient_id, row.booking_id, row.visit_id = patient_id, booking_id, visit_id
    row.version += 1
    row.save(update_fields=["patient", "booking", "visit", "version"])
    audit.record(
        actor, "intake.pretriage.tied", row, site_id=row.site_id, patient_id=patient_id,
        booking=str(booking_id or ""), visit=str(visit_id or ""),
    )  # fmt: skip
    return row.level


def _check_may_ask(actor: Actor, site_id: UUID, patient_id: UUID | None) -> None:
    if actor.is_owner(patient_id) or (patient_id is None and not actor.is_staff):
        return
    actor.require_to_see(permissions.SEE, site_id)
    actor.require(permissions.FILL, site_id)


def _asked(complaint: Complaint, patient_id: UUID | None) -> pretriage.Asked:
    text = complaint.text.strip()[:LONGEST]
    known = pretriage.rules().findings
    if any(one not in known for one in complaint.chosen):
        raise UnknownFinding(FieldError("chosen", "unknown", str(UnknownFinding.message)))
    if not text and not complaint.chosen:
        raise NothingSaid(FieldError("text", "required", str(NothingSaid.message)))
    asked = pretriage.Asked(
        text=text,
        chosen=frozenset(complaint.chosen),
        age=complaint.age,
        sex=complaint.sex,
        pregnant=complaint.pregnant,
    )
    return asked if patient_id is None else _with_record(asked, patient_id)


def _with_record(asked: pretriage.Asked, patient_id: UUID) -> pretriage.Asked:
    """What the record adds: age and sex, and problems that make an alarm of a complaint."""
    patient = patient_of(patient_id)
    if patient is None:
        raise NotFound
    told = pretriage.out_of_record(_active(patient_id))
    return replace(
        asked,
        age=_years(patient.born_on) if patient.born_on else asked.age,
        sex=patient.sex,
        pregnant=asked.pregnant or "pregnancy" in told,
        known=told,
    )


def _active(patient_id: UUID) -> list[str]:
    return [one.text for one in problems_of(patient_id) if one.is_active]


def _years(born_on: date) -> float:
    return max((clock.now().date() - born_on).days / YEAR, 0.0)


def _json(value: pretriage.Asked | pretriage.Suggestion) -> str:
    return json.dumps(asdict(value), ensure_ascii=False, default=sorted)


def _tell(actor: Actor, row: PreTriage, deed: str, event: object, **details: str) -> None:
    audit.record(
        actor,
        f"intake.pretriage.{deed}",
        row,
        site_id=row.site_id,
        patient_id=row.patient_id,
        **details,
    )
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row)
