"""What is written to a session: what was done, how it ended, and what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yilu.aesthetics import permissions
from yilu.aesthetics.errors import (
    NothingDone,
    NotUnderstood,
    ReasonsMissing,
    SessionOver,
    WhyMissing,
    WithdrawnAlready,
)
from yilu.aesthetics.events import AdverseEventNoted, SessionChanged, SessionEnded
from yilu.aesthetics.models import AdverseEvent, Pass, Session
from yilu.aesthetics.operations.courses import give_back
from yilu.aesthetics.rules.treatments import (
    Treatment,
    choices,
    is_alarming,
    needs_senior,
    read_parameters,
    treatments,
    unusual,
)
from yilu.aesthetics.selectors.context import looks_topics
from yilu.aesthetics.states import SessionState, check_move
from yilu.clinical.rules.texts import clean_words, required
from yilu.clinical.selectors.context import setting, today
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound

LIMITS = {"confirmed": 200, "senior_note": 200, "note": 500, "action": 500, "reason": 200}
MOST_PASSES, MOST_PULSES = 50, 100_000


@dataclass(frozen=True, slots=True)
class Done:
    """What was done once over an area; numbers as typed."""

    area: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    passes: int | None = 1
    pulses: int | None = None
    confirmed: str = ""
    senior_note: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that went wrong: what, how bad of four, since when, and what was done."""

    what: str
    grade: int | None
    onset_on: date | None
    action: str
    is_reported: bool = False


@operation
def record_pass(*, actor: Actor, session_id: UUID, done: Done) -> UUID:
    """Write down what was done over one area.

    Raises:
        NotFound, NotAllowed, SessionOver.
        NotUnderstood: a parameter is missing, or outside what can be.
        ReasonsMissing: a value is unusual and nobody confirms it, or a senior has to answer.
    """
    row = _held(actor, session_id)
    kind = treatments()[row.kind]
    values, errors = read_parameters(kind, done.parameters, row.clinic_day)
    errors += _counts(row, done)
    words = clean_words(LIMITS, confirmed=done.confirmed, senior_note=done.senior_note)
    if errors:
        raise NotUnderstood(*errors)
    said = [*unusual(kind, values), *_total(row, kind, values)]
    if said and not words["confirmed"]:
        message = pgettext("list", ", ").join(said)
        raise ReasonsMissing(_why_field("confirmed"), what=message)
    if needs_senior(kind, values, row.skin_type) and not words["senior_note"]:
        message = _("532 nm on dark skin: a senior doctor answers for it, by name and reason")
        raise ReasonsMissing(_why_field("senior_note"), what=message)
    made = Pass(
        session=row,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        site_id=row.site_id,
        clinic_day=row.clinic_day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        area=done.area,
        parameters=values,
        passes=done.passes or 1,
        pulses=done.pulses,
        **words,
    )
    made.save(force_insert=True)
    _tell(actor, row, made, "aesthetics.pass.recorded", area=made.area, parameters=values)
    return made.pk


@operation
def withdraw_pass(*, actor: Actor, pass_id: UUID, reason: str) -> None:
    """Say that a line was entered by mistake. With its reason it stays readable.

    Raises: NotFound, NotAllowed, SessionOver, WhyMissing, WithdrawnAlready.
    """
    found = Pass.objects.filter(pk=pass_id).values_list("session_id", flat=True).first()
    if found is None:
        raise NotFound
    row = _held(actor, found)
    made = Pass.objects.select_for_update().get(pk=pass_id)
    if made.withdrawn_at is not None:
        raise WithdrawnAlready
    made.withdrawn_reason = _why(reason)
    made.withdrawn_at, made.withdrawn_by_id = clock.now(), actor.user_id
    made.version += 1
    made.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    _tell(actor, row, made, "aesthetics.pass.withdrawn", reason=made.withdrawn_reason)


@operation
def end_session(
    *,
    actor: Actor,
    session_id: UUID,
    endpoint: str,
    reaction: str,
    note: str = "",
    version: int | None = None,
) -> None:
    """Say that it is done, what was reached, and how the skin is.

    Raises:
        NotFound, NotAllowed, Stale, SessionOver.
        NothingDone: no pass stands. NotUnderstood: end point or reaction is not said.
    """
    row = _held(actor, session_id)
    check_version(row, version)
    errors = [
        FieldError(name, "unknown_value", _("Choose one of these."))
        for name, value in (("endpoints", endpoint), ("reactions", reaction))
        if value not in choices(name)
    ]
    words = clean_words(LIMITS, note=note)
    if errors:
        raise NotUnderstood(*errors)
    if not Pass.objects.filter(session=row, withdrawn_at=None).exists():
        raise NothingDone
    row.endpoint, row.reaction, row.note = endpoint, reaction, words["note"]
    _end(actor, row, SessionState.DONE)


@operation
def stop_session(
    *, actor: Actor, session_id: UUID, reason: str, version: int | None = None
) -> None:
    """Stop before the end, or do not begin after all.

    Raises: NotFound, NotAllowed, Stale, SessionOver, WhyMissing.
    """
    row = _held(actor, session_id)
    check_version(row, version)
    row.note = _why(reason)
    if not Pass.objects.filter(session=row, withdrawn_at=None).exists():
        give_back(actor=actor, session_id=session_id)
    _end(actor, row, SessionState.STOPPED)


@operation
def note_adverse(*, actor: Actor, session_id: UUID, wrong: Wrong) -> UUID:
    """Write down that something went wrong, during a session or any day after it.

    Raises: NotFound, NotAllowed; NotUnderstood: what, how bad, since when or what was done.
    """
    row = Session.objects.filter(pk=session_id).first()
    if row is None:
        raise NotFound
    where = setting(actor, row.visit_id, permissions.SEE, permissions.ASSIST)
    words = clean_words(LIMITS, action=wrong.action)
    errors = required("action", **words)
    latest = max(today(row.site_id), row.clinic_day)
    is_day = wrong.onset_on is not None and row.clinic_day <= wrong.onset_on <= latest
    for name, is_right in (
        ("what", wrong.what in choices("adverse")),
        ("grade", wrong.grade in {1, 2, 3, 4}),
        ("onset_on", is_day),
    ):
        if not is_right:
            errors.append(FieldError(name, "unknown_value", _("This cannot be.")))
    if errors or wrong.grade is None or wrong.onset_on is None:
        raise NotUnderstood(*errors)
    made = AdverseEvent(
        session=row,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        site_id=row.site_id,
        clinic_day=where.day,
        recorded_at=clock.now(),
        recorded_by_id=actor.user_id,
        what=wrong.what,
        grade=wrong.grade,
        onset_on=wrong.onset_on,
        action=words["action"],
        is_reported=wrong.is_reported,
    )
    made.save(force_insert=True)
    audit.record(
        actor, "aesthetics.adverse.noted", made,
        site_id=row.site_id, patient_id=row.patient_id, what=wrong.what, grade=wrong.grade,
    )  # fmt: skip
    alarms = is_alarming(wrong.what) or wrong.grade >= 3
    told = AdverseEventNoted(
        made.pk, row.pk, row.visit_id, row.patient_id, wrong.what, is_alarming=alarms
    )
    outbox.publish(
        told, actor=actor, site_id=row.site_id, subject=made,
        topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
    return made.pk


def _held(actor: Actor, session_id: UUID) -> Session:
    """A running session, locked, for who may write to it."""
    row = Session.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.SEE, permissions.ASSIST)
    if row.state != SessionState.RUNNING:
        raise SessionOver
    return row


def _why_field(name: str) -> FieldError:
    return FieldError(name, "required", str(WhyMissing.message))


def _counts(row: Session, done: Done) -> list[FieldError]:
    errors = []
    if done.area not in row.areas:
        errors.append(FieldError("area", "unknown_value", _("Choose where.")))
    if done.passes is None or not 1 <= done.passes <= MOST_PASSES:
        errors.append(FieldError("passes", "implausible_value", _("Enter a whole number.")))
    if done.pulses is not None and not 1 <= done.pulses <= MOST_PULSES:
        errors.append(FieldError("pulses", "implausible_value", _("Enter a whole number.")))
    return errors


def _total(row: Session, kind: Treatment, values: Mapping[str, str]) -> list[str]:
    """What all lines of a session add up to. Raises: NotUnderstood beyond what can be."""
    if not kind.total:
        return []
    name = kind.total["field"]
    before = Pass.objects.filter(session=row, withdrawn_at=None)
    given = sum(
        (Decimal(one[name]) for one in before.values_list("parameters", flat=True)), Decimal()
    )
    total = given + Decimal(values[name])
    if total > Decimal(kind.total["most"]):
        words = _("Altogether %(total)s; at most %(most)s in one session.")
        about = {"total": total, "most": kind.total["most"]}
        raise NotUnderstood(FieldError(name, "implausible_value", words % about))
    if total > Decimal(kind.total["usual"]):
        about = {"total": total, "most": kind.total["usual"]}
        return [_("altogether %(total)s, usually at most %(most)s") % about]
    return []


def _end(actor: Actor, row: Session, state: SessionState) -> None:
    check_move(row.state, state)
    row.state, row.ended_at = state, clock.now()
    row.version += 1
    row.save(update_fields=["state", "ended_at", "endpoint", "reaction", "note", "version"])
    audit.record(
        actor, "aesthetics.session.ended", row,
        site_id=row.site_id, patient_id=row.patient_id, state=state,
    )  # fmt: skip
    told = SessionEnded(row.pk, row.visit_id, row.patient_id, row.kind, state)
    outbox.publish(
        told, actor=actor, site_id=row.site_id, subject=row,
        topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip


def _why(reason: str) -> str:
    words = clean_words(LIMITS, reason=reason)["reason"]
    if not words:
        raise WhyMissing(FieldError("reason", "required", str(WhyMissing.message)))
    return words


def _tell(actor: Actor, row: Session, made: Pass, action: str, **details: object) -> None:
    audit.record(actor, action, made, site_id=row.site_id, patient_id=row.patient_id, **details)
    outbox.publish(
        SessionChanged(row.pk, row.visit_id, row.patient_id), actor=actor, site_id=row.site_id,
        subject=row, topics=looks_topics(row.patient_id, row.visit_id),
    )  # fmt: skip
