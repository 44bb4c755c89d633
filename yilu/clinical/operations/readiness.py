"""Letting a treatment begin though the examination that ought to come first is missing."""

from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import AlreadyRecorded
from yilu.clinical.events import ExaminationSkipped
from yilu.clinical.models import Exemption
from yilu.clinical.rules.texts import the_reason
from yilu.clinical.selectors.context import practitioner, record_topics, setting
from yilu.clinical.selectors.readiness import CONSENT, readiness
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation


@operation
def skip_examination(
    *, actor: Actor, visit_id: UUID, reason: str, is_emergency: bool = False
) -> UUID:
    """Let a treatment begin at a visit without what is missing, and report it to the manager.

    In an emergency the consent need not have been signed either.

    Raises:
        NotFound, NotAllowed, NotAPractitioner, VisitOver, ReasonMissing.
        AlreadyRecorded: it was excused before, or nothing is missing.
    """
    where = setting(actor, visit_id, permissions.SIGN)
    practitioner(actor)
    words = the_reason(reason)
    found = readiness(visit_id)
    if found.is_excused or (not found.missing and not is_emergency):
        raise AlreadyRecorded
    missing = (*found.missing, CONSENT) if is_emergency else found.missing
    row = Exemption(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        missing=list(missing),
        reason=words,
        is_emergency=is_emergency,
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )
    with on_violation(clinical_exemption_one_per_visit=AlreadyRecorded):
        row.save(force_insert=True)
    audit.record(
        actor, "clinical.exemption.recorded", row,
        site_id=row.site_id, patient_id=row.patient_id, missing=list(missing),
    )  # fmt: skip
    event = ExaminationSkipped(row.visit_id, row.patient_id, missing, is_emergency)
    topics = record_topics(row.visit_id, row.patient_id)
    outbox.publish(event, actor=actor, site_id=row.site_id, subject=row, topics=topics)
    return row.pk
