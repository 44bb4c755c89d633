"""Everything that changes vital signs and the scores made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import Implausible, NothingMeasured
from yilu.clinical.events import RecordChanged, VitalsRecorded, VitalsWithdrawn
from yilu.clinical.models import OxygenTarget, ScoreResult, VitalSigns
from yilu.clinical.rules import scores, vitals
from yilu.clinical.rules.acuity import acuity
from yilu.clinical.rules.rulesets import ruleset
from yilu.clinical.rules.texts import clean_words, the_reason
from yilu.clinical.selectors.chart import score_facts
from yilu.clinical.selectors.context import Setting, practitioner, record_topics, setting
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound

LIMITS = {"note": 500}
LONGEST_REASON = 200
URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a round of measuring."""

    id: UUID
    news2: int | None
    needs_recheck: bool


@operation
def record_vitals(
    *, actor: Actor, visit_id: UUID, values: Mapping[str, str], note: str = ""
) -> Recorded:
    """Keep a round of vital signs, flag what is out of range, and score it by the rules in force.

    Values are text by code, as typed; empty ones are not measured.

    Raises:
        Implausible: a value no device can show; the fields are named.
        NothingMeasured: all fields are empty.
    """
    where = setting(actor, visit_id, permissions.ASSESS)
    good, errors = vitals.checked(values)
    if errors:
        raise Implausible(*errors)
    if not set(good) - {"oxygen", "consciousness"}:
        raise NothingMeasured
    words = clean_words(LIMITS, note=note)
    row = _measured(actor, where, good, words["note"])
    about = score_facts(where)
    found = scores.score_vitals(good, about)
    level = acuity(good, about)
    found += [level] if level else []
    ScoreResult.objects.bulk_create([_result(actor, row, one) for one in found])
    news2 = next((int(one.total) for one in found if one.ruleset == "news2"), None)
    recheck = any(flag["grade"] == URGENT for flag in row.flags)
    audit.record(
        actor,
        "clinical.vitals.recorded",
        row,
        site_id=where.site_id,
        patient_id=where.patient_id,
        codes=sorted(good),
        news2=news2,
    )
    event = VitalsRecorded(where.visit_id, where.patient_id, row.pk, news2, recheck)
    _tell(actor, event, row)
    return Recorded(row.pk, news2, recheck)


@operation
def withdraw_vitals(
    *, actor: Actor, vitals_id: UUID, reason: str, version: int | None = None
) -> None:
    """Take a round of measuring out of account, for example after a slip of the hand.

    The row and its scores stay readable.
    """
    row = VitalSigns.objects.select_for_update().filter(pk=vitals_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id, permissions.ASSESS)
    check_version(row, version)
    words = the_reason(reason, LONGEST_REASON)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_reason = clock.now(), words
        row.version += 1
        row.save(update_fields=["withdrawn_at", "withdrawn_reason", "version"])
        audit.record(
            actor,
            "clinical.vitals.withdrawn",
            row,
            site_id=row.site_id,
            patient_id=row.patient_id,
            reason=words,
        )
        _tell(actor, VitalsWithdrawn(row.visit_id, row.patient_id, row.pk), row)


@operation
def set_oxygen_target(*, actor: Actor, visit_id: UUID, reason: str) -> UUID:
    """Document a saturation target of 88–92 %; from now on NEWS2 uses scale 2 for this patient."""
    where = setting(actor, visit_id, permissions.PRESCRIBE)
    practitioner(actor)
    words = the_reason(reason, LONGEST_REASON)
    now = clock.now()
    OxygenTarget.objects.filter(patient_id=where.patient_id, ended_at=None).update(ended_at=now)
    target = OxygenTarget.objects.create(
        patient_id=where.patient_id,
        site_id=where.site_id,
        visit_id=where.visit_id,
        recorded_by_id=actor.user_id,
        recorded_at=now,
        clinic_day=where.day,
        reason=words,
    )
    _tell_target(actor, target, "set")
    return target.pk


@operation
def end_oxygen_target(*, actor: Actor, visit_id: UUID) -> None:
    """Let the saturation target end: NEWS2 uses scale 1 again. No-op when there is none."""
    where = setting(actor, visit_id, permissions.PRESCRIBE)
    held = OxygenTarget.objects.select_for_update()
    target = held.filter(patient_id=where.patient_id, ended_at=None).first()
    if target is not None:
        target.ended_at = clock.now()
        target.version += 1
        target.save(update_fields=["ended_at", "version"])
        _tell_target(actor, target, "ended")


def _measured(actor: Actor, where: Setting, good: dict[str, str], note: str) -> VitalSigns:
    flags = vitals.flags(good, where.age)
    row = VitalSigns(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        taken_at=clock.now(),
        taken_by_id=actor.user_id,
        values=good,
        flags=[{"value": one.value, "grade": one.grade, "do": one.do} for one in flags],
        bounds_version=ruleset("vitals").version,
        note=note,
    )
    row.save(force_insert=True)
    return row


def _result(actor: Actor, row: VitalSigns, one: scores.Score) -> ScoreResult:
    return ScoreResult(
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        site_id=row.site_id,
        vitals=row,
        ruleset=one.ruleset,
        ruleset_version=one.version,
        inputs=one.inputs,
        points=one.points,
        total=one.total,
        band=one.band,
        single_three=one.single_three,
        computed_at=row.taken_at,
        computed_by_id=actor.user_id,
        clinic_day=row.clinic_day,
    )


def _tell(actor: Actor, event: VitalsRecorded | VitalsWithdrawn, row: VitalSigns) -> None:
    topics = record_topics(row.visit_id, row.patient_id)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)


def _tell_target(actor: Actor, target: OxygenTarget, what: str) -> None:
    audit.record(
        actor,
        f"clinical.oxygen_target.{what}",
        target,
        site_id=target.site_id,
        patient_id=target.patient_id,
        reason=target.reason,
    )
    event = RecordChanged(target.patient_id, target.visit_id, "oxygen_target")
    topics = record_topics(target.visit_id, target.patient_id)
    outbox.publish(event, actor=actor, site_id=target.site_id, subject=target, topics=topics)
